// `cohort board`: review, approve and reject trials, say what to change, suspend them.
import type { Command } from "commander";
import { collectionWords } from "../../circuits/statement/exchange/collectionWords.ts";
import { informationFacts } from "../../circuits/statement/trial/information.ts";
import { representationFacts } from "../../circuits/statement/trial/representation.ts";
import { approveVersion, type Review, resumeTrial, reviewVersion } from "../board/approve.ts";
import {
  findVersion,
  giveOpinion,
  type OpinionOnVersion,
  suspendTrial,
} from "../board/opinions.ts";
import { opinionTitle, readOpinions } from "../trial/opinions.ts";
import { droppedWords } from "../trial/sites.ts";
import { protocolIn, wholeIn } from "./argument.ts";
import { collectedWords, compiledWords, partsOf } from "./compiled.ts";
import { contextOf } from "./context.ts";
import { haltsIn } from "./halts.ts";
import { opinionLines } from "./opinions.ts";
import { withDocumentKey, withExamples } from "./options.ts";
import { print } from "./output.ts";

const APPROVAL_DAYS = "365";
type As = { as: string };
type ReviewFlags = { versionNumber?: string; documentKey?: string };
type ApproveFlags = ReviewFlags & As & { days: string };
type SayFlags = As & { versionNumber?: string };

/** Adds the ethics board's commands. */
export function addCommands(board: Command): void {
  const acting = (command: Command) =>
    command.option("--as <role>", "development key to act with", "board");
  const versioned = (command: Command) =>
    command.option("--version-number <n>", "the version; by default the newest");
  const reviewing = (command: Command) => versioned(withDocumentKey(command));

  withExamples(
    reviewing(board.command("review <protocol>"))
      .description("what a version says, recomputed from its text; approves nothing")
      .action(review),
    "board review CZ-T2D-001",
  );
  withExamples(
    acting(reviewing(board.command("approve <protocol>")))
      .description("approve exactly what review shows")
      .option("--days <n>", "how long the approval lasts", APPROVAL_DAYS)
      .action(approve),
    "board approve CZ-T2D-001 --days 180",
  );
  const saying = (usage: string, opinion: OpinionOnVersion, description: string) =>
    acting(versioned(board.command(`${usage} <protocol> <text>`)))
      .description(`${description} (your words stay public)`)
      .action(say(opinion));
  withExamples(
    saying("request-changes", "changes-requested", "say what to change before you approve"),
    "board request-changes CZ-T2D-001 'Say on page 2 who pays for travel.'",
  );
  withExamples(
    saying("reject", "rejection", "reject a version for good; a later one can be approved"),
    "board reject CZ-T2D-001 'The risk of bleeding is not justified.'",
  );
  withExamples(
    saying("comment", "comment", "comment on a version; nothing follows from it"),
    "board comment CZ-T2D-001 'A clear consent form.'",
  );
  withExamples(
    acting(board.command("suspend <protocol>"))
      .description("stop everything except withdrawals, and say why")
      .requiredOption("--reason <text>", "why; your words stay public")
      .action(suspend),
    "board suspend CZ-T2D-001 --reason 'Two serious adverse events to look into.'",
  );
  withExamples(
    acting(board.command("resume <protocol>"))
      .description("resume a suspended trial")
      .action(resume),
    "board resume CZ-T2D-001",
  );
}

async function review(typed: string, flags: ReviewFlags, command: Command): Promise<void> {
  const { api, json } = contextOf(command);
  const protocolNumber = protocolIn(typed);
  const found = await reviewVersion({ api: api(), protocolNumber, ...reviewOptions(flags) });
  const halts = await haltsIn(api(), protocolNumber);
  const opinions = await readOpinions(api(), protocolNumber);
  const lines = [...halts, renderReview(found), ...opinionLines(opinions)];
  print(json, { ...summaryOf(found), halts, opinions }, lines.join("\n"));
}

async function approve(typed: string, flags: ApproveFlags, command: Command) {
  const context = contextOf(command);
  const protocolNumber = protocolIn(typed);
  const days = wholeIn(flags.days, "--days");
  const options = reviewOptions(flags);
  context.progress.step("Reviewing and approving...");
  const actor = await context.actor(flags.as);
  const found = await reviewVersion({ api: actor.api, protocolNumber, ...options });
  const expiresAt = actor.deployment.chainTime + days * 86_400;
  await approveVersion(actor, { review: found, expiresAt });
  context.progress.end();
  const { version } = found.version;
  const until = new Date(expiresAt * 1000).toISOString().slice(0, 10);
  print(
    context.json,
    { ...summaryOf(found), expiresAt },
    `Approved version ${version} of ${protocolNumber} until ${until}.`,
  );
}

function say(opinion: OpinionOnVersion) {
  return async (typed: string, text: string, flags: SayFlags, command: Command) => {
    const context = contextOf(command);
    const protocolNumber = protocolIn(typed);
    const number = flags.versionNumber && wholeIn(flags.versionNumber, "--version-number");
    context.progress.step("Sending...");
    const actor = await context.actor(flags.as);
    const asked = { protocolNumber, version: number || undefined };
    const version = await findVersion(actor.api, asked);
    await giveOpinion(actor, { protocolNumber, version, opinion, text });
    context.progress.end();
    const said = { opinion, version: version.version };
    const done = { protocolNumber, ...said, text };
    print(context.json, done, `${protocolNumber}: ${opinionTitle(said)}.`);
  };
}

async function suspend(typed: string, flags: As & { reason: string }, command: Command) {
  const context = contextOf(command);
  const protocolNumber = protocolIn(typed);
  const { reason } = flags;
  context.progress.step("Sending...");
  await suspendTrial(await context.actor(flags.as), { protocolNumber, reason });
  context.progress.end();
  const done = { suspended: protocolNumber, reason };
  print(context.json, done, `${protocolNumber}: suspended.`);
}

async function resume(typed: string, { as }: As, command: Command): Promise<void> {
  const context = contextOf(command);
  const protocolNumber = protocolIn(typed);
  context.progress.step("Sending...");
  await resumeTrial(await context.actor(as), protocolNumber);
  context.progress.end();
  print(context.json, { resumed: protocolNumber }, `${protocolNumber}: resumed.`);
}

function reviewOptions({ versionNumber, documentKey }: ReviewFlags) {
  const version = versionNumber && wholeIn(versionNumber, "--version-number");
  return { ...(version ? { version } : {}), ...(documentKey ? { documentKey } : {}) };
}

function summaryOf({ version, digest, compiled, document, dropped }: Review) {
  const { protocolNumber, title, identityDocument, collections = [] } = document.trial;
  const { coverage, circuit, warnings, english, reviewed } = compiled;
  const { version: number, approvedUntil } = version;
  return {
    protocolNumber,
    title,
    identityDocument,
    version: number,
    approvedUntil,
    digest,
    circuit,
    parts: partsOf(compiled),
    coverage,
    warnings,
    english,
    reviewed,
    dropped: dropped.map(droppedWords),
    collections: collections.map((one) => ({ id: one.id, words: collectionWords(one) })),
    custodians: document.custodians ?? null,
  };
}

const factLine = ([name, words]: readonly [string, string]) => `${name}: ${words}`;

function renderReview({ document, compiled, digest, version, dropped }: Review): string {
  const { trial } = document;
  return [
    `${trial.protocolNumber}, version ${version.version}: ${trial.title}`,
    "",
    ...compiledWords(compiled, compiled.reviewed),
    ...collectedWords(document),
    ...informationFacts(trial.information).map(factLine),
    ...representationFacts(trial.consentForm.representation).map(factLine),
    `The sites check: ${trial.identityDocument}.`,
    ...dropped.map(droppedWords),
    `Text, terms and chain agree. Digest ${digest}.`,
  ].join("\n");
}
