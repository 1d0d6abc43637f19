// `cohort board`: review and approve trials.
import type { Command } from "commander";
import {
  approveVersion,
  type Review,
  resumeTrial,
  reviewVersion,
  suspendTrial,
} from "../board/approve.ts";
import { contextOf } from "./context.ts";
import { InputError, print } from "./output.ts";

const APPROVAL_DAYS = "365";
type As = { as: string };

/** Adds the ethics board's commands. */
export function addBoardCommands(program: Command): void {
  const board = program.command("board").description("review and approve trials");

  board
    .command("review <protocol>")
    .description("what a version says, recomputed from its text; approves nothing")
    .option("--version-number <n>", "the version; by default the newest")
    .option("--document-key <key>", "opens a sealed text")
    .action(async (protocolNumber: string, flags: ReviewFlags, command: Command) => {
      const context = contextOf(command);
      const review = await reviewVersion({
        api: context.api(),
        protocolNumber,
        ...reviewOptions(flags),
      });
      print(context.json, summaryOf(review), renderReview(review));
    });

  board
    .command("approve <protocol>")
    .description("approve exactly what review shows")
    .option("--version-number <n>", "the version; by default the newest")
    .option("--document-key <key>", "opens a sealed text")
    .option("--days <n>", "how long the approval lasts", APPROVAL_DAYS)
    .option("--as <role>", "development key to act with", "board")
    .action(async (protocolNumber: string, flags: ApproveFlags, command: Command) => {
      const context = contextOf(command);
      const actor = await context.actor(flags.as);
      const review = await reviewVersion({
        api: actor.api,
        protocolNumber,
        ...reviewOptions(flags),
      });
      const expiresAt = actor.deployment.chainTime + wholeNumber(flags.days, "--days") * 86_400;
      context.progress.step("Approving...");
      await approveVersion(actor, { review, expiresAt });
      context.progress.end();
      const { version } = review.version;
      print(
        context.json,
        { ...summaryOf(review), expiresAt },
        `Approved version ${version} of ${protocolNumber}.`,
      );
    });

  const acts = { suspend: suspendTrial, resume: resumeTrial } as const;
  for (const [name, act] of Object.entries(acts)) {
    board
      .command(`${name} <protocol>`)
      .description(name === "suspend" ? "stop all but withdrawals" : "let a suspended trial go on")
      .option("--as <role>", "development key to act with", "board")
      .action(async (protocolNumber: string, { as }: As, command: Command) => {
        const context = contextOf(command);
        await act(await context.actor(as), protocolNumber);
        print(context.json, { [name]: protocolNumber }, `${protocolNumber}: ${name} done.`);
      });
  }
}

type ReviewFlags = { versionNumber?: string; documentKey?: string };
type ApproveFlags = ReviewFlags & As & { days: string };

function reviewOptions({ versionNumber, documentKey }: ReviewFlags) {
  const version = versionNumber && wholeNumber(versionNumber, "--version-number");
  return { ...(version ? { version } : {}), ...(documentKey ? { documentKey } : {}) };
}

function wholeNumber(text: string, name: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new InputError(`${name}: a whole number above 0, not ${text}`);
  return Number(text);
}

function summaryOf({ version, digest, compiled, document }: Review) {
  const { protocolNumber, title } = document.trial;
  const { coverage, circuit, warnings } = compiled;
  return { protocolNumber, title, version: version.version, digest, circuit, coverage, warnings };
}

function renderReview(review: Review): string {
  const { document, compiled, digest, version } = review;
  const { trial } = document;
  const { coverage, program } = compiled;
  return [
    `${trial.protocolNumber}, version ${version.version}: ${trial.title}`,
    "",
    compiled.english,
    "",
    `${coverage.criteria} criteria: ${coverage.proven} proven, ${coverage.partly} partly, ${coverage.attested} attested.`,
    `${program.leaves.length} leaves and ${program.gates.length} gates: ${compiled.circuit}.`,
    ...compiled.warnings.map(({ path, message }) => `Note at ${path}: ${message}`),
    `Text, terms and chain agree. Digest ${digest}.`,
  ].join("\n");
}
