// `cohort site arrive` and `cohort site succeed`: the person at the desk is checked, and the site signs.
import type { Command } from "commander";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { type Bytes32, ZERO_BYTES32 } from "../../circuits/statement/trial/trial.ts";
import { parseAnswer } from "../desk/arrival.ts";
import type { Person, Sex } from "../desk/person.ts";
import { tagPlaceOf } from "../exchange/personTag.ts";
import { parseWithdrawalCode, withdrawalCodeWord } from "../handover/withdrawalCode.ts";
import { openChallenge } from "../site/challenge.ts";
import { openDesk } from "../site/desk.node.ts";
import { requireDeskKey } from "../site/deskStaff.ts";
import { representativeWords, verifyGiver } from "../site/giver.ts";
import { requireSite } from "../site/roster.ts";
import { signArrival, signSuccession, submitSiteAct, submitSuccession } from "../site/sign.ts";
import { needsCode, verifySuccession } from "../site/succession.ts";
import { type Tagged, tagPerson } from "../site/tagging.ts";
import { type Desk, screeningDays, type Visit, verifyArrival } from "../site/verify.ts";
import { siteAttestations } from "../trial/document.ts";
import { downloadTrial, type ReviewedTrial } from "../trial/review.ts";
import { dayIn, protocolIn, wholeIn } from "./argument.ts";
import { contextOf } from "./context.ts";
import {
  type DeskFiles,
  noteInMemory,
  pinnedTagKey,
  pinTagKey,
  readBook,
  readMemory,
  type TagFile,
  withDeskFiles,
  withTagFile,
} from "./deskFiles.ts";
import { type CustodianFlag, reachCustodians, withCustodians } from "./exchange.ts";
import { readJson, writePrivate } from "./file.ts";
import { withExamples } from "./options.ts";
import { askedWords, InputError, print, shorten } from "./output.ts";
import { type ReviewFlags, review, withReview } from "./reviewing.ts";
import { readSecret } from "./secret.ts";

const SEXES = ["female", "male", "other", "unknown"];

type DeskFlags = DeskFiles &
  ReviewFlags & {
    answer: string;
    birthDate: string;
    sex: string;
    document: string;
    as: string;
  };
type ArriveFlags = DeskFlags &
  CustodianFlag &
  TagFile & { attest?: boolean; screenedWithin?: string; withoutTag?: boolean };

/** Adds the commands with which a person at the desk is checked. */
export function addDeskCommands(site: Command): void {
  const desk = (usage: string, text: string) =>
    withDeskFiles(withReview(site.command(usage).description(text)))
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
    withTagFile(
      withCustodians(
        desk(
          "arrive <protocol>",
          "check a person's answer against their document, register their tag, attest and sign the arrival",
        ),
      ),
    )
      .option("--attest", "you confirm every item that site attest lists")
      .option(
        "--screened-within <days>",
        "refuse somebody screened longer ago; a challenge with --fresh then asks for the criteria today",
      )
      .option(
        "--without-tag",
        "sign although the custodians give no tag: every audit names the arrival",
      )
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
  const reviewed = await review(context, flags, downloads);
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
  const { siteId } = asked;
  const events = await api.trialEvents(protocolIn(protocolNumber));
  // Before anything is checked or asked for: whose key it is decides whether any of it counts.
  await requireDeskKey({ ...signing, siteId, events, now: visit.desk.now });
  context.progress.step(`Checking the proofs and the ${documentOf(reviewed)}...`);
  const screenings = await screeningsIn(visit.desk, flags);
  const desk = { ...visit.desk, ...(screenings && { screenings }) };
  const { pseudonym, arriveBy, book, note } = await verifyArrival({ ...visit, desk });
  const { versions } = desk.state;
  const who = verifyGiver({ ...visit, reviewed, events, versions, pseudonym, now: desk.now });
  const tagged = await tagIfAsked({ opened, flags, pseudonym, arriveBy });
  const signed = await signArrival({
    ...signing,
    siteId,
    pseudonym,
    arriveBy,
    attested: flags.attest ? reviewed.version.terms.attestationsHash : ZERO_BYTES32,
    events,
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
    {
      ...{ arrived: pseudonym, siteId, ...(who && { representative: who }) },
      ...(tagged && { tag: tagged.tag, wrong: tagged.wrong }),
    },
    [
      ...(who ? [`Somebody else consented: ${representativeWords(who)}.`] : []),
      `Arrived: pseudonym ${shorten(pseudonym)} is on study. Keep the whole number in your file: ${pseudonym}`,
      `${flags.memory} remembers the document as a hash: keep it for as long as the trial runs.`,
      ...(tagged
        ? [`Tagged ${shorten(BigInt(tagged.tag))}: the person is admitted here once.`]
        : []),
      ...(tagged?.wrong ?? []).map(
        (one) => `The custodian ${one} answered wrongly: tell governance.`,
      ),
    ].join("\n"),
  );
}

/** The person's tag, registered; undefined in a trial without custodians, and where staff go on without it. */
async function tagIfAsked(of: {
  opened: Awaited<ReturnType<typeof openCase>>;
  flags: ArriveFlags;
  pseudonym: bigint;
  arriveBy: number;
}): Promise<Tagged | undefined> {
  const { opened, flags, pseudonym, arriveBy } = of;
  const { context, api, asked, signing, visit } = opened;
  if (flags.withoutTag) return undefined;
  const { state, now } = visit.desk;
  const deployment = await api.deployment();
  const place = tagPlaceOf(deployment);
  const { document } = visit.person;
  const { signer } = signing;
  return await tagPerson({
    ...{ api, state },
    desk: { signer, place, siteId: asked.siteId, pseudonym, arriveBy, document, now },
    reach: async (accounts) =>
      (await reachCustodians(context, flags)).filter(({ address }) => accounts.includes(address)),
    pinned: (holders) => pinnedTagKey(flags, holders),
    keep: (holders, hash) => pinTagKey(flags, holders, hash),
    say: (step) => context.progress.step(step.replace("…", "...")),
  });
}

/** How old a screening may be, and the day of each; undefined when any age will do. */
async function screeningsIn({ events }: Desk, { screenedWithin }: ArriveFlags) {
  if (screenedWithin === undefined) return undefined;
  const maxAgeDays = wholeIn(screenedWithin, "--screened-within", 0);
  return { maxAgeDays, days: screeningDays((await events?.()) ?? []) };
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

/** What the site attests, as questions with the answer that lets the person take part. */
export function attestationWords(of: { text: string; negated: boolean }): string {
  return `- ${askedWords(of)}`;
}

function personOf({ birthDate, sex, document }: DeskFlags): Person {
  if (!SEXES.includes(sex)) throw new InputError(`--sex ${sex}: one of ${SEXES.join(", ")}`);
  dayIn(birthDate, "--birth-date");
  return { birthDate, sex: sex as Sex, document };
}
