// The registry's tree as anybody rebuilds it from the events, and a clinic's leaves by name.

import { buildTree, registryLeafOf, type Tree } from "../../circuits/statement/encoding/tree.ts";
import { RECORD_ATTESTATION_TYPES, recordDomain } from "../../circuits/statement/trial/consent.ts";
import { ZERO_BYTES32 } from "../../circuits/statement/trial/trial.ts";
import { interfaceOf } from "../../contracts/connect.ts";
import { type Actor, number, type World } from "../support/world.ts";

/** A batch of one, told nowhere: what most tests anchor. */
export const ALONE = [1, ZERO_BYTES32, ""] as const;

/** The tree after the latest block. */
export async function treeOf(world: World): Promise<Tree> {
  const { records } = world.as("anyone");
  const slots: bigint[] = [];
  for (const log of await records.queryFilter("*" as never)) {
    const event = interfaceOf("RecordRegistry").parseLog(log)!;
    const { index, leaf, tombstone } = event.args as unknown as Record<string, bigint>;
    if (["Anchored", "Replaced"].includes(event.name)) slots[Number(index)] = leaf!;
    if (event.name === "Revoked") slots[Number(index)] = tombstone!;
  }
  return buildTree(slots);
}

/** The siblings of a leaf or tombstone, as the registry wants them. */
export async function pathToLeaf(world: World, leaf: bigint): Promise<readonly bigint[]> {
  const tree = await treeOf(world);
  return tree.generateProof(tree.indexOf(leaf)).siblings;
}

/** What a registry's acts take, and what stands in its tree. */
export function registryOf(world: World) {
  const records = (actor: Actor = "clinic") => world.as(actor).records;
  const leafOf = (name: string, by: Actor = "clinic") =>
    registryLeafOf(number(name), world.actors[by].address);
  const pathTo = (leaf: bigint) => pathToLeaf(world, leaf);
  const pathOf = (name: string, by: Actor = "clinic") => pathTo(leafOf(name, by));
  return {
    records,
    leafOf,
    pathTo,
    pathOf,
    anchor: (name: string, by: Actor = "clinic") => records(by).anchor(number(name)),
    replace: async (old: string, next: string, by: Actor = "clinic") =>
      records(by).replace(number(old), number(next), ...ALONE, await pathOf(old, by)),
    replaceAndVoid: async (old: string, next: string, left: bigint[], by: Actor = "clinic") =>
      records(by).replaceAndVoid(number(old), number(next), ...ALONE, await pathOf(old, by), left),
    revoke: async (name: string, by: Actor = "clinic") =>
      records(by).revoke(number(name), await pathOf(name, by)),
    anchorInto: async (tombstone: bigint, next: string, by: Actor = "clinic") =>
      records(by).anchorInto(tombstone, number(next), ...ALONE, await pathTo(tombstone)),
    tombstoneOf: async (name: string, by: Actor = "clinic") =>
      (await records().tombstoneOf(leafOf(name, by))) as bigint,
    /** Whether proofs against the root of this moment would still be taken. */
    isGood: async (root?: bigint) =>
      (await records().isKnownRoot(root ?? (await records().root()))) as boolean,
    root: async () => (await records().root()) as bigint,
  };
}

/** A clinic's signature with which anybody anchors the record. */
export async function attest(
  world: World,
  {
    commitment,
    deadline,
    by = "clinic",
    clinic = world.actors[by].address,
  }: {
    readonly commitment: bigint;
    readonly deadline: bigint;
    readonly by?: Actor;
    readonly clinic?: string;
  },
): Promise<string> {
  const domain = recordDomain(31_337, world.deployment.addresses.RecordRegistry);
  const value = { commitment, clinic, deadline };
  return world.actors[by].signTypedData(domain, RECORD_ATTESTATION_TYPES, value);
}
