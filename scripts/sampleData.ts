// What follows the sample's arrivals: data deposited, sealed into a cut, requested, opened, and seen by those they are
// about. Each step is a command that a user could type. Each looks first whether it was done, so that a sample that was
// cut short goes on.

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { counted } from "../circuits/statement/encoding/print.ts";
import type { Home } from "./home.ts";
import { type Commands, commandsIn } from "./sampleCommands.ts";
import { diaryOf, visitOf } from "./sampleForms.ts";

/** Few enough that a newcomer does not wait long for proofs, and enough to see figures. */
const MOST_PEOPLE = 3;
/** Of a pseudonym: enough to tell it from others. */
const DIGITS = 12;
/** The trial's collection for emergencies. */
const EMERGENCY = "emergency-summary";
const PURPOSE = "Interim look at the baseline and the first visit";

/** Somebody of the sample who is on study. */
export type Somebody = {
  /** Of the wallet, and of its file. */
  readonly name: string;
  readonly pseudonym: bigint;
  readonly siteId: number;
};

type Sample = {
  readonly home: Home;
  readonly protocolNumber: string;
  readonly people: readonly Somebody[];
  readonly passphrase: string;
  readonly say: (text: string) => void;
};

/** Plays it. Throws StartError naming the command that failed. */
export async function depositAndOpen(of: Sample): Promise<void> {
  const { home, protocolNumber: trial, say } = of;
  process.env.COHORT_PASSPHRASE = of.passphrase;
  const folder = `${home.folder}/sample`;
  const commands = commandsIn(home.folder, say);
  const people = of.people.slice(0, MOST_PEOPLE);
  const last = people.at(-1);
  if (last === undefined) return;
  say(`\nResearch data: ${people.length} of them deposit, the sponsor opens, and they see it.`);
  for (const [i, one] of people.entries()) {
    await deposit(commands, { trial, folder, i, one, hasSummary: one === last });
  }
  const isAnchored = (listed: readonly { isAnchored: boolean }[]) =>
    listed.every((one) => one.isAnchored);
  await commands.until(isAnchored, "patient", "data", trial, ...walletOf(folder, last));
  await open(commands, { trial, folder, say });
  const { accesses } = await commands.tell("patient", "access", trial, ...walletOf(folder, last));
  for (const { opened, text } of accesses) {
    say(
      `    ${last.name} sees: ${counted(opened.length, "package")} could be opened, for "${text}"`,
    );
  }
}

const walletOf = (folder: string, { name }: Somebody) => ["--wallet", `${folder}/${name}.age`];

type Depositing = {
  readonly trial: string;
  readonly folder: string;
  /** The person's place in the sample. */
  readonly i: number;
  readonly one: Somebody;
  /** Gives a summary for emergencies, too: one is enough to see it, and its proofs take their time. */
  readonly hasSummary: boolean;
};

/** The wallet's key, the baseline, the first visit, the first diary: whatever of it is not there. */
async function deposit(
  { tell, ask }: Commands,
  { trial, folder, i, one, hasSummary }: Depositing,
): Promise<void> {
  const wallet = walletOf(folder, one);
  const there = (await ask("patient", "data", trial, ...wallet)) as { collection: string }[];
  const has = (id: string) => there.some(({ collection }) => collection === id);
  const file = (name: string, content: unknown) => {
    mkdirSync(`${folder}/forms`, { recursive: true, mode: 0o700 });
    const path = `${folder}/forms/${one.name}-${name}.json`;
    writeFileSync(path, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
    return path;
  };
  if (!has("baseline")) {
    const baseline = ["--collection", "baseline", "--send"];
    await tell("patient", "show", trial, ...baseline, ...wallet);
  }
  if (hasSummary && !has(EMERGENCY)) {
    const summary = ["--collection", EMERGENCY, "--send"];
    await tell("patient", "show", trial, ...summary, ...wallet);
  }
  if (!has("visit")) {
    const [site, pseudonym] = [String(one.siteId), String(one.pseudonym).slice(0, DIGITS)];
    const key = ["--as", `site-${site}`];
    await tell("site", "visit", trial, site, pseudonym, file("visit", visitOf(i)), ...key);
  }
  if (!has("diary")) {
    await tell("patient", "answer", trial, file("diary", diaryOf(i)), ...wallet);
  }
}

/** From consent to a dataset. */
async function open(
  { tell }: Commands,
  { trial, folder, say }: { trial: string; folder: string; say: (text: string) => void },
): Promise<void> {
  const cut = `${folder}/interim`;
  if (!existsSync(`${cut}/cut.json`)) {
    await tell("sponsor", "data", "cut", trial, "participate,shareRecord", "--out", cut);
  }
  if (!existsSync(`${cut}/request.json`)) {
    await tell("sponsor", "data", "request", cut, "--purpose", PURPOSE);
  }
  if (existsSync(`${cut}/dataset`)) return;
  const { packages } = await tell("sponsor", "data", "fetch", cut);
  say(
    `    ${packages} packages opened, each proof and signature in them verified; the dataset is in`,
  );
  say(`    ${cut}/dataset (FHIR, CSV, Dataset-JSON, Parquet, and summary.html with figures)`);
}
