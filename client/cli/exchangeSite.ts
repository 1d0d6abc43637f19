// `cohort site visit|erase|staff`: forms of a visit, an erasure declared at the desk, and who works here.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { formatDay } from "../../circuits/statement/encoding/day.ts";
import { CORRECTIONS, type Correction } from "../../circuits/statement/exchange/entry.ts";
import { sendDeposit } from "../exchange/deposit.ts";
import { eraseByCode, signErasure, submitErasure } from "../exchange/erase.ts";
import { prepareVisit, visitProblems } from "../exchange/visit.ts";
import { parseWithdrawalCode, withdrawalCodeWord } from "../handover/withdrawalCode.ts";
import { dayIn, pickNumber, protocolIn, wholeIn } from "./argument.ts";
import { contextOf } from "./context.ts";
import { type KeyFile, pinRing, withKeyFile } from "./deskFiles.ts";
import {
  type CustodianFlag,
  collectionsOf,
  lookAtEntries,
  lookAtExchange,
  pickCollection,
  ringOf,
  SOFTWARE,
  withCustodians,
} from "./exchange.ts";
import { addStaffCommands } from "./exchangeStaff.ts";
import { readJson } from "./file.ts";
import { withExamples } from "./options.ts";
import { InputError, print, shorten } from "./output.ts";
import { type ReviewFlags, withReview } from "./reviewing.ts";

type VisitFlags = ReviewFlags &
  CustodianFlag &
  KeyFile & {
    as: string;
    collection?: string;
    day?: string;
    corrects?: string;
    reason?: string;
  };

/** Adds the site's commands about research data. */
export function addCommands(site: Command): void {
  const reasons = Object.keys(CORRECTIONS).slice(1).join(", ");
  withExamples(
    withKeyFile(
      withCustodians(withReview(site.command("visit <protocol> <site> <pseudonym> <response>"))),
    )
      .description(
        "deposit a visit's form: a file with its answers as a FHIR QuestionnaireResponse",
      )
      .option("--collection <id>", "which form, where a trial has several")
      .option("--day <date>", "of the visit, as YYYY-MM-DD (default: today)")
      .option("--corrects <entry>", "the entry that this one takes the place of")
      .option("--reason <reason>", `why it is corrected: ${reasons}`)
      .option("--as <role>", "development key to sign with", "site-1")
      .action(visit),
    "site visit CZ-T2D-001 1 1203584712 visit-1.json --day 2026-11-30",
    "site visit CZ-T2D-001 1 1203584712 visit-1.json --corrects 0x5f... --reason enteredWrongly",
  );
  withExamples(
    site
      .command("erase <protocol> <site> <pseudonym>")
      .description(
        "have the custodians' keys for a person destroyed for good, as they declared at the desk",
      )
      .option("--code <code>", "by the person's printed code instead, which also withdraws them")
      .option("--for-good", "you know that this cannot be taken back")
      .option("--as <role>", "development key to sign with", "site-1")
      .action(erase),
    "site erase CZ-T2D-001 1 1203584712 --for-good",
    "site erase CZ-T2D-001 1 1203584712 --for-good --code 21ED-ZXEX-G0VN-7Z6Q-TTSK-CPA3-2RV",
  );
  addStaffCommands(site, "site");
}

async function visit(
  typed: string,
  site: string,
  person: string,
  file: string,
  flags: VisitFlags,
  command: Command,
): Promise<void> {
  const context = contextOf(command);
  const siteId = wholeIn(site, "site");
  const response = readJson(file);
  const corrects = correctionIn(flags);
  const looked = await lookAtExchange(context, protocolIn(typed), flags);
  const { state, deployment } = looked.downloads;
  const collection = pickCollection(collectionsOf(looked.reviewed), "site", flags.collection);
  const problems = visitProblems({ collection, response });
  if (problems.length > 0) {
    const lines = problems.map((one) => `  ${one.path}: ${one.message}. ${one.hint}`);
    throw new InputError([`${file} does not answer the form:`, ...lines].join("\n"));
  }
  const among = state.participants.map((one) => one.pseudonym);
  const none = "UnknownParticipant";
  const pseudonym = pickNumber({ text: person, name: "pseudonym", among, none });
  const day = flags.day === undefined ? await context.today() : dayIn(flags.day, "--day");
  const keys = await ringOf(context, looked, flags);
  await pinRing(flags, keys, { trialId: looked.reviewed.trial.trialId, pseudonym });
  context.progress.step("Sealing and signing...");
  const prepared = await prepareVisit({
    ...{ signer: context.signer(flags.as), siteId, state, pseudonym, collection, response, day },
    ...{ entries: looked.entries, keys, at: looked.place, now: deployment.chainTime },
    scope: looked.trial.scope,
    provenance: {
      software: SOFTWARE,
      origin: "file at the desk",
      madeAt: Math.floor(Date.now() / 1000),
      sourceHash: createHash("sha256").update(readFileSync(file)).digest("hex"),
    },
    ...(corrects !== undefined && { corrects }),
  });
  const { hash } = await sendDeposit(looked.exchange, prepared);
  context.progress.end();
  const text = `${collection.title} of ${formatDay(day)} deposited for pseudonym ${shorten(pseudonym)}: entry ${hash}.`;
  print(
    context.json,
    { entry: hash, collection: collection.id, pseudonym, day: formatDay(day) },
    text,
  );
}

function correctionIn({ corrects: entry, reason }: VisitFlags) {
  if (entry === undefined && reason === undefined) return undefined;
  if (entry === undefined || reason === undefined) {
    throw new InputError("--corrects and --reason go together");
  }
  if (!/^0x[0-9a-f]{64}$/.test(entry)) {
    throw new InputError("--corrects: an entry is 0x and 64 hexadecimal digits");
  }
  if (!Object.hasOwn(CORRECTIONS, reason) || reason === "none") {
    throw new InputError(`--reason: one of ${Object.keys(CORRECTIONS).slice(1).join(", ")}`);
  }
  return { entry, reason: reason as Exclude<Correction, "none"> };
}

async function erase(
  typed: string,
  site: string,
  person: string,
  { code, as, forGood }: { code?: string; as: string; forGood?: boolean },
  command: Command,
): Promise<void> {
  const context = contextOf(command);
  const siteId = wholeIn(site, "site");
  const secret = code === undefined ? undefined : parseWithdrawalCode(code);
  if (code !== undefined && secret === undefined) throw new InputError("--code: mistyped");
  if (forGood !== true) {
    throw new InputError(
      "Nobody can take this back: check the pseudonym, then say so with --for-good.",
    );
  }
  const looked = await lookAtEntries(context, protocolIn(typed));
  const { state, deployment } = looked.downloads;
  const { trialId } = state;
  const among = state.participants.map((one) => one.pseudonym);
  const none = "UnknownParticipant";
  const pseudonym = pickNumber({ text: person, name: "pseudonym", among, none });
  context.progress.step("Sending...");
  const order =
    secret === undefined
      ? await signErasure({
          ...{ signer: context.signer(as), place: looked.place, trialId, pseudonym, siteId },
          now: deployment.chainTime,
        })
      : eraseByCode(trialId, pseudonym, withdrawalCodeWord(secret));
  const api = context.api();
  await api.settle(await submitErasure(api, order));
  context.progress.end();
  const also = secret === undefined ? "" : " They are withdrawn, too.";
  const text = `All custodians are asked to destroy their keys for ${shorten(pseudonym)}.${also}`;
  print(context.json, { erased: pseudonym }, text);
}
