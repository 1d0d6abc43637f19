// `cohort clinic`, what a clinic puts on the chain: anchor and replace; and what it has there.

import type { Command } from "commander";
import { dayOfTimestamp, formatDay } from "../../circuits/statement/encoding/day.ts";
import { toField } from "../../circuits/statement/encoding/field.ts";
import { counted } from "../../circuits/statement/encoding/print.ts";
import { MAX_BATCH_LEVELS, type Path, rootOfPath } from "../../circuits/statement/encoding/tree.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { commitRecord } from "../../circuits/witness/record.ts";
import type { Actor } from "../actor/actor.ts";
import type { RecordsState } from "../api/registry.ts";
import { type AttestedRecord, parseAttested } from "../clinic/record/attest.ts";
import { allowanceOf, allowanceWords } from "../clinic/registry/allowance.ts";
import { anchorBatch, replaceBatch, withPaths } from "../clinic/registry/anchor.ts";
import {
  type Batch,
  buildNewBatch,
  hashLeaves,
  isSame,
  type Leaves,
  leavesInOrder,
  serializeLeaves,
  slotsOf,
} from "../clinic/registry/batch.ts";
import { listClinicLeaves } from "../clinic/registry/leaves.ts";
import { checkLetters, publishMail } from "../clinic/revocation/mail.ts";
import type { Roster } from "../clinic/roster/roster.ts";
import { pickNumber } from "./argument.ts";
import { type Context, contextOf } from "./context.ts";
import { readJson, writePrivate } from "./file.ts";
import { acting } from "./options.ts";
import { InputError, print, shorten } from "./output.ts";
import { addRevokeCommand } from "./revoke.ts";
import { openRoster, type RosterOption, withRosterOption } from "./roster.ts";

type As = { as: string };

/** Adds the clinic's commands about the registry. */
export function addCommands(clinic: Command): void {
  const add = acting(clinic, "clinic-1");
  withBatchOptions(
    add(
      "anchor <files...>",
      "anchor the records in these patients' files as one batch; adds each path to its file",
      "clinic anchor ann.json ben.json",
    ),
  ).action(anchor);
  withBatchOptions(
    add(
      "replace <root> <files...>",
      "replace a batch (its root, or the first digits) with a rebuilt one, as clinics do on a schedule",
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

type BatchOptions = RosterOption & { leaves?: string };

/** Adds the options of commands that make a batch. */
function withBatchOptions(command: Command): Command {
  return withRosterOption(command).option(
    "--leaves <file>",
    "also write the batch's leaves: commitments, nothing about patients. Auditors rebuild batches from them (audit --leaves), and so do you when no server holds them (revoke --leaves)",
  );
}

/** Patients' files, read and checked. */
type Files = {
  readonly names: readonly string[];
  readonly attested: readonly AttestedRecord[];
  readonly commitments: readonly bigint[];
};

async function anchor(names: string[], options: BatchOptions, command: Command): Promise<void> {
  const context = contextOf(command);
  const files = readAttested(names);
  await openRoster(context, options, async ({ roster }) => {
    context.progress.step(`Anchoring ${counted(names.length, "record")}...`);
    const clinic = await context.actor(options.as);
    await checkLetters(clinic, roster, files.attested);
    const before = await anchoredAs(clinic, files);
    const batch = before === undefined ? await keepPaths(files) : undefined;
    await keepLeaves(options, batch ?? before);
    if (batch !== undefined) await anchorBatch(clinic, files.commitments, batch);
    const buckets = await publishFor(clinic, roster, files, false);
    printBatch(context, files, batch && { ...batch, done: "Anchored" }, buckets);
  });
}

async function replace(
  typed: string,
  names: string[],
  options: BatchOptions,
  command: Command,
): Promise<void> {
  const context = contextOf(command);
  const files = readAttested(names);
  await openRoster(context, options, async ({ roster }) => {
    context.progress.step(`Replacing with ${counted(names.length, "record")}...`);
    const clinic = await context.actor(options.as);
    await checkLetters(clinic, roster, files.attested);
    const registry = await clinic.api.recordsState();
    const oldRoot = await rootToReplace(clinic, registry, typed, files);
    const batch = oldRoot === undefined ? undefined : await keepPaths(files, registry);
    await keepLeaves(options, batch ?? (await anchoredAs(clinic, files)));
    if (oldRoot !== undefined && batch !== undefined) {
      await replaceBatch(clinic, { oldRoot, commitments: files.commitments }, batch);
    }
    const buckets = await publishFor(clinic, roster, files, true);
    printBatch(context, files, batch && { ...batch, done: "Replaced" }, buckets);
  });
}

/** The batch that was named; undefined when an interrupted run has already replaced it with these files. */
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
    if (!(error instanceof Refusal) || (await anchoredAs(clinic, files)) === undefined) throw error;
    // Accept only a batch that was this clinic's.
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
      `${shorten(batchRoot ?? value)}  ${kind}, ${counted(size, "record")}, ${formatDay(dayOfTimestamp(anchoredAt))}`,
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

/** Written before anything is sent: a batch that is published nowhere cannot be revoked without its leaves. */
async function keepLeaves({ leaves }: BatchOptions, batch: Leaves | undefined): Promise<void> {
  if (leaves !== undefined && batch !== undefined)
    await writePrivate(leaves, serializeLeaves(batch));
}

/**
 * The batch under which an interrupted run has already anchored exactly these files. Makes sure that its leaves are
 * published.
 */
async function anchoredAs(
  clinic: Actor,
  { attested, commitments }: Files,
): Promise<Leaves | undefined> {
  const paths = attested.flatMap(({ batch }) => parsePath(batch) ?? []);
  if (paths.length < commitments.length) return undefined;
  const roots = new Set(
    paths.map((path, i) => rootOfPath(commitments[i]!, path, MAX_BATCH_LEVELS)),
  );
  const [root] = roots;
  if (root === undefined || roots.size > 1) return undefined;
  const registry = await clinic.api.recordsState();
  const found = slotsOf(registry, clinic.address).find(({ batchRoot }) => batchRoot === root);
  if (found === undefined || found.size !== commitments.length) return undefined;
  const leaves = leavesInOrder(commitments, paths);
  if (!found.published) await clinic.api.publishBatch({ root, leaves });
  return { root, leaves, leavesHash: hashLeaves(leaves) };
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
    const text = `Anchored before: the files already hold their paths. ${sent}`;
    print(json, { anchoredBefore: names, buckets }, text);
    return;
  }
  const { root, leaves, leavesHash, done } = batch;
  const data = { root, size: leaves.length, leavesHash, buckets };
  const text = `${done}: ${counted(leaves.length, "record")} under batch root ${shorten(root)}. ${sent}`;
  print(json, data, text);
}
