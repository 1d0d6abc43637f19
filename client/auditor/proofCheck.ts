// One proof, checked on its own: its transaction is fetched, its signals are computed from what the
// chain holds, and it is verified with the published key. What the whole history would show besides
// (nobody twice, states, capacities) is the audit's business.
import type { CircuitName } from "../../circuits/statement/program.ts";
import { verifyOne } from "../../circuits/statement/proof.ts";
import { SIGNALS } from "../../circuits/statement/signals.ts";
import { type Connectable, interfaceOf } from "../../contracts/connect.ts";
import type { Deployment } from "../../contracts/deployment.ts";
import { InputError } from "../input-error.ts";
import { type NodeLog, readBlock, toRaw } from "./chain.ts";
import { decodeLog, type Event } from "./event.ts";
import type { Place } from "./finding.ts";
import { checkDay, checkGroup, checkKey, checkRoot, checkVersion } from "./proofSteps.ts";
import { proofOf } from "./proofs.ts";
import type { PublishedKeys } from "./published.ts";
import type { Request } from "./rpc.ts";
import { eligibilitySignals, membershipSignals } from "./signals.ts";
import type { Block } from "./source.ts";

/** One thing that was checked about a proof. */
export type ProofStep = {
  readonly id: "chain" | "version" | "key" | "day" | "root" | "group" | "proof";
  /** What holds of an honest proof. */
  readonly says: string;
  readonly holds: boolean;
  /** What was found. */
  readonly found: string;
};

export type CheckedProof = {
  readonly kind: "screening" | "consent" | "withdrawal";
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

/** What the steps need: the chain, and what is published. */
export type Checking = {
  readonly request: Request;
  readonly deployment: Deployment;
  readonly keys: PublishedKeys;
};
export type Proven = Event<"Screened" | "Consented" | "WithdrawnByProof">;

const KINDS = {
  Screened: "screening",
  Consented: "consent",
  WithdrawnByProof: "withdrawal",
} as const;
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
      `Transaction ${transaction} holds no screening, consent or withdrawal by proof.`,
    );
  }
  const isThere = receipt.status === "0x1" && receipt.blockHash === block.hash;
  const proofs: CheckedProof[] = [];
  for (const event of events) proofs.push(await checkProof(options, event, isThere));
  return { transaction, block, holds: proofs.every(({ holds }) => holds), proofs };
}

/** The events of a receipt that carry a proof, by the deployment's own contract. */
function provenIn({ logs }: Receipt, { timestamp }: Block, deployment: Deployment): Proven[] {
  const contract: Connectable = "Enrollment";
  const address = deployment.addresses[contract].toLowerCase();
  const topics = Object.keys(KINDS).map((name) => interfaceOf(contract).getEvent(name)!.topicHash);
  return logs
    .filter((log) => log.address.toLowerCase() === address && topics.includes(log.topics[0]!))
    .map((log) => decodeLog(contract, toRaw(log), timestamp) as Proven);
}

async function checkProof(
  options: Checking,
  event: Proven,
  isThere: boolean,
): Promise<CheckedProof> {
  const { block } = event.place;
  const chain: ProofStep = {
    id: "chain",
    says: "the transaction succeeded and its block is on the chain",
    holds: isThere,
    found: isThere ? `block ${block}` : `it failed, or the chain has another block ${block} now`,
  };
  const { args } = event;
  const { deployment, keys } = options;
  const { version, terms } = await checkVersion(options, event);
  const of =
    event.name === "Screened"
      ? {
          ...(await eligibilityOf(options, event, terms)),
          subject: event.args.nullifier,
          version: event.args.version,
        }
      : {
          circuit: "semaphore" as const,
          names: MEMBERSHIP_SIGNALS,
          signals: membershipSignals(deployment, event.args),
          steps: [await checkGroup(options, event)],
          subject: event.args.pseudonym,
          version: event.args.statement.version,
        };
  const proof = await verify(keys, of, args.points);
  const steps = [chain, version, ...of.steps, proof];
  return {
    ...{ kind: KINDS[event.name], holds: steps.every(({ holds }) => holds) },
    ...{ trialId: args.trialId, version: of.version, subject: of.subject.toString() },
    ...{ place: event.place, circuit: of.circuit, points: args.points.map(String), steps },
    signals: of.signals.map((value, i) => ({ name: of.names[i]!, value })),
  };
}

type Terms = Awaited<ReturnType<typeof checkVersion>>["terms"];

async function eligibilityOf(options: Checking, event: Event<"Screened">, terms: Terms) {
  const { circuit, step } = await checkKey(options, terms);
  const criteriaHash = terms?.criteriaHash ?? 0n;
  return {
    circuit,
    names: SIGNALS,
    signals: eligibilitySignals(options.deployment, event.args, { criteriaHash }),
    steps: [step, checkDay(event), await checkRoot(options, event)],
  };
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
