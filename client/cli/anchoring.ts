// `cohort clinic`, what a clinic puts on the chain: anchor, replace, revoke; and what it has there.
import { existsSync } from "node:fs";
import type { Command } from "commander";
import { dayOfTimestamp, formatDay } from "../../circuits/statement/day.ts";
import { toField } from "../../circuits/statement/field.ts";
import { type Path, rootOfPath } from "../../circuits/statement/tree.ts";
import { commitRecord } from "../../circuits/witness/record.ts";
import type { Actor } from "../actor.ts";
import type { RecordsState } from "../api/registry.ts";
import { anchorBatch, replaceBatch, revokeLeaf, withPaths } from "../clinic/anchor.ts";
import { type AttestedRecord, parseAttested } from "../clinic/attest.ts";
import { type Batch, buildNewBatch } from "../clinic/batch.ts";
import { pickNumber } from "./argument.ts";
import { type Context, contextOf, withExamples } from "./context.ts";
import { readJson, writePrivate } from "./file.ts";
import { InputError, print, shorten } from "./output.ts";

type As = { as: string };
const MIN_WHOLE_DIGITS = 60;

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
  add(
    "anchor <files...>",
    "anchor the records of these patients' files as one batch; adds each path to its file",
    "clinic anchor ann.json ben.json",
  ).action(anchor);
  add(
    "replace <leaf> <files...>",
    "replace a batch (its root, or the first digits) by a rebuilt one, as clinics do on a schedule",
    "clinic replace 1211639843 ann.json ben.json carl.json",
  ).action(replace);
  add(
    "revoke <leaf>",
    "revoke a batch (its root) or a record (its number or file); voids all older roots",
    "clinic revoke 1211639843",
    "clinic revoke ann.json",
  ).action(revoke);
  add("list", "the batches and records that this clinic has anchored", "clinic list").action(list);
}

async function anchor(files: string[], { as }: As, command: Command): Promise<void> {
  const context = contextOf(command);
  const { attested, commitments } = readAttested(files);
  context.progress.step(`Anchoring ${files.length} record(s)...`);
  const clinic = await context.actor(as);
  if (await isAnchored(clinic, attested, commitments)) return printAnchored(context, files);
  const batch = await keepPaths(files, attested, commitments);
  await anchorBatch(clinic, commitments, batch);
  printBatch(context, batch, "Anchored");
}

async function replace(leaf: string, files: string[], { as }: As, command: Command) {
  const context = contextOf(command);
  const { attested, commitments } = readAttested(files);
  context.progress.step(`Replacing by ${files.length} record(s)...`);
  const clinic = await context.actor(as);
  const registry = await clinic.api.recordsState();
  const oldLeaf = pickLeaf(registry, leaf);
  const isThere = registry.leaves.some(({ value }) => value === oldLeaf);
  if (!isThere && (await isAnchored(clinic, attested, commitments))) {
    return printAnchored(context, files);
  }
  const batch = await keepPaths(files, attested, commitments, registry);
  await replaceBatch(clinic, { oldLeaf, commitments }, batch);
  printBatch(context, batch, "Replaced");
}

async function revoke(text: string, { as }: As, command: Command): Promise<void> {
  const context = contextOf(command);
  context.progress.step("Revoking...");
  const clinic = await context.actor(as);
  const leaf = existsSync(text)
    ? readAttested([text]).commitments[0]!
    : pickLeaf(await clinic.api.recordsState(), text);
  await revokeLeaf(clinic, leaf);
  context.progress.end();
  print(context.json, { revoked: leaf }, `Revoked ${shorten(leaf)}; older roots are void.`);
}

async function list(_options: As, command: Command): Promise<void> {
  const context = contextOf(command);
  const issuer = await context.signer(_options.as).getAddress();
  const { leaves } = await context.api().recordsState();
  const own = leaves.filter((leaf) => leaf.issuer.toLowerCase() === issuer.toLowerCase());
  const lines = own.map(
    ({ value, kind, size, anchoredAt }) =>
      `${shorten(value)}  ${kind}, ${size} record(s), ${formatDay(dayOfTimestamp(anchoredAt))}`,
  );
  print(context.json, { clinic: issuer, leaves: own }, lines.join("\n") || "Nothing anchored.");
}

/**
 * Builds the batch and writes its paths into the files before anything is sent: the order is drawn at random, and a
 * path that is lost after anchoring would be lost for good.
 */
async function keepPaths(
  files: readonly string[],
  attested: readonly AttestedRecord[],
  commitments: readonly bigint[],
  registry?: RecordsState,
): Promise<Batch> {
  const batch = buildNewBatch(
    commitments,
    (root) => registry?.leaves.some(({ value }) => value === root) === true,
  );
  if (batch === undefined) {
    throw new InputError("Nothing to replace: these files are that batch already.");
  }
  const handed = withPaths(attested, batch);
  for (const [i, file] of files.entries()) await writePrivate(file, handed[i]!);
  return batch;
}

/**
 * Whether a run that was cut short has anchored exactly these files as a batch. Makes sure then that its leaves are
 * published.
 */
async function isAnchored(
  clinic: Actor,
  attested: readonly AttestedRecord[],
  commitments: readonly bigint[],
): Promise<boolean> {
  const places = attested.map(({ batch }) => parsePath(batch));
  const roots = new Set(places.map((path, i) => path && rootOfPath(commitments[i]!, path)));
  const [root] = roots;
  if (root === undefined || roots.size > 1) return false;
  const { leaves: registry } = await clinic.api.recordsState();
  const found = registry.find(({ value, kind }) => value === root && kind !== "revoked");
  if (found === undefined || found.size !== commitments.length) return false;
  const leaves: bigint[] = [];
  for (const [i, path] of places.entries()) leaves[path!.index] = commitments[i]!;
  if (!found.published) await clinic.api.publishBatch({ root, leaves });
  return true;
}

function parsePath(batch: AttestedRecord["batch"]): Path | undefined {
  return batch === null
    ? undefined
    : { index: batch.index, siblings: batch.siblings.map((s) => toField(BigInt(s))) };
}

function printAnchored({ json, progress }: Context, files: readonly string[]): void {
  progress.end();
  print(json, { anchoredBefore: files }, "Anchored before: the files hold their paths already.");
}

/** A leaf by its first digits; a whole number may be one that is not anchored yet. */
export function pickLeaf({ leaves }: RecordsState, text: string): bigint {
  if (/^\d+$/.test(text) && text.length >= MIN_WHOLE_DIGITS) return BigInt(text);
  const among = leaves.filter(({ kind }) => kind !== "revoked").map(({ value }) => value);
  return pickNumber({ text, name: "leaf", among, none: "NotAnchored" });
}

function readAttested(files: readonly string[]) {
  const attested = files.map((file) => readJson(file) as AttestedRecord);
  const commitments = attested.map((json, i) => {
    try {
      return commitRecord(parseAttested(json).record);
    } catch (error) {
      throw new InputError(`${files[i]}: ${(error as Error).message}`);
    }
  });
  const twice = commitments.findIndex((one, i) => commitments.indexOf(one) !== i);
  if (twice >= 0) throw new InputError(`${files[twice]}: this record is named twice`);
  return { attested, commitments };
}

function printBatch({ json, progress }: Context, batch: Batch, done: string): void {
  progress.end();
  const { root, leaves, leavesHash } = batch;
  const data = { root, size: leaves.length, leavesHash };
  const text = `${done}: ${leaves.length} record(s) under batch root ${shorten(root)}. Hand each file to its patient.`;
  print(json, data, text);
}
