// `cohort clinic`, what a clinic puts on the chain: anchor and replace; and what it has there.
import type { Command } from "commander";
import { dayOfTimestamp, formatDay } from "../../circuits/statement/day.ts";
import { toField } from "../../circuits/statement/field.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { MAX_BATCH_LEVELS, type Path, rootOfPath } from "../../circuits/statement/tree.ts";
import { commitRecord } from "../../circuits/witness/record.ts";
import type { Actor } from "../actor.ts";
import type { RecordsState } from "../api/registry.ts";
import { allowanceOf, allowanceWords } from "../clinic/allowance.ts";
import { anchorBatch, replaceBatch, withPaths } from "../clinic/anchor.ts";
import { type AttestedRecord, parseAttested } from "../clinic/attest.ts";
import { type Batch, buildNewBatch, isSame, leavesInOrder, slotsOf } from "../clinic/batch.ts";
import { listClinicLeaves } from "../clinic/leaves.ts";
import { checkLetters, publishMail } from "../clinic/mail.ts";
import type { Roster } from "../clinic/roster/roster.ts";
import { pickNumber } from "./argument.ts";
import { type Context, contextOf, withExamples } from "./context.ts";
import { readJson, writePrivate } from "./file.ts";
import { InputError, print, shorten } from "./output.ts";
import { addRevokeCommand } from "./revoke.ts";
import { openRoster, type RosterOption, withRosterOption } from "./roster.ts";

type As = { as: string };

/** Adds the clinic's commands about the registry. */
export function addAnchoringCommands(clinic: Command): void {
  const add = (usage: string, text: string, ...examples: string[]) =>
    withExamples(
      clinic
        .command(usage)
        .description(text)
        .option("--as <role>", "development key to act with", "clinic-1"),
      ...examples,
    );
  withRosterOption(
    add(
      "anchor <files...>",
      "anchor the records of these patients' files as one batch; adds each path to its file",
      "clinic anchor ann.json ben.json",
    ),
  ).action(anchor);
  withRosterOption(
    add(
      "replace <root> <files...>",
      "replace a batch (its root, or the first digits) by a rebuilt one, as clinics do on a schedule",
      "clinic replace 1211639843 ann.json ben.json carl.json",
    ),
  ).action(replace);
  addRevokeCommand(clinic);
  add(
    "list",
    "the batches and records that this clinic has anchored, and what it may still do",
    "clinic list",
  ).action(list);
}

/** Patients' files, read and checked. */
type Files = {
  readonly names: readonly string[];
  readonly attested: readonly AttestedRecord[];
  readonly commitments: readonly bigint[];
};

async function anchor(names: string[], options: RosterOption, command: Command): Promise<void> {
  const context = contextOf(command);
  const files = readAttested(names);
  await openRoster(context, options, async ({ roster }) => {
    context.progress.step(`Anchoring ${names.length} record(s)...`);
    const clinic = await context.actor(options.as);
    await checkLetters(clinic, roster, files.attested);
    const isDone = await isAnchored(clinic, files);
    const batch = isDone ? undefined : await keepPaths(files);
    if (batch !== undefined) await anchorBatch(clinic, files.commitments, batch);
    const buckets = await publishFor(clinic, roster, files, false);
    printBatch(context, files, batch && { ...batch, done: "Anchored" }, buckets);
  });
}

async function replace(
  typed: string,
  names: string[],
  options: RosterOption,
  command: Command,
): Promise<void> {
  const context = contextOf(command);
  const files = readAttested(names);
  await openRoster(context, options, async ({ roster }) => {
    context.progress.step(`Replacing by ${names.length} record(s)...`);
    const clinic = await context.actor(options.as);
    await checkLetters(clinic, roster, files.attested);
    const registry = await clinic.api.recordsState();
    const oldRoot = await rootToReplace(clinic, registry, typed, files);
    const batch = oldRoot === undefined ? undefined : await keepPaths(files, registry);
    if (oldRoot !== undefined && batch !== undefined) {
      await replaceBatch(clinic, { oldRoot, commitments: files.commitments }, batch);
    }
    const buckets = await publishFor(clinic, roster, files, true);
    printBatch(context, files, batch && { ...batch, done: "Replaced" }, buckets);
  });
}

/** The batch that is named; undefined when a run that was cut short has replaced it by these files. */
async function rootToReplace(
  clinic: Actor,
  registry: RecordsState,
  text: string,
  files: Files,
): Promise<bigint | undefined> {
  const pick = (among: readonly bigint[]) =>
    pickNumber({ text, name: "root", among, none: "NotAnchored" });
  try {
    return pick(slotsOf(registry, clinic.address).map(({ batchRoot }) => batchRoot));
  } catch (error) {
    if (!(error instanceof Refusal) || !(await isAnchored(clinic, files))) throw error;
    // One of the clinic's, which is no longer there.
    pick(listClinicLeaves(await clinic.api.events(), clinic.address).map((one) => one.batchRoot));
    return undefined;
  }
}

/** Publishes the mail of files as they are now: with the paths that were just written into them. */
async function publishFor(
  clinic: Actor,
  roster: Roster,
  { names }: Files,
  isReplacing: boolean,
): Promise<number[]> {
  const files = readAttested(names).attested;
  return await publishMail(clinic, { roster, files, isReplacing });
}

async function list({ as }: As, command: Command): Promise<void> {
  const context = contextOf(command);
  const clinic = await context.signer(as).getAddress();
  const api = context.api();
  const registry = await api.recordsState();
  const own = registry.leaves.filter(({ issuer }) => isSame(issuer, clinic));
  const { chainTime: now } = await api.deployment();
  const allowance = allowanceOf({ registry, events: await api.events(), clinic, now });
  const lines = own.map(
    ({ value, batchRoot, kind, size, anchoredAt }) =>
      `${shorten(batchRoot ?? value)}  ${kind}, ${size} record(s), ${formatDay(dayOfTimestamp(anchoredAt))}`,
  );
  const said = allowance === undefined ? [] : allowanceWords(allowance);
  const text = [...(lines.length > 0 ? lines : ["Nothing anchored."]), ...said].join("\n");
  print(context.json, { clinic, leaves: own, allowance: allowance ?? null }, text);
}

/**
 * Builds the batch and writes its paths into the files before anything is sent: the order is drawn at random, and a
 * path that is lost after anchoring would be lost for good.
 */
async function keepPaths(
  { names, attested, commitments }: Files,
  registry?: RecordsState,
): Promise<Batch> {
  const isTaken = (root: bigint) =>
    registry?.leaves.some(({ batchRoot }) => batchRoot === root) === true;
  const batch = buildNewBatch(commitments, isTaken);
  if (batch === undefined) {
    throw new InputError("Nothing to replace: these files are that batch already.");
  }
  const handed = withPaths(attested, batch);
  for (const [i, name] of names.entries()) await writePrivate(name, handed[i]!);
  return batch;
}

/**
 * Whether a run that was cut short has anchored exactly these files as a batch. Makes sure then that its leaves are
 * published.
 */
async function isAnchored(clinic: Actor, { attested, commitments }: Files): Promise<boolean> {
  const paths = attested.flatMap(({ batch }) => parsePath(batch) ?? []);
  if (paths.length < commitments.length) return false;
  const roots = new Set(
    paths.map((path, i) => rootOfPath(commitments[i]!, path, MAX_BATCH_LEVELS)),
  );
  const [root] = roots;
  if (root === undefined || roots.size > 1) return false;
  const registry = await clinic.api.recordsState();
  const found = slotsOf(registry, clinic.address).find(({ batchRoot }) => batchRoot === root);
  if (found === undefined || found.size !== commitments.length) return false;
  const leaves = leavesInOrder(commitments, paths);
  if (!found.published) await clinic.api.publishBatch({ root, leaves });
  return true;
}

function parsePath(batch: AttestedRecord["batch"]): Path | undefined {
  return batch === null
    ? undefined
    : { index: batch.index, siblings: batch.siblings.map((s) => toField(BigInt(s))) };
}

function readAttested(names: readonly string[]): Files {
  const attested = names.map((file) => readJson(file) as AttestedRecord);
  const commitments = attested.map((json, i) => {
    try {
      return commitRecord(parseAttested(json).record);
    } catch (error) {
      throw new InputError(`${names[i]}: ${(error as Error).message}`);
    }
  });
  const twice = commitments.findIndex((one, i) => commitments.indexOf(one) !== i);
  if (twice >= 0) throw new InputError(`${names[twice]}: this record is named twice`);
  return { names, attested, commitments };
}

function printBatch(
  { json, progress }: Context,
  { names }: Files,
  batch: (Batch & { done: string }) | undefined,
  buckets: readonly number[],
): void {
  progress.end();
  const sent =
    buckets.length === 0
      ? "Hand each file to its patient."
      : `Published in mailbox ${buckets.join(", ")}: wallets that had a record fetch the new one themselves.`;
  if (batch === undefined) {
    const text = `Anchored before: the files hold their paths already. ${sent}`;
    print(json, { anchoredBefore: names, buckets }, text);
    return;
  }
  const { root, leaves, leavesHash, done } = batch;
  const data = { root, size: leaves.length, leavesHash, buckets };
  const text = `${done}: ${leaves.length} record(s) under batch root ${shorten(root)}. ${sent}`;
  print(json, data, text);
}
