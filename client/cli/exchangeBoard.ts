// `cohort board cases` and `cohort board close`: emergencies that the board has to look into.
import type { Command } from "commander";
import { trialIdOf } from "../../circuits/statement/trial/trial.ts";
import { exchangeOf } from "../api/exchange.ts";
import { CLOSE_SECONDS, casesOf, closeCase } from "../exchange/emergency.ts";
import { protocolIn, wholeIn } from "./argument.ts";
import { contextOf } from "./context.ts";
import { acting, withExamples } from "./options.ts";
import { print, shorten } from "./output.ts";
import { timeWords } from "./wallet.ts";

/** Adds the board's commands about emergencies. */
export function addCommands(board: Command): void {
  withExamples(
    board
      .command("cases <protocol>")
      .description(
        "emergencies in which somebody's data were opened without asking; open ones first",
      )
      .action(cases),
    "board cases CZ-T2D-001",
  );
  acting(board, "board")(
    "close <case> <outcome>",
    "close a case with what you found (your words stay public)",
    "board close 0 'Unconscious, allergy unknown: justified.'",
  ).action(close);
}

async function cases(typed: string, _flags: object, command: Command): Promise<void> {
  const context = contextOf(command);
  const api = context.api();
  const trialId = trialIdOf(protocolIn(typed));
  const [events, { chainTime: now }] = await Promise.all([api.events(), api.deployment()]);
  const exchange = exchangeOf(api);
  const found = casesOf(events, { now, trialId }).sort(
    (a, b) => Number(a.closedAt !== undefined) - Number(b.closedAt !== undefined),
  );
  const told = await Promise.all(
    found.map(async (one) => ({
      ...one,
      reasonText: await exchange.text(one.reason),
      outcomeText: one.outcome && (await exchange.text(one.outcome)),
    })),
  );
  const lines = told.map((one) => {
    const due = `close by ${timeWords(one.openedAt + CLOSE_SECONDS)}`;
    const state =
      one.closedAt !== undefined
        ? `closed ${timeWords(one.closedAt)}: ${one.outcomeText ?? "no words published"}`
        : one.isOverdue
          ? `OVERDUE, ${due}: the clinician is suspended`
          : due;
    const why = one.reasonText ?? "no reason published";
    return `${one.caseId}  ${timeWords(one.openedAt)}, ${one.clinician} about ${shorten(one.pseudonym)}: ${why} (${state})`;
  });
  print(context.json, told, lines.join("\n") || "No cases.");
}

async function close(
  typed: string,
  outcome: string,
  { as }: { as: string },
  command: Command,
): Promise<void> {
  const context = contextOf(command);
  const caseId = BigInt(wholeIn(typed, "case", 0));
  context.progress.step("Closing...");
  await closeCase(await context.actor(as), { caseId, outcome });
  context.progress.end();
  print(context.json, { closed: caseId, outcome }, `Case ${caseId} is closed.`);
}
