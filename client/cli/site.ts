// `cohort site`: challenge the person at the desk, check the answer, sign.
import { existsSync, writeFileSync } from "node:fs";
import type { Command } from "commander";
import { parseField } from "../../circuits/statement/field.ts";
import { ZERO_BYTES32 } from "../../circuits/statement/trial.ts";
import { parseAnswer } from "../arrival.ts";
import { openDesk } from "../journey/visit.ts";
import { downloadTrial, reviewTrial } from "../patient/review.ts";
import type { Person, Sex } from "../person.ts";
import { type ChallengeBook, EMPTY_BOOK, issueChallenge } from "../site/challenge.ts";
import {
  plainAct,
  signArrival,
  signSiteAct,
  submitSiteAct,
  submitSiteWithdrawal,
} from "../site/sign.ts";
import { verifyArrival } from "../site/verify.ts";
import { type Context, contextOf, readJson } from "./context.ts";
import { InputError, print } from "./output.ts";

const BOOK_FILE = "site-challenges.json";

type BookFlag = { book: string };
type ArriveFlags = BookFlag & {
  answer: string;
  birthDate: string;
  sex: string;
  document: string;
  attest?: boolean;
  documentKey?: string;
  as: string;
};

/** Adds the site's commands. */
export function addSiteCommands(program: Command): void {
  const site = program.command("site").description("check arrivals and sign for your participants");

  site
    .command("challenge <protocol> <site>")
    .description("a fresh challenge for the person at the desk")
    .requiredOption("--out <file>", "where to write it")
    .option("--fresh", "also ask for a proof that the criteria hold today")
    .option("--book <file>", "the site's open challenges", BOOK_FILE)
    .action(challenge);

  site
    .command("arrive <protocol>")
    .description("check a person's answer against their document, attest and sign the arrival")
    .requiredOption("--answer <file>", "what the wallet wrote")
    .requiredOption("--birth-date <date>", "YYYY-MM-DD, as on the document")
    .requiredOption("--sex <sex>", "female, male, other or unknown")
    .requiredOption("--document <text>", "the document's text")
    .option("--attest", "you confirm every item of the trial's attestation list")
    .option("--document-key <key>", "opens a sealed trial text")
    .option("--book <file>", "the site's open challenges", BOOK_FILE)
    .option("--as <role>", "development key to sign with", "site-1")
    .action(arrive);

  site
    .command("attest <protocol>")
    .description("list what the site attests when it signs an arrival")
    .option("--document-key <key>", "opens a sealed trial text")
    .action(async (protocolNumber: string, flags: { documentKey?: string }, command: Command) => {
      const context = contextOf(command);
      const downloads = await downloadTrial(context.api(), protocolNumber);
      const { compiled } = await reviewTrial({ downloads, documentKey: flags.documentKey });
      const items = compiled.attestations.map(({ id, text, by, when, negated }) => ({
        id,
        text,
        by,
        when,
        negated,
      }));
      const lines = items.map(
        ({ text, by, when, negated }) =>
          `- ${negated ? "NOT: " : ""}${text} (by the ${by}, at ${when})`,
      );
      print(context.json, items, lines.join("\n") || "Nothing to attest.");
    });

  const acts = {
    "screen-failure": ["ScreenFailure", "the person does not qualify; frees the place"],
    complete: ["Completion", "the person's part in the study is over"],
    withdraw: ["Withdrawal", "the person declared here that they withdraw"],
  } as const;
  for (const [name, [type, text]] of Object.entries(acts)) {
    site
      .command(`${name} <protocol> <site> <pseudonym>`)
      .description(text)
      .option("--as <role>", "development key to sign with", "site-1")
      .action(
        async (protocolNumber, siteId, pseudonym, { as }: { as: string }, command: Command) => {
          const context = contextOf(command);
          await signAct(context, {
            type,
            protocolNumber,
            siteId: Number(siteId),
            pseudonym: parseField(pseudonym),
            as,
          });
          print(context.json, { [name]: pseudonym }, `${name}: signed and recorded.`);
        },
      );
  }
}

function readBook(file: string): ChallengeBook {
  return existsSync(file) ? (readJson(file) as ChallengeBook) : EMPTY_BOOK;
}

function writeJson(file: string, content: unknown): void {
  writeFileSync(file, `${JSON.stringify(content)}\n`, { mode: 0o600 });
}

async function challenge(
  protocolNumber: string,
  siteId: string,
  flags: BookFlag & { out: string; fresh?: boolean },
  command: Command,
): Promise<void> {
  const { api, json } = contextOf(command);
  const [{ trialId }, { chainTime: now }] = await Promise.all([
    api().trial(protocolNumber),
    api().deployment(),
  ]);
  const issued = issueChallenge({
    book: readBook(flags.book),
    trialId,
    siteId: Number(siteId),
    now,
    freshEligibility: flags.fresh === true,
  });
  writeJson(flags.book, issued.book);
  writeJson(flags.out, issued.challenge);
  print(json, issued.challenge, `${flags.out}: show it to the person; it is good for 15 minutes.`);
}

async function arrive(protocolNumber: string, flags: ArriveFlags, command: Command): Promise<void> {
  const context = contextOf(command);
  const downloads = await downloadTrial(context.api(), protocolNumber);
  const reviewed = await reviewTrial({ downloads, documentKey: flags.documentKey });
  const desk = await openDesk(downloads);
  const book = readBook(flags.book);
  const answer = parseAnswer(readJson(flags.answer));
  const issued = book.open.find((open) => open.challenge === answer.challenge);
  context.progress.step("Checking the proofs...");
  const verified = await verifyArrival({ desk, book, answer, person: personOf(flags) });
  writeJson(flags.book, verified.book);
  const { attestationsHash } = reviewed.version.terms;
  const { pseudonym } = verified;
  const signed = await signArrival({
    signer: context.signer(flags.as),
    domain: { chainId: reviewed.chainId, enrollment: reviewed.enrollment },
    version: reviewed.version,
    trialId: reviewed.trial.trialId,
    siteId: issued!.siteId,
    pseudonym,
    attested: flags.attest ? attestationsHash : ZERO_BYTES32,
    now: downloads.deployment.chainTime,
  });
  const { api } = context;
  await api().settle(await submitSiteAct({ api: api(), name: "Arrival", signed }));
  context.progress.end();
  print(context.json, { arrived: pseudonym }, `Arrived: pseudonym ${pseudonym} is on study.`);
}

function personOf({ birthDate, sex, document }: ArriveFlags): Person {
  if (!["female", "male", "other", "unknown"].includes(sex)) {
    throw new InputError(`--sex ${sex}: female, male, other or unknown`);
  }
  return { birthDate, sex: sex as Sex, document };
}

type Act = {
  type: "ScreenFailure" | "Completion" | "Withdrawal";
  protocolNumber: string;
  siteId: number;
  pseudonym: bigint;
  as: string;
};

async function signAct(context: Context, { type, protocolNumber, siteId, pseudonym, as }: Act) {
  const api = context.api();
  const [{ trialId }, { chainId, contracts, chainTime: now }] = await Promise.all([
    api.trial(protocolNumber),
    api.deployment(),
  ]);
  const signed = await signSiteAct({
    signer: context.signer(as),
    domain: { chainId, enrollment: contracts.Enrollment! },
    name: type,
    act: plainAct({ trialId, pseudonym, siteId, now }),
  });
  const sent =
    type === "Withdrawal"
      ? await submitSiteWithdrawal(api, signed)
      : await submitSiteAct({ api, name: type, signed });
  await api.settle(sent);
}
