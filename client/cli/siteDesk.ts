// `cohort site arrive` and `cohort site succeed`: the person at the desk is checked, and the site signs.
import type { Command } from "commander";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { type Bytes32, ZERO_BYTES32 } from "../../circuits/statement/trial.ts";
import { parseAnswer } from "../arrival.ts";
import { downloadTrial, type ReviewedTrial, reviewTrial } from "../patient/review.ts";
import { parseWithdrawalCode, withdrawalCodeWord } from "../patient/withdrawal-code.ts";
import type { Person, Sex } from "../person.ts";
import { openChallenge } from "../site/challenge.ts";
import { openDesk } from "../site/desk.node.ts";
import { requireSite } from "../site/roster.ts";
import { signArrival, signSuccession, submitSiteAct, submitSuccession } from "../site/sign.ts";
import { needsCode, verifySuccession } from "../site/succession.ts";
import { type Visit, verifyArrival } from "../site/verify.ts";
import { siteAttestations } from "../trial-file.ts";
import { dayIn, protocolIn } from "./argument.ts";
import { contextOf, withDocumentKey, withExamples } from "./context.ts";
import { type DeskFiles, noteInMemory, readBook, readMemory, withDeskFiles } from "./deskFiles.ts";
import { readJson, writePrivate } from "./file.ts";
import { InputError, print, shorten } from "./output.ts";
import { readSecret } from "./secret.ts";

const SEXES = ["female", "male", "other", "unknown"];

type DeskFlags = DeskFiles & {
  answer: string;
  birthDate: string;
  sex: string;
  document: string;
  documentKey?: string;
  as: string;
};
type ArriveFlags = DeskFlags & { attest?: boolean };

/** Adds the commands with which a person at the desk is checked. */
export function addDeskCommands(site: Command): void {
  const desk = (usage: string, text: string) =>
    withDeskFiles(withDocumentKey(site.command(usage).description(text)))
      .requiredOption("--answer <file>", "what the wallet wrote")
      .requiredOption("--birth-date <date>", "YYYY-MM-DD, as on the document")
      .requiredOption("--sex <sex>", "female, male, other or unknown")
      .requiredOption(
        "--document <text>",
        "the document that the trial names (site attest says it)",
      )
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
    desk(
      "succeed <protocol>",
      "retire the pseudonym of a lost wallet, which the challenge names, and admit the new one; " +
        "before arrival with the printed code (asked for, or COHORT_WITHDRAWAL_CODE)",
    ).action(succeed),
    `site succeed CZ-T2D-001 ${seen}`,
  );
}

/** Everything that a check at the desk needs: the trial, the challenges, the answer, and who stands there. */
async function openCase(protocolNumber: string, flags: DeskFlags, command: Command) {
  const context = contextOf(command);
  const person = personOf(flags);
  const answer = parseAnswer(readJson(flags.answer));
  const [book, memory] = [readBook(flags), readMemory(flags)];
  context.progress.step("Downloading the trial's public state...");
  const api = context.api();
  const downloads = await downloadTrial(api, protocolIn(protocolNumber));
  const reviewed = await reviewTrial({ downloads, documentKey: flags.documentKey });
  const desk = await openDesk(downloads, api);
  const asked = openChallenge({ book, challenge: answer.challenge, now: desk.now });
  requireSite(desk.state, asked.siteId);
  const signing = {
    signer: context.signer(flags.as),
    domain: { chainId: reviewed.chainId, enrollment: reviewed.enrollment },
    state: desk.state,
  };
  const visit: Visit = { desk, book, memory, answer, person };
  return { context, api, reviewed, asked, signing, visit };
}

async function arrive(protocolNumber: string, flags: ArriveFlags, command: Command): Promise<void> {
  const opened = await openCase(protocolNumber, flags, command);
  const { context, api, reviewed, asked, signing, visit } = opened;
  requireAttested(reviewed, flags);
  context.progress.step(`Checking the proofs and the ${documentOf(reviewed)}...`);
  const { pseudonym, arriveBy, book, note } = await verifyArrival(visit);
  const { siteId } = asked;
  const signed = await signArrival({
    ...signing,
    siteId,
    pseudonym,
    arriveBy,
    attested: flags.attest ? reviewed.version.terms.attestationsHash : ZERO_BYTES32,
    now: visit.desk.now,
  });
  // First: whatever happens to the arrival, this document comes back under no other pseudonym.
  await noteInMemory(flags, note);
  context.progress.step("Sending...");
  await api.settle(await submitSiteAct({ api, name: "Arrival", signed }));
  // Last: until the arrival is on the chain, the same answer may be shown again.
  await writePrivate(flags.book, book);
  context.progress.end();
  print(
    context.json,
    { arrived: pseudonym, siteId },
    `Arrived: pseudonym ${shorten(pseudonym)} is on study. Keep the whole number in your file: ${pseudonym}\n${flags.memory} remembers the document as a hash: keep it for as long as the trial runs.`,
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

async function succeed(protocolNumber: string, flags: DeskFlags, command: Command): Promise<void> {
  const opened = await openCase(protocolNumber, flags, command);
  const { context, api, reviewed, asked, signing, visit } = opened;
  const lost = BigInt(asked.succeeds ?? 0);
  const participant = visit.desk.state.participants.find(({ pseudonym }) => pseudonym === lost);
  const code = participant && needsCode(participant) ? await readCode() : undefined;
  context.progress.step(`Checking the proofs and the ${documentOf(reviewed)}...`);
  const verified = await verifySuccession({ ...visit, code });
  const { succession, book, note } = verified;
  const signed = await signSuccession({ ...signing, succession });
  context.progress.step("Sending...");
  await api.settle(await submitSuccession(api, signed, verified));
  // Not before: a succession that failed must not open this document to a second pseudonym.
  await noteInMemory(flags, note);
  await writePrivate(flags.book, book);
  context.progress.end();
  print(
    context.json,
    { retired: lost },
    `Retired pseudonym ${shorten(lost)}; the new wallet is admitted. Next, for the person: cohort patient consent ${protocolNumber} --site ${succession.siteId}`,
  );
}

/** The code printed for whoever consented under the lost pseudonym. Refuses (`WrongCode`) a mistyped one. */
async function readCode(): Promise<Bytes32> {
  const printed = await readSecret("COHORT_WITHDRAWAL_CODE", "The lost pseudonym's printed code");
  const secret = parseWithdrawalCode(printed);
  if (secret === undefined) throw new Refusal("WrongCode");
  return withdrawalCodeWord(secret);
}

function documentOf({ document }: ReviewedTrial): string {
  return document.trial.identityDocument;
}

/** What the site attests, in words. */
export function attestationWords({ text, negated }: { text: string; negated: boolean }): string {
  return `- ${negated ? "this is not so: " : ""}${text}`;
}

function personOf({ birthDate, sex, document }: DeskFlags): Person {
  if (!SEXES.includes(sex)) throw new InputError(`--sex ${sex}: one of ${SEXES.join(", ")}`);
  dayIn(birthDate, "--birth-date");
  return { birthDate, sex: sex as Sex, document };
}
