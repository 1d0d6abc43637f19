// `cohort clinic revoke`: takes records back, alone or out of their batch, and says what the registry then shows.

import { existsSync } from "node:fs";
import type { Command } from "commander";
import { toField } from "../../circuits/statement/encoding/field.ts";
import { counted } from "../../circuits/statement/encoding/print.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { commitRecord } from "../../circuits/witness/record.ts";
import type { Actor } from "../actor/actor.ts";
import { parseAttested } from "../clinic/record/attest.ts";
import { isSame, parseLeaves, slotsOf } from "../clinic/registry/batch.ts";
import {
  type Act,
  type GivenLeaves,
  type Revocation,
  revokeBatch,
  revokeRecords,
} from "../clinic/revocation/revoke.ts";
import { locateRecords } from "../clinic/revocation/where.ts";
import { pickNumber } from "./argument.ts";
import { contextOf } from "./context.ts";
import { readJson } from "./file.ts";
import { withExamples } from "./options.ts";
import { InputError, print, shorten } from "./output.ts";

type Options = { as: string; leaves: string[] };
/** A number of fewer digits names something that is in the registry by its first digits. */
const MIN_WHOLE_DIGITS = 60;

/** Adds the command to the clinic's. */
export function addRevokeCommand(clinic: Command): void {
  const command = clinic
    .command("revoke <what...>")
    .description(
      "revoke records (files or numbers), also out of a batch, or a whole batch (its root); voids all older roots",
    )
    .option(
      "--leaves <file>",
      "leaves of a batch that are published nowhere; may be repeated",
      (one: string, before: string[]) => [...before, one],
      [],
    )
    .option("--as <role>", "development key to act with", "clinic-1")
    .action(revoke);
  withExamples(
    command,
    "clinic revoke ann.json",
    "clinic revoke ann.json ben.json",
    "clinic revoke 1211639843",
  );
}

async function revoke(what: string[], { as, leaves }: Options, command: Command): Promise<void> {
  const context = contextOf(command);
  const given = readLeaves(leaves);
  context.progress.step("Looking for it in the registry...");
  const clinic = await context.actor(as);
  const { records, batches } = await targetsOf(clinic, what, given);
  context.progress.step("Revoking, and checking what still leads to a valid root...");
  const done: Revocation[] = [];
  for (const root of batches) done.push(await revokeBatch(clinic, root, given));
  if (records.length > 0) done.push(await revokeRecords(clinic, records, given));
  context.progress.end();
  const acts = done.flatMap((one) => one.acts);
  const rootsTried = done.at(-1)?.rootsTried ?? 0;
  const revoked = acts.flatMap((act) => act.revoked);
  print(context.json, { revoked, acts, rootsTried }, wordsOf(acts, rootsTried));
}

function wordsOf(acts: readonly Act[], rootsTried: number): string {
  const lines = acts.map((act) => {
    const count = counted(act.revoked.length, "record");
    if (act.way === "early") return `Barred ${count} that never stood in the registry.`;
    if (act.way === "slot")
      return `Revoked ${count} with batch root ${shorten(act.batchRoot)}; older roots are void.`;
    return `Revoked ${count}: batch ${shorten(act.batchRoot)} is rebuilt without them as ${shorten(act.newRoot)}, of ${act.left}; older roots are void.`;
  });
  const tried = `Checked: their paths lead to no valid root (${counted(rootsTried, "root")} tried).`;
  return [...lines, tried].join("\n");
}

/** Files of leaves, each checked against its own root. */
function readLeaves(files: readonly string[]): GivenLeaves {
  return new Map(
    files.map((file) => {
      try {
        const { root, leaves } = parseLeaves(readJson(file));
        return [root, leaves] as const;
      } catch (error) {
        if (error instanceof RangeError) throw new InputError(`${file}: ${error.message}`);
        throw error;
      }
    }),
  );
}

type Targets = { readonly records: readonly bigint[]; readonly batches: readonly bigint[] };

/** What is named: patients' files, numbers of records, roots of batches, each whole or by its first digits. */
async function targetsOf(
  clinic: Actor,
  what: readonly string[],
  given: GivenLeaves,
): Promise<Targets> {
  const records = new Set<bigint>();
  const batches = new Set<bigint>();
  const registry = await clinic.api.recordsState();
  const slots = slotsOf(registry, clinic.address);
  let known: readonly bigint[] | undefined;
  for (const text of what) {
    if (existsSync(text)) {
      records.add(recordIn(text, clinic.address));
      continue;
    }
    const isWhole = /^\d+$/.test(text) && text.length >= MIN_WHOLE_DIGITS;
    known ??= await numbersOf(clinic, given);
    const among = [...slots.map(({ batchRoot }) => batchRoot), ...known];
    const number = isWhole
      ? toField(BigInt(text))
      : pickNumber({ text, name: "record or batch", among, none: "NotAnchored" });
    const isBatch = slots.some(({ batchRoot, kind }) => batchRoot === number && kind === "batch");
    if (isBatch) batches.add(number);
    else records.add(number);
  }
  await refuseOldBatches(clinic, records);
  return { records: [...records], batches: [...batches] };
}

/** A batch that was replaced or revoked is no record: to bar its root would do nothing, and say that it did. */
async function refuseOldBatches(clinic: Actor, records: ReadonlySet<bigint>): Promise<void> {
  for (const { contract, arguments: values } of await clinic.api.events()) {
    if (contract !== "RecordRegistry" || BigInt(values.leavesHash ?? 0) === 0n) continue;
    const leaf = BigInt(values.batchRoot ?? 0);
    // A batch of one has its record's number as its root.
    if (Number(values.size) > 1 && records.has(leaf)) throw new Refusal("NotAnchored", { leaf });
  }
}

/** Every record in the clinic's batches. */
async function numbersOf(clinic: Actor, given: GivenLeaves): Promise<bigint[]> {
  const { batches } = await locateRecords(clinic, [], given);
  return [...batches.values()].flat();
}

/** The number of a patient's file. Refuses (`NotYourLeaf`) another clinic's. */
function recordIn(file: string, clinic: string): bigint {
  try {
    const { record } = parseAttested(readJson(file));
    if (!isSame(record.header.issuer, clinic))
      throw new Refusal("NotYourLeaf", { account: clinic });
    return commitRecord(record);
  } catch (error) {
    if (error instanceof RangeError) throw new InputError(`${file}: ${error.message}`);
    throw error;
  }
}
