// One proof, checked on its own: its transaction is fetched, its signals are computed from what the
// chain holds, and it is verified with the published key. What the whole history would show besides
// (nobody twice, states, capacities) is the audit's business.
import type { CircuitName } from "../../../circuits/statement/criteria/program.ts";
import { verifyOne } from "../../../circuits/statement/proof/proof.ts";
import { SIGNALS } from "../../../circuits/statement/proof/signals.ts";
import { type Connectable, interfaceOf } from "../../../contracts/connect.ts";
import type { Deployment } from "../../../contracts/deployment.ts";
import { InputError } from "../../files/inputError.ts";
import type { Place } from "../finding/finding.ts";
import { type NodeLog, readBlock, toRaw } from "../node/chain.ts";
import { decodeLog, type Event } from "../node/event.ts";
import type { Block } from "../node/source.ts";
import {
  eligibilitySignals,
  membershipSignals,
  messageOf,
  successorMessageOf,
} from "../replay/signals.ts";
import {
  type CheckedVersion,
  type Checking,
  checkDay,
  checkGroup,
  checkKey,
  checkParts,
  checkRoot,
  checkVersion,
  type ProofStep,
  type Proven,
} from "./proofSteps.ts";
import { proofOf } from "./proofs.ts";
import type { PublishedKeys } from "./published.ts";

export type CheckedProof = {
  readonly kind: "screening" | "succession" | "consent" | "withdrawal";
  /** Which part of the criteria an eligibility proof is about, from 0, and of how many. */
  readonly part: { readonly index: number; readonly of: number } | undefined;
  /** True when every step holds. */
  readonly holds: boolean;
  readonly trialId: string;
  readonly version: number;
  /** The screening's nullifier or the participant's pseudonym, decimal. */
  readonly subject: string;
  readonly place: Place;
  readonly circuit: CircuitName | "semaphore";
  /** Public signals as they were computed, in the circuit's order. */
  readonly signals: readonly { readonly name: string; readonly value: string }[];
  readonly points: readonly string[];
  readonly steps: readonly ProofStep[];
};

export type CheckedTransaction = {
  readonly transaction: string;
  readonly block: Block;
  readonly holds: boolean;
  readonly proofs: readonly CheckedProof[];
};

const KINDS = {
  Screened: "screening",
  Succeeded: "succession",
  Consented: "consent",
  WithdrawnByProof: "withdrawal",
} as const;
/** The contract that logs each. */
const LOGGED_BY = {
  Screened: "Screening",
  Succeeded: "Enrollment",
  Consented: "Enrollment",
  WithdrawnByProof: "Enrollment",
} as const satisfies Record<keyof typeof KINDS, Connectable>;
const MEMBERSHIP_SIGNALS = ["merkleTreeRoot", "nullifier", "messageHash", "scopeHash"];

type Receipt = { status: string; blockNumber: string; blockHash: string; logs: NodeLog[] };

/**
 * Checks every proof of a transaction. Throws InputError when the node does not know it, or when
 * it holds no proof of the deployment's contracts.
 */
export async function checkTransaction(
  options: Checking & { readonly transaction: string },
): Promise<CheckedTransaction> {
  const { request, transaction } = options;
  if (!/^0x[0-9a-fA-F]{64}$/.test(transaction)) {
    throw new InputError("A transaction is 0x and 64 hexadecimal digits: copy the whole of it.");
  }
  const receipt = (await request("eth_getTransactionReceipt", [transaction])) as Receipt | null;
  if (receipt === null) {
    throw new InputError(
      `The node knows no transaction ${transaction}: is it one of this chain, and in a block yet?`,
    );
  }
  const block = await readBlock(request, Number(receipt.blockNumber));
  const events = provenIn(receipt, block, options.deployment);
  if (events.length === 0) {
    throw new InputError(
      `Transaction ${transaction} holds no screening, succession, consent or withdrawal by proof.`,
    );
  }
  const isThere = receipt.status === "0x1" && receipt.blockHash === block.hash;
  const proofs: CheckedProof[] = [];
  for (const event of events) proofs.push(...(await checkProofs(options, event, isThere)));
  return { transaction, block, holds: proofs.every(({ holds }) => holds), proofs };
}

/** The events of a receipt that carry proofs, by the deployment's own contracts. */
function provenIn({ logs }: Receipt, { timestamp }: Block, deployment: Deployment): Proven[] {
  const known = Object.entries(LOGGED_BY).map(([name, contract]) => {
    const topic = interfaceOf(contract).getEvent(name)!.topicHash;
    return { contract, topic, address: deployment.addresses[contract].toLowerCase() };
  });
  return logs.flatMap((log) => {
    const address = log.address.toLowerCase();
    const found = known.find((one) => one.address === address && one.topic === log.topics[0]);
    return found ? [decodeLog(found.contract, toRaw(log), timestamp) as Proven] : [];
  });
}

/** One for each proof of the event: a screening has one a part. */
async function checkProofs(
  options: Checking,
  event: Proven,
  isThere: boolean,
): Promise<CheckedProof[]> {
  const { block } = event.place;
  const chain: ProofStep = {
    id: "chain",
    says: "the transaction succeeded and its block is on the chain",
    holds: isThere,
    found: isThere ? `block ${block}` : `it failed, or the chain has another block ${block} now`,
  };
  const checked = await checkVersion(options, event);
  const stated =
    event.name === "Screened" || event.name === "Succeeded"
      ? await eligibilityOf(options, event, checked)
      : [await membershipOf(options, event)];
  const proofs: CheckedProof[] = [];
  for (const of of stated) {
    const proof = await verify(options.keys, of, of.points);
    const steps = [chain, checked.version, ...of.steps, proof];
    proofs.push({
      ...{ kind: KINDS[event.name], part: of.part, holds: steps.every(({ holds }) => holds) },
      ...{ trialId: event.args.trialId, version: checked.number, subject: of.subject.toString() },
      ...{ place: event.place, circuit: of.circuit, points: of.points.map(String), steps },
      signals: of.signals.map((value, i) => ({ name: of.names[i]!, value })),
    });
  }
  return proofs;
}

/** A proof with the signals that it must hold for, and what was checked about them. */
type Stated = {
  readonly circuit: CircuitName | "semaphore";
  readonly names: readonly string[];
  readonly signals: readonly string[];
  readonly points: readonly bigint[];
  readonly subject: bigint;
  readonly part: CheckedProof["part"];
  readonly steps: readonly ProofStep[];
};

async function membershipOf(
  options: Checking,
  event: Event<"Consented" | "WithdrawnByProof">,
): Promise<Stated> {
  const { points, pseudonym: subject } = event.args;
  const signals = membershipSignals(options.deployment, event.args);
  const steps = [await checkGroup(options, event)];
  return {
    ...{ circuit: "semaphore", names: MEMBERSHIP_SIGNALS, signals, points, subject, steps },
    part: undefined,
  };
}

/** One for each part of the criteria, or of those for successors. */
async function eligibilityOf(
  options: Checking,
  event: Event<"Screened" | "Succeeded">,
  { terms, number }: CheckedVersion,
): Promise<Stated[]> {
  const { circuit, step } = await checkKey(options, terms);
  const isScreening = event.name === "Screened";
  const hashes = (isScreening ? terms?.criteriaHashes : terms?.successorHashes) ?? [];
  const { trialId, parts } = event.args;
  const subject = isScreening ? event.args.nullifier : event.args.succession.successorNullifier;
  const message = isScreening ? messageOf(event.args) : successorMessageOf(event.args, number);
  const complete = checkParts(parts.length, hashes.length);
  const stated: Stated[] = [];
  for (const [index, part] of parts.entries()) {
    const criteriaHash = hashes[index] ?? 0n;
    const about = { trialId, nullifier: subject, message, criteriaHash, part };
    stated.push({
      ...{ circuit, names: SIGNALS, points: part.points, subject },
      signals: eligibilitySignals(options.deployment, about),
      part: { index, of: hashes.length },
      steps: [step, complete, checkDay(part, event.time), await checkRoot(options, event, part)],
    });
  }
  return stated;
}

async function verify(
  keys: PublishedKeys,
  { circuit, signals }: { circuit: CircuitName | "semaphore"; signals: readonly string[] },
  points: readonly bigint[],
): Promise<ProofStep> {
  const holds = await verifyOne({ key: keys[circuit], proof: proofOf(points), signals });
  const says = "the proof holds for the signals computed from the chain, under the published key";
  const found = holds ? `it holds (${circuit})` : `it does not hold (${circuit})`;
  return { id: "proof", says, holds, found };
}
