// What is checked about a single proof besides the proof: each step asks the chain for the few
// events that decide it.
import { type CircuitName, SIZES } from "../../../circuits/statement/criteria/program.ts";
import { circuitIdOf } from "../../../circuits/statement/trial/trial.ts";
import { type Connectable, interfaceOf } from "../../../contracts/connect.ts";
import type { Deployment } from "../../../contracts/deployment.ts";
import { findLogs, readBlock } from "../node/chain.ts";
import {
  type ChainTerms,
  decodeLog,
  type Event,
  type EventName,
  type Part,
} from "../node/event.ts";
import { CallReverted, type Request } from "../node/rpc.ts";
import { refuseDay, termsDigest } from "../replay/signals.ts";
import { hashKey } from "./keys.ts";
import type { PublishedKeys } from "./published.ts";

/** One thing that was checked about a proof. */
export type ProofStep = {
  readonly id: "chain" | "version" | "key" | "parts" | "day" | "root" | "group" | "proof";
  /** What holds of an honest proof. */
  readonly says: string;
  readonly holds: boolean;
  /** What was found. */
  readonly found: string;
};

/** What the steps need: the chain, and what is published. */
export type Checking = {
  readonly request: Request;
  readonly deployment: Deployment;
  readonly keys: PublishedKeys;
};
export type Proven = Event<"Screened" | "Succeeded" | "Consented" | "WithdrawnByProof">;

/** A version by its number, with what was found of it. */
export type CheckedVersion = {
  readonly number: number;
  readonly version: ProofStep;
  readonly terms: ChainTerms | undefined;
};

/** The version's terms are those that the board had approved when the proof was submitted. */
export async function checkVersion(checking: Checking, event: Proven): Promise<CheckedVersion> {
  const number = await versionOf(checking, event);
  const published = (await eventsOf(checking, "TrialRegistry", "VersionPublished", event)).find(
    ({ args }) => args.version === number,
  );
  const approved = (await approvals(checking, event)).find(({ args }) => args.version === number);
  const says = "the version's terms, and the form consented to, are those the board had approved";
  const step = (problem: string | undefined, found: string): ProofStep => ({
    ...{ id: "version", says, holds: problem === undefined, found: problem ?? found },
  });
  if (published === undefined) {
    const missing = step(`version ${number} was never published`, "");
    return { number, version: missing, terms: undefined };
  }
  const { terms, digest } = published.args;
  const due = termsDigest(checking.deployment, published.args);
  let problem: string | undefined;
  if (due !== digest) problem = `the terms have digest ${due}, published was ${digest}`;
  else if (approved?.args.digest !== due) problem = `version ${number} was not approved`;
  else if (event.name === "Consented" && event.args.statement.formHash !== terms.consentFormHash)
    problem = "the consent is to another form than the version's";
  return { number, version: step(problem, `version ${number}, digest ${due}`), terms };
}

/** A succession names no version: its proofs are for the one in force. */
async function versionOf(checking: Checking, event: Proven): Promise<number> {
  if (event.name === "Screened") return event.args.version;
  if (event.name !== "Succeeded") return event.args.statement.version;
  return (await approvals(checking, event)).at(-1)?.args.version ?? 0;
}

/** There is one proof for each part of the criteria. */
export function checkParts(proofs: number, parts: number): ProofStep {
  const says = "there is one proof for each part of the criteria";
  const found = `${proofs} proofs, ${parts} parts`;
  return { id: "parts", says, holds: proofs === parts && parts > 0, found };
}

/** The chain verified with the published key, too. */
export async function checkKey(
  { request, deployment, keys }: Checking,
  terms: ChainTerms | undefined,
): Promise<{ circuit: CircuitName; step: ProofStep }> {
  const names = Object.values(SIZES).map((size) => size.circuit);
  const known = names.find((name) => circuitIdOf(name) === terms?.circuit);
  const circuit = known ?? names[0]!;
  const registry = interfaceOf("CircuitRegistry");
  const data = registry.encodeFunctionData("keyHashOf", [circuitIdOf(circuit)]);
  const call = { to: deployment.addresses.CircuitRegistry, data };
  const answer = (await request("eth_call", [call, "latest"]).catch((error: unknown) => {
    if (error instanceof CallReverted) return "0x";
    throw error;
  })) as string;
  const registered =
    answer === "0x" ? "nothing" : registry.decodeFunctionResult("keyHashOf", answer)[0];
  const due = hashKey(keys[circuit]);
  const holds = known !== undefined && registered === due;
  const says = "the key that the contracts verify with is the published one";
  let found = `${circuit}, ${due}`;
  if (known === undefined) found = `circuit ${terms?.circuit} is not among the published ones`;
  else if (!holds) found = `${circuit}: registered is ${registered}, published ${due}`;
  return { circuit, step: { id: "key", says, holds, found } };
}

/** The proof was fresh. */
export function checkDay({ asOf }: Part, time: number): ProofStep {
  const problem = refuseDay(asOf, time);
  const says = "the proof's day is the block's, or at most three before";
  return { id: "day", says, holds: problem === undefined, found: problem ?? `asOf ${asOf}` };
}

type RegistryEvent = Event<"Anchored" | "Replaced" | "Revoked" | "ClinicVoided">;

/** Whether an event of the registry ended every older root. */
const isVoiding = ({ name, args }: RegistryEvent) =>
  name === "Revoked" || name === "ClinicVoided" || (name === "Replaced" && args.voided);

/** The records root was the registry's newest, or one within its window. */
export async function checkRoot(
  checking: Checking,
  event: Proven,
  { recordsRoot }: Part,
): Promise<ProofStep> {
  const before = await registryEvents(checking, event);
  const rootIn = ({ args }: RegistryEvent) => ("root" in args ? args.root : undefined);
  const at = before.findLastIndex((one) => rootIn(one) === recordsRoot);
  const next = before.findIndex((one, i) => i > at && rootIn(one) !== undefined);
  let problem: string | undefined;
  if (at < 0) problem = `root ${recordsRoot} was never one of the registry`;
  else if (leavesToClear(before) > 0)
    problem = "leaves of a voided clinic were left in the registry";
  else if (next >= 0 && before.slice(next).some(isVoiding))
    problem = "a revocation had voided the root";
  else if (next >= 0) problem = await refuseOld(checking, before[next]!, event.time);
  const says = "the records root was the registry's newest, or superseded within its window";
  return { id: "root", says, holds: problem === undefined, found: problem ?? `${recordsRoot}` };
}

/** Leaves of voided clinics that nobody had cleared yet. */
function leavesToClear(events: readonly RegistryEvent[]): number {
  const left = new Map<string, number>();
  for (const { name, args } of events) {
    const { clinic } = args;
    if (name === "ClinicVoided") left.set(clinic, Number(args.leavesLeft));
    const before = left.get(clinic);
    if (name === "Revoked" && before !== undefined) left.set(clinic, before - 1);
  }
  return [...left.values()].reduce((sum, n) => sum + n, 0);
}

/** `by`: the event that superseded the root. */
async function refuseOld(
  { request, deployment }: Checking,
  by: RegistryEvent,
  time: number,
): Promise<string | undefined> {
  const { timestamp } = await readBlock(request, by.place.block);
  if (time <= timestamp + deployment.rootWindowSeconds) return undefined;
  return `the root's window had ended ${time - timestamp - deployment.rootWindowSeconds} s before`;
}

async function registryEvents(checking: Checking, event: Proven): Promise<RegistryEvent[]> {
  const { request, deployment } = checking;
  const address = [deployment.addresses.RecordRegistry];
  const range = { from: deployment.deployBlock, to: event.place.block };
  const logs = await findLogs(request, { address }, range);
  const names: readonly string[] = ["Anchored", "Replaced", "Revoked", "ClinicVoided"];
  return logs
    .map((log) => decodeLog("RecordRegistry", log, 0))
    .filter((one) => one && names.includes(one.name) && isBefore(one, event)) as RegistryEvent[];
}

/** A membership proof is about the group of those screened for its version, and a root it had. */
export async function checkGroup(
  checking: Checking,
  event: Event<"Consented" | "WithdrawnByProof">,
): Promise<ProofStep> {
  const { groupId, groupRoot, statement } = event.args;
  const approved = (await approvals(checking, event)).findLast(
    ({ args }) => args.version === statement.version,
  );
  const screeningVersion = approved?.args.screeningVersion;
  const opened = await eventsOf(checking, "Screening", "GroupOpened", event);
  const due = opened.find(({ args }) => args.screeningVersion === screeningVersion)?.args.groupId;
  const topic = `0x${groupId.toString(16).padStart(64, "0")}`;
  const single = await eventsOf(checking, "Semaphore", "MemberAdded", event, topic);
  const many = await eventsOf(checking, "Semaphore", "MembersAdded", event, topic);
  const hadRoot = [...single, ...many].some(({ args }) => args.merkleTreeRoot === groupRoot);
  const says = "the proof is about the group of those screened for its version, and a root it had";
  const holds = due === groupId && hadRoot;
  let found = `group ${groupId}, root ${groupRoot}`;
  if (due !== groupId) found = `group ${groupId}; that of the version is ${due ?? "none"}`;
  else if (!hadRoot) found = `group ${groupId} never had root ${groupRoot}`;
  return { id: "group", says, holds, found };
}

function approvals(checking: Checking, event: Proven) {
  return eventsOf(checking, "TrialRegistry", "VersionApproved", event);
}

/** Events of a name before the proof's, by their first topic (the trial, unless named). */
async function eventsOf<N extends EventName>(
  { request, deployment }: Checking,
  contract: Connectable,
  name: N,
  event: Proven,
  topic: string = event.args.trialId,
): Promise<Event<N>[]> {
  const topics = [interfaceOf(contract).getEvent(name)!.topicHash, topic];
  const range = { from: deployment.deployBlock, to: event.place.block };
  const address = [deployment.addresses[contract]];
  const logs = await findLogs(request, { address, topics }, range);
  return logs
    .map((log) => decodeLog(contract, log, 0))
    .filter((one) => one !== undefined && isBefore(one, event)) as Event<N>[];
}

function isBefore({ place }: Event, { place: at }: Event): boolean {
  return place.block < at.block || (place.block === at.block && place.logIndex < at.logIndex);
}
