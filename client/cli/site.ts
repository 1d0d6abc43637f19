// `cohort site`: challenge the person at the desk, check the answer, sign.
import { existsSync } from "node:fs";
import type { Command } from "commander";
import { trialIdOf, ZERO_BYTES32 } from "../../circuits/statement/trial.ts";
import { parseAnswer } from "../arrival.ts";
import { openDesk } from "../journey/visit.ts";
import { downloadTrial, type ReviewedTrial, reviewTrial } from "../patient/review.ts";
import type { Person, Sex } from "../person.ts";
import {
  type ChallengeBook,
  EMPTY_BOOK,
  issueChallenge,
  openChallenge,
} from "../site/challenge.ts";
import { signArrival, signSuccession, submitSiteAct, submitSuccession } from "../site/sign.ts";
import { verifySuccession } from "../site/succession.ts";
import { verifyArrival } from "../site/verify.ts";
import { siteAttestations } from "../trial-file.ts";
import { dayIn, wholeIn } from "./argument.ts";
import { contextOf, withDocumentKey, withExamples } from "./context.ts";
import { readJson, writePrivate } from "./file.ts";
import { InputError, print, shorten } from "./output.ts";
import { addParticipantsCommand } from "./participants.ts";
import { addSiteActCommands } from "./siteActs.ts";
import { pickPseudonyms } from "./sponsor.ts";

const BOOK_FILE = "site-challenges.json";
const BOOK_TEXT = "the site's open challenges";
const SEXES = ["female", "male", "other", "unknown"];

type BookFlag = { book: string };
type DeskFlags = BookFlag & {
  answer: string;
  birthDate: string;
  sex: string;
  document: string;
  documentKey?: string;
  as: string;
};
type ArriveFlags = DeskFlags & { attest?: boolean };
type SucceedFlags = DeskFlags & { pseudonym: string };

/** Adds the site's commands. */
export function addSiteCommands(program: Command): void {
  const site = program.command("site").description("check arrivals and sign for your participants");
  withExamples(
    site
      .command("challenge <protocol> <site>")
      .description("a fresh challenge for the person at the desk")
      .requiredOption("--out <file>", "where to write it")
      .option("--fresh", "also ask for a proof that the criteria hold today")
      .option("--book <file>", BOOK_TEXT, BOOK_FILE)
      .action(challenge),
    "site challenge CZ-T2D-001 1 --out challenge.json",
  );
  const desk = (usage: string, text: string) =>
    withDocumentKey(site.command(usage).description(text))
      .requiredOption("--answer <file>", "what the wallet wrote")
      .requiredOption("--birth-date <date>", "YYYY-MM-DD, as on the document")
      .requiredOption("--sex <sex>", "female, male, other or unknown")
      .requiredOption("--document <text>", "the document's text")
      .option("--book <file>", BOOK_TEXT, BOOK_FILE)
      .option("--as <role>", "development key to sign with", "site-1");
  const seen = "--answer answer.json --birth-date 1961-04-12 --sex female --document 'P X12345'";
  withExamples(
    desk(
      "arrive <protocol>",
      "check a person's answer against their document, attest and sign the arrival",
    )
      .option("--attest", "you confirm every item that site attest lists")
      .action(arrive),
    `site arrive CZ-T2D-001 ${seen} --attest`,
  );
  withExamples(
    desk("succeed <protocol>", "retire the pseudonym of a lost wallet and admit the new one")
      .requiredOption("--pseudonym <number>", "the lost one, from your file of the arrival")
      .action(succeed),
    `site succeed CZ-T2D-001 --pseudonym 1203584712 ${seen}`,
  );
  withExamples(
    withDocumentKey(site.command("attest <protocol>"))
      .description("list what the site attests when it signs an arrival")
      .action(attest),
    "site attest CZ-T2D-001",
  );
  addParticipantsCommand(site, "site");
  addSiteActCommands(site);
}

function readBook(file: string): ChallengeBook {
  if (!existsSync(file)) return EMPTY_BOOK;
  const book = readJson(file) as Partial<ChallengeBook>;
  if (!Array.isArray(book.open)) throw new InputError(`${file}: not a book of challenges`);
  return book as ChallengeBook;
}

async function challenge(
  protocolNumber: string,
  site: string,
  flags: BookFlag & { out: string; fresh?: boolean },
  command: Command,
): Promise<void> {
  const { api, json } = contextOf(command);
  const siteId = wholeIn(site, "site");
  const trialId = trialIdOf(protocolNumber);
  const [{ versions }, { chainTime: now }] = await Promise.all([
    api().publicState(trialId),
    api().deployment(),
  ]);
  const sites = new Set(versions.flatMap(({ terms }) => terms.sites.map((one) => one.siteId)));
  if (!sites.has(siteId)) {
    throw new InputError(`site ${siteId}: the trial's sites are ${[...sites].join(", ")}`);
  }
  const issued = issueChallenge({
    book: readBook(flags.book),
    trialId,
    siteId,
    now,
    freshEligibility: flags.fresh === true,
  });
  await writePrivate(flags.book, issued.book);
  await writePrivate(flags.out, issued.challenge);
  print(json, issued.challenge, `${flags.out}: show it to the person; it is good for 15 minutes.`);
}

/** Everything that a check at the desk needs: the trial, the challenges, the answer, and who stands there. */
async function openCase(protocolNumber: string, flags: DeskFlags, command: Command) {
  const context = contextOf(command);
  const person = personOf(flags);
  const answer = parseAnswer(readJson(flags.answer));
  const book = readBook(flags.book);
  context.progress.step("Downloading the trial's public state...");
  const downloads = await downloadTrial(context.api(), protocolNumber);
  const reviewed = await reviewTrial({ downloads, documentKey: flags.documentKey });
  const desk = await openDesk(downloads);
  const { siteId } = openChallenge({ book, challenge: answer.challenge, now: desk.now });
  const domain = { chainId: reviewed.chainId, enrollment: reviewed.enrollment };
  return { context, reviewed, siteId, domain, check: { desk, book, answer, person } };
}

async function arrive(protocolNumber: string, flags: ArriveFlags, command: Command): Promise<void> {
  const { context, reviewed, siteId, domain, check } = await openCase(
    protocolNumber,
    flags,
    command,
  );
  requireAttested(reviewed, flags);
  const { attestationsHash } = reviewed.version.terms;
  context.progress.step("Checking the proofs...");
  const { pseudonym, book } = await verifyArrival(check);
  const signed = await signArrival({
    signer: context.signer(flags.as),
    domain,
    version: reviewed.version,
    trialId: reviewed.trial.trialId,
    siteId,
    pseudonym,
    attested: flags.attest ? attestationsHash : ZERO_BYTES32,
    now: check.desk.now,
  });
  const api = context.api();
  context.progress.step("Sending...");
  await api.settle(await submitSiteAct({ api, name: "Arrival", signed }));
  // Last: until the arrival is on the chain, the same answer may be shown again.
  await writePrivate(flags.book, book);
  context.progress.end();
  print(
    context.json,
    { arrived: pseudonym, siteId },
    `Arrived: pseudonym ${shorten(pseudonym)} is on study. Keep the whole number in your file: ${pseudonym}`,
  );
}

/** Staff must have seen the list that they sign. Throws InputError showing it. */
function requireAttested(
  { version, compiled }: ReviewedTrial,
  { attest: isConfirmed }: ArriveFlags,
) {
  if (isConfirmed || version.terms.attestationsHash === ZERO_BYTES32) return;
  const lines = siteAttestations(compiled).map(attestationWords);
  throw new InputError(`Confirm each of these, then add --attest:\n${lines.join("\n")}`);
}

async function succeed(protocolNumber: string, flags: SucceedFlags, command: Command) {
  const { context, domain, check } = await openCase(protocolNumber, flags, command);
  const [pseudonym] = await pickPseudonyms(context, protocolNumber, [flags.pseudonym]);
  context.progress.step("Checking the proofs...");
  const { succession, book } = await verifySuccession({ ...check, pseudonym: pseudonym! });
  const signed = await signSuccession({ signer: context.signer(flags.as), domain, succession });
  const api = context.api();
  context.progress.step("Sending...");
  await api.settle(await submitSuccession(api, signed));
  await writePrivate(flags.book, book);
  context.progress.end();
  print(
    context.json,
    { retired: pseudonym },
    `Retired pseudonym ${shorten(pseudonym)}; the new wallet is admitted. Next, for the person: cohort patient consent ${protocolNumber} --site ${succession.siteId}`,
  );
}

async function attest(
  protocolNumber: string,
  flags: { documentKey?: string },
  command: Command,
): Promise<void> {
  const { api, json } = contextOf(command);
  const downloads = await downloadTrial(api(), protocolNumber);
  const { compiled } = await reviewTrial({ downloads, documentKey: flags.documentKey });
  const items = siteAttestations(compiled).map(({ id, text, by, when, negated }) => ({
    id,
    text,
    by,
    when,
    negated,
  }));
  print(json, items, items.map(attestationWords).join("\n") || "Nothing to attest.");
}

function attestationWords({ text, negated }: { text: string; negated: boolean }): string {
  return `- ${negated ? "this is not so: " : ""}${text}`;
}

function personOf({ birthDate, sex, document }: DeskFlags): Person {
  if (!SEXES.includes(sex)) throw new InputError(`--sex ${sex}: one of ${SEXES.join(", ")}`);
  dayIn(birthDate, "--birth-date");
  return { birthDate, sex: sex as Sex, document };
}
