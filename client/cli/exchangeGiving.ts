// `cohort patient`, giving data: what is due, and answering a questionnaire. What a device measured is in exchangeDevice.ts.
import type { Command } from "commander";
import {
  type Day,
  dayOfTimestamp,
  formatDay,
  toDay,
} from "../../circuits/statement/encoding/day.ts";
import type { Collection } from "../../circuits/statement/exchange/collection.ts";
import { collectionWords } from "../../circuits/statement/exchange/collectionWords.ts";
import { hashEntry } from "../../circuits/statement/exchange/entry.ts";
import {
  checkResponse,
  type QuestionnaireResponse,
} from "../../circuits/statement/exchange/questionnaire.ts";
import { newestEntries } from "../exchange/cut.ts";
import { ownIdentity, permissionOf, prepareOwn } from "../exchange/own.ts";
import { type Due, scheduleOf } from "../exchange/schedule.ts";
import { dayIn } from "./argument.ts";
import { type Context, contextOf } from "./context.ts";
import {
  type CustodianFlag,
  collectionsOf,
  type Looked,
  lookAtExchange,
  ownGroundOf,
  ownRingOf,
  pickCollection,
  whoseOf,
  withCustodians,
} from "./exchange.ts";
import { madeFrom, send, sendKey, sendWaiting } from "./exchangeSending.ts";
import { readJson } from "./file.ts";
import { InputError, print } from "./output.ts";
import { open, type TrialFlags, trialCommand } from "./wallet.ts";

export type GivingFlags = TrialFlags & CustodianFlag & { collection?: string };

/** Adds the commands by which somebody gives data. */
export function addCommands(patient: Command): void {
  trialCommand(patient, {
    name: "due",
    text: "what of your data the trial waits for, and what comes next",
    example: "CZ-T2D-001",
  }).action(due);
  withCustodians(
    trialCommand(patient, {
      name: "answer",
      text: "answer a questionnaire: a file with a FHIR QuestionnaireResponse; without one, the questions",
      example: "CZ-T2D-001 diary.json",
    })
      .argument("[response]", "file with your answers")
      .option("--collection <id>", "which questionnaire, where a trial has several")
      .option("--day <date>", "the day that the answers are of, as YYYY-MM-DD (default: today)")
      .option("--corrects <entry>", "the entry of yours that this one takes the place of"),
  ).action(answer);
}

/** Whose data it is. */
export type Self = { readonly pseudonym: bigint; readonly identity: string };
export type Standing = {
  readonly arrival: Day | undefined;
  readonly end: Day | undefined;
  /** Bits of PERMISSIONS. */
  readonly permissions: number;
};

const SEEN = { later: "later", open: "open", due: "now", missed: "missed", done: "done" } as const;

async function due(protocolNumber: string, flags: TrialFlags, command: Command): Promise<void> {
  const context = contextOf(command);
  const looked = await lookAtExchange(context, protocolNumber, flags);
  const { wallet } = await open(flags);
  const self = await ownIdentity(whoseOf(looked, wallet));
  const standing = await standingOf(context, protocolNumber, self);
  const all = await dueFor(context, { looked, self, ...standing });
  context.progress.end();
  const next = new Map<string, Due>();
  for (const one of all)
    if (one.state === "later") next.set(one.collection, next.get(one.collection) ?? one);
  const shown = all.filter(
    ({ state }) => state === "due" || state === "open" || state === "missed",
  );
  const lines = [
    ...(standing.arrival === undefined ? ["Nothing is due before you have arrived."] : []),
    ...shown.map((one) => `${SEEN[one.state as keyof typeof SEEN].padEnd(6)}  ${dueWords(one)}`),
    ...[...next.values()].map((one) => `next    ${dueWords(one)}`),
  ];
  print(context.json, { ...standing, due: all }, lines.join("\n") || "Nothing is due.");
}

function dueWords({ title, occasionTitle, from, until, collection }: Due): string {
  const what = title === occasionTitle ? title : `${title}, ${occasionTitle}`;
  const end = until === undefined ? "" : ` to ${formatDay(until)}`;
  return `${what} (${collection}): from ${formatDay(from)}${end}`;
}

/** Days of arrival and end, as far as they have come, and what is permitted. */
export async function standingOf(
  { api }: Context,
  protocolNumber: string,
  { pseudonym }: Self,
): Promise<Standing> {
  const me = (await api().participants(protocolNumber)).find((one) => one.pseudonym === pseudonym);
  const dayOf = (seconds: number | null | undefined) =>
    seconds === null || seconds === undefined ? undefined : toDay(dayOfTimestamp(seconds));
  const permissions = me?.consent?.permissions ?? 0;
  return { arrival: dayOf(me?.arrivedAt), end: dayOf(me?.endedAt), permissions };
}

async function dueFor(
  context: Context,
  of: Standing & { readonly looked: Looked; readonly self: Self },
): Promise<readonly Due[]> {
  const { looked, self, arrival, end, permissions } = of;
  const entries = newestEntries(looked.entries).flatMap(({ entry }) => {
    const { collection, day } = entry;
    return entry.pseudonym === self.pseudonym ? [{ collection, day, entry: hashEntry(entry) }] : [];
  });
  // Nobody waits for what somebody does not give.
  const collections = collectionsOf(looked.reviewed).filter(
    (one) => (permissionOf(one) & permissions) !== 0,
  );
  return scheduleOf({ collections, arrival, end, entries, today: await context.today() }).due;
}

async function answer(
  protocolNumber: string,
  file: string | undefined,
  flags: GivingFlags & { day?: string; corrects?: string },
  command: Command,
): Promise<void> {
  const context = contextOf(command);
  const response = file === undefined ? undefined : readJson(file);
  const looked = await lookAtExchange(context, protocolNumber, flags);
  const collection = pickCollection(
    collectionsOf(looked.reviewed),
    "participant",
    flags.collection,
  );
  const { questionnaire } = collection;
  if (file === undefined) {
    context.progress.end();
    const next = `Answer it with: cohort patient answer ${protocolNumber} <file>; --json prints it as FHIR.`;
    return print(context.json, questionnaire, [...collectionWords(collection), next].join("\n"));
  }
  const problems = checkResponse(questionnaire, response);
  if (problems.length > 0) {
    const lines = problems.map((one) => `  ${one.path}: ${one.message}. ${one.hint}`);
    throw new InputError([`${file} does not answer the questions:`, ...lines].join("\n"));
  }
  const opened = await open(flags);
  await sendWaiting(context, opened, looked);
  const ground = await ownGroundOf(context, looked, opened.wallet);
  const day = flags.day === undefined ? ground.today : dayIn(flags.day, "--day");
  const self = await ownIdentity(whoseOf(looked, opened.wallet));
  const standing = await standingOf(context, protocolNumber, self);
  const corrects = correctionOf(flags.corrects);
  requireOpen(await dueFor(context, { looked, self, ...standing }), {
    ...{ collection, day, today: ground.today, isCorrection: corrects !== undefined },
  });
  const { keys } = await ownRingOf(context, opened, { looked, flags });
  await sendKey(context, opened, { looked, ground });
  context.progress.step("Sealing and proving...");
  const prepared = await prepareOwn({
    ...{ ...ground, keys, collection, day },
    filling: {
      content: { resource: response as QuestionnaireResponse },
      provenance: await madeFrom(file, "answers in a file"),
    },
    ...(corrects !== undefined && { corrects }),
  });
  const { hash } = await send(context, opened, { looked, prepared });
  context.progress.end();
  const text = `${collection.title} of ${formatDay(day)} deposited: entry ${hash}.`;
  print(context.json, { entry: hash, collection: collection.id, day: formatDay(day) }, text);
}

function correctionOf(entry: string | undefined) {
  if (entry === undefined) return undefined;
  if (/^0x[0-9a-f]{64}$/.test(entry)) return { entry, reason: "enteredWrongly" as const };
  throw new InputError("--corrects: an entry is 0x and 64 hexadecimal digits");
}

/** The day names the occasion. Throws InputError for a day on which nothing is to be answered, or one that was. */
function requireOpen(
  all: readonly Due[],
  of: { collection: Collection; day: number; today: number; isCorrection: boolean },
): void {
  const { collection, day, today, isCorrection } = of;
  const own = all.filter((one) => one.collection === collection.id);
  const found = own.find(({ from, until }) => day >= from && (until === undefined || day <= until));
  if (day > today) throw new InputError(`${formatDay(toDay(day))} has not come yet.`);
  if (found === undefined) {
    const next = own.find(({ from }) => from > day);
    const when = next === undefined ? "" : ` Next: ${dueWords(next)}.`;
    throw new InputError(`${collection.title} is not asked on ${formatDay(toDay(day))}.${when}`);
  }
  if (found.state === "done" && !isCorrection) {
    throw new InputError(
      `${collection.title}, ${found.occasionTitle} is answered. To correct it, give --corrects with its entry (patient data).`,
    );
  }
}
