// `cohort board`: review and approve trials.
import type { Command } from "commander";
import {
  approveVersion,
  type Review,
  resumeTrial,
  reviewVersion,
  suspendTrial,
} from "../board/approve.ts";
import { droppedWords } from "../sponsor/sites.ts";
import { protocolIn, wholeIn } from "./argument.ts";
import { compiledWords, partsOf } from "./compiled.ts";
import { contextOf, withDocumentKey, withExamples } from "./context.ts";
import { haltsIn } from "./halts.ts";
import { print } from "./output.ts";

const APPROVAL_DAYS = "365";
type As = { as: string };
type ReviewFlags = { versionNumber?: string; documentKey?: string };
type ApproveFlags = ReviewFlags & As & { days: string };

/** Adds the ethics board's commands. */
export function addBoardCommands(program: Command): void {
  const board = program.command("board").description("review and approve trials");
  const acting = (command: Command) =>
    command.option("--as <role>", "development key to act with", "board");
  const reviewing = (command: Command) =>
    withDocumentKey(command).option("--version-number <n>", "the version; by default the newest");

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
  withExamples(
    acting(board.command("suspend <protocol>"))
      .description("stop all but withdrawals")
      .action(turning("suspended", suspendTrial)),
    "board suspend CZ-T2D-001",
  );
  withExamples(
    acting(board.command("resume <protocol>"))
      .description("let a suspended trial go on")
      .action(turning("resumed", resumeTrial)),
    "board resume CZ-T2D-001",
  );
}

async function review(typed: string, flags: ReviewFlags, command: Command): Promise<void> {
  const { api, json } = contextOf(command);
  const protocolNumber = protocolIn(typed);
  const found = await reviewVersion({ api: api(), protocolNumber, ...reviewOptions(flags) });
  const halts = await haltsIn(api(), protocolNumber);
  print(json, { ...summaryOf(found), halts }, [...halts, renderReview(found)].join("\n"));
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

function turning(done: "suspended" | "resumed", act: typeof suspendTrial) {
  return async (typed: string, { as }: As, command: Command) => {
    const context = contextOf(command);
    const protocolNumber = protocolIn(typed);
    context.progress.step("Sending...");
    await act(await context.actor(as), protocolNumber);
    context.progress.end();
    print(context.json, { [done]: protocolNumber }, `${protocolNumber}: ${done}.`);
  };
}

function reviewOptions({ versionNumber, documentKey }: ReviewFlags) {
  const version = versionNumber && wholeIn(versionNumber, "--version-number");
  return { ...(version ? { version } : {}), ...(documentKey ? { documentKey } : {}) };
}

function summaryOf({ version, digest, compiled, document, dropped }: Review) {
  const { protocolNumber, title, identityDocument } = document.trial;
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
  };
}

function renderReview({ document, compiled, digest, version, dropped }: Review): string {
  const { trial } = document;
  return [
    `${trial.protocolNumber}, version ${version.version}: ${trial.title}`,
    "",
    ...compiledWords(compiled, compiled.reviewed),
    `The sites check: ${trial.identityDocument}.`,
    ...dropped.map(droppedWords),
    `Text, terms and chain agree. Digest ${digest}.`,
  ].join("\n");
}
