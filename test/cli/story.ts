// A running exchange for the command line: a chain, a server, a data folder with the cast's keys, and three bundles.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { dayOfTimestamp } from "../../circuits/statement/encoding/day.ts";
import { openWallet } from "../../client/patient/store.node.ts";
import { KEYS, startChain } from "../support/chain.ts";
import { sealQuickly } from "../support/quickSeal.ts";
import { samplePatient } from "../support/samplePatient.ts";
import { CALM, startTestServer } from "../support/server.ts";
import { cohort, type Ran } from "./command.ts";

export const PASSPHRASE = "five words nobody would guess";
export const PROTOCOL = "CZ-CLI-1";
/** Sample patients: the registry's trial takes the first and the third. */
const PATIENTS = { ann: 0, cat: 1, ben: 2 } as const;
export type Name = keyof typeof PATIENTS;

export type Stage = {
  readonly file: (name: string) => string;
  /** `cohort` on this exchange. */
  readonly run: (...args: string[]) => Promise<Ran>;
  /** The same with --json; expects code 0 and returns what was printed. */
  // biome-ignore lint/suspicious/noExplicitAny: a test looks wherever it wants to
  readonly ok: (...args: string[]) => Promise<any>;
  /** The same with --json; expects a refusal (code 3) and returns its name. */
  readonly no: (...args: string[]) => Promise<string>;
  readonly wallet: (name: Name) => string[];
  /** Where the auditor finds chain and server. */
  readonly rpc: string;
  readonly url: string;
  /** Chain time goes on by this many days, and the server knows. */
  readonly travel: (days: number) => Promise<void>;
  readonly stopServer: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** Opens the exchange; until it stops, commands find the passphrase in the environment. */
export async function openStage(settings: Record<string, string> = {}): Promise<Stage> {
  process.env.COHORT_PASSPHRASE = PASSPHRASE;
  process.env.COHORT_ROSTER_PASSPHRASE = PASSPHRASE;
  const sealAsEver = sealQuickly();
  const chain = await startChain();
  const server = await startTestServer(chain, { ...CALM, ...settings });
  const folder = mkdtempSync(join(tmpdir(), "cohort-story-"));
  const file = (name: string) => join(folder, name);
  writeFileSync(file("endpoint.json"), JSON.stringify({ url: server.url }));
  writeFileSync(file("cohort.json"), JSON.stringify({ keys: developmentKeys() }));
  const latest = await chain.provider.getBlock("latest");
  const today = dayOfTimestamp(latest!.timestamp);
  for (const [name, index] of Object.entries(PATIENTS)) {
    writeFileSync(file(`${name}.fhir.json`), JSON.stringify(samplePatient({ index, today })));
  }
  const alive = readFileSync(file("ann.fhir.json"), "utf8");
  const dead = alive.replace('"birthDate"', '"deceasedBoolean":true,"birthDate"');
  writeFileSync(file("dead.fhir.json"), dead);
  writeTrials(file);
  writeFileSync(file("deployment.json"), JSON.stringify(chain.deployment));
  const run = (...args: string[]) => cohort(...args, "--data", folder);
  let isServing = true;
  const stopServer = async () => {
    if (isServing) await server.end();
    isServing = false;
  };
  return {
    file,
    run,
    rpc: chain.anvil.url,
    url: server.url,
    ok: async (...args) => {
      const ran = await run(...args, "--json");
      if (ran.code !== 0) throw new Error(`${args.join(" ")}: ${ran.code} ${ran.out}${ran.err}`);
      return ran.json();
    },
    no: async (...args) => {
      const ran = await run(...args, "--json");
      const { kind } = ran.json().error ?? {};
      if (ran.code !== 3) throw new Error(`${args.join(" ")}: ${ran.code} ${ran.out}${ran.err}`);
      return kind;
    },
    wallet: (name) => ["--wallet", file(`${name}.age`)],
    travel: async (days) => {
      await chain.provider.send("evm_increaseTime", [days * 86_400]);
      await chain.provider.send("evm_mine", []);
      if (isServing) await hasRead(server.url, await chain.provider.getBlockNumber());
    },
    stopServer,
    stop: async () => {
      delete process.env.COHORT_PASSPHRASE;
      delete process.env.COHORT_ROSTER_PASSPHRASE;
      sealAsEver();
      await stopServer();
      await chain.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Waits until the server has read the chain up to this block. */
async function hasRead(url: string, block: number): Promise<void> {
  for (;;) {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    if (Number(metrics.match(/^cohort_indexed_block (\d+)$/m)![1]) >= block) return;
    await setTimeout(50);
  }
}

function developmentKeys(): Record<string, string> {
  const { governance, sponsor, board, clinic, site, stranger, relayer } = KEYS;
  return {
    governance: governance.privateKey,
    sponsor: sponsor.privateKey,
    board: board.privateKey,
    "clinic-1": clinic.privateKey,
    "site-1": site.privateKey,
    stranger: stranger.privateKey,
    relayer: relayer.privateKey,
    emergency: `0x${"e1".repeat(32)}`,
    nurse: `0x${"e2".repeat(32)}`,
  };
}

/** The example registry with one place, and its amendment with a new form. */
function writeTrials(file: (name: string) => string): void {
  const example = new URL("../../client/sponsor/examples/vaccine-registry.json", import.meta.url);
  const trial = JSON.parse(readFileSync(example, "utf8"));
  trial.protocolNumber = PROTOCOL;
  trial.capacity = 1;
  writeFileSync(file("trial.json"), JSON.stringify(trial));
  trial.consentForm.version = 2;
  trial.requires = { reconsent: true, rescreening: false };
  writeFileSync(file("amended.json"), JSON.stringify(trial));
}

/**
 * Makes a patient's file, `<as>.json`, with a hash of the identity document "P <name>". The clinic's roster must have been
 * begun.
 */
export async function attestFor(
  { ok, file }: Stage,
  name: Name,
  identity: string,
  more: readonly string[] = [],
  as: string = name,
) {
  return await ok(
    ...["clinic", "attest", file(`${name}.fhir.json`), "--identity", identity],
    ...["--out", file(`${as}.json`), "--document", `P ${name}`, "--name", "North Clinic"],
    ...more,
  );
}

/** Accredits a sponsor, a board and a clinic, which attests a record for each of these. Returns their identity codes. */
export async function attestAll(stage: Stage, names: readonly Name[]) {
  const { ok, wallet } = stage;
  for (const [role, key] of Object.entries({
    sponsor: "sponsor",
    board: "board",
    clinic: "clinic-1",
  })) {
    await ok("governance", "accredit", role, key, `The ${role}`);
  }
  await ok("clinic", "roster", "create");
  const codes: Record<string, string> = {};
  for (const name of names) {
    codes[name] = (await ok("patient", "init", ...wallet(name))).identityCode;
    await attestFor(stage, name, codes[name]!);
  }
  return codes;
}

/** Ann and Ben import their records out of one batch, and a trial is open. Returns the batch's root and their codes. */
export async function openRecruitment(stage: Stage) {
  const { ok, file, wallet } = stage;
  const codes = await attestAll(stage, ["ann", "ben"]);
  const { root } = await ok("clinic", "anchor", file("ann.json"), file("ben.json"));
  for (const name of ["ann", "ben"] as const) {
    await ok("patient", "import", file(`${name}.json`), ...wallet(name));
  }
  await ok("sponsor", "publish", file("trial.json"), "--board", "board", "--site", "1=site-1");
  await ok("board", "approve", PROTOCOL);
  return { codes, root: root as string };
}

/** Everything of the story that must not be printed or logged. */
export async function secretsOf(stage: Stage, blindings: readonly string[]): Promise<string[]> {
  const secrets = [PASSPHRASE, ...blindings];
  for (const name of Object.keys(PATIENTS)) {
    const path = stage.file(`${name}.age`);
    if (!existsSync(path)) continue;
    const { seed, records } = await openWallet({ path, passphrase: PASSPHRASE });
    const bytes = Buffer.from(seed);
    secrets.push(bytes.toString("hex"), bytes.toString("base64"), [...seed].join(","));
    for (const { record, idTagSalt } of records) {
      secrets.push(record.blinding.toString(), record.blinding.toString(16));
      if (idTagSalt !== null) secrets.push(idTagSalt.slice(2));
    }
  }
  for (const key of Object.values(developmentKeys())) secrets.push(key.slice(2));
  return secrets;
}
