// Anchoring by a clinic's signature, and publishing the leaves of batches.
import { keccak256, toBeHex } from "ethers";
import { buildTree } from "../../circuits/statement/encoding/tree.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { interfaceOf } from "../../contracts/connect.ts";
import { answering, type RefusalShape } from "../chain/refusals.ts";
import { eventually } from "../indexer/eventually.ts";
import type { SubmissionShape } from "../outbox/present.ts";
import type { Services } from "../schema/context.ts";
import { findLeaf, storeBatch } from "./state.ts";

type AttestedRecordInput = {
  readonly commitment: string;
  readonly clinic: string;
  readonly deadline: string;
  readonly signature: string;
};

export function submitAttestedRecord(
  { deployment, outbox }: Services,
  input: AttestedRecordInput,
): Promise<SubmissionShape | RefusalShape> {
  const { commitment, clinic, deadline, signature } = input;
  const call = [commitment, clinic, deadline, signature];
  const data = interfaceOf("RecordRegistry").encodeFunctionData("anchorSigned", call);
  const key = `record:${commitment}:${clinic}`;
  const to = deployment.addresses.RecordRegistry;
  return answering(() => outbox.submit({ kind: "submitAttestedRecord", key, to, data }));
}

type Batch = { readonly root: string; readonly leaves: string[] };

/**
 * Stores a batch's leaves if they are what its clinic anchored: same root, same hash, same size.
 */
export function publishBatch(
  services: Services,
  { root, leaves }: Batch,
  address: string,
): Promise<Batch | RefusalShape> {
  return answering(async () => {
    const at = { batchRoot: root, issuer: address };
    const anchored = await eventually(services, () => findLeaf(services.db, at), Boolean);
    if (anchored?.kind !== "batch") throw new Refusal("NotAnchored", { leaf: root });
    if (anchored.issuer !== address) throw new Refusal("NotYourLeaf", { account: address });
    const words = leaves.map((leaf) => toBeHex(BigInt(leaf), 32).slice(2));
    const hash = keccak256(`0x${words.join("")}`);
    if (anchored.size !== leaves.length || anchored.leavesHash !== hash) {
      throw new Refusal("MalformedInput", { field: "leaves" });
    }
    // The contract took the clinic's word for how root and leaves belong together.
    const isZero = leaves.includes("0");
    if (isZero || buildTree(leaves.map(BigInt)).root.toString() !== root) {
      throw new Refusal("MalformedInput", { field: "root" });
    }
    await storeBatch(services.db, { root, leaves });
    return { root, leaves };
  });
}
