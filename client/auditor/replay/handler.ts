// What the state machines share. Each is a table of handlers by event; a handler checks an event
// against the state before it, reports what is wrong, and then believes it: one wrong event is one
// finding, not a cascade.
import type { CircuitName } from "../../../circuits/statement/criteria/program.ts";
import type { Bytes32 } from "../../../circuits/statement/trial/trial.ts";
import type { Connectable } from "../../../contracts/connect.ts";
import type { Deployment } from "../../../contracts/deployment.ts";
import type { Place, Report, Rule } from "../finding/finding.ts";
import type { Event, EventName } from "../node/event.ts";
import type { Trial, World } from "./state.ts";

/** A proof to be verified again, together with others. */
export type ProofClaim = {
  readonly key: CircuitName | "semaphore";
  readonly points: readonly bigint[];
  /** Canonical decimals in the circuit's order. */
  readonly signals: readonly string[];
  readonly rule: Rule;
  readonly place: Place;
};

/**
 * A signature that no key recovers to: valid only if the signer is a contract that says so
 * (ERC-1271).
 */
export type OpenSignature = {
  readonly signer: string;
  readonly digest: Bytes32;
  readonly signature: string;
  readonly place: Place;
};

export type Replay = {
  readonly world: World;
  readonly deployment: Deployment;
  /** Audit this trial only. */
  readonly only?: Bytes32 | undefined;
  readonly report: Report;
  readonly claim: (claim: ProofClaim) => unknown;
  readonly askSigner: (open: OpenSignature) => unknown;
};

export type Handlers = { readonly [N in EventName]?: (replay: Replay, event: Event<N>) => void };

/** A call of a contract and what it must answer if the replayed events are all there are. */
export type Expectation = {
  readonly contract: Connectable;
  readonly call: string;
  readonly args: readonly unknown[];
  /** The answer's first parts; what follows is not compared. */
  readonly answer: readonly unknown[];
};

/** What the exchange can do, as the auditor sees it. {@link CAPABILITIES} lists them. */
export type Capability<Part extends keyof World = never> = {
  /** Its events, and what each must fit. */
  readonly handlers: Handlers;
  /** Its part of the state, before anything has happened. */
  readonly begin: () => Pick<World, Part>;
  /** What its contracts must answer now. */
  readonly expectations: (world: World, deployment: Deployment) => readonly Expectation[];
  /** Ends a transaction. */
  readonly settle?: (replay: Replay) => void;
};

/** An expectation. */
export function due(
  contract: Connectable,
  call: string,
  args: readonly unknown[],
  answer: readonly unknown[],
): Expectation {
  return { contract, call, args, answer };
}

/** Reports the event when the condition does not hold; returns the condition. */
export function expect(
  { report }: Replay,
  event: Event,
  condition: boolean,
  rule: Rule,
  reason: string,
): boolean {
  if (!condition) report(rule, reason, event.place);
  return condition;
}

/**
 * The trial of an event; undefined (and reported, unless --trial leaves it out) when there is
 * none.
 */
export function trialOf(
  replay: Replay,
  event: Event & { args: { trialId: Bytes32 } },
): Trial | undefined {
  const { world } = replay;
  const { trialId } = event.args;
  const trial = world.trials.get(trialId);
  if (trial === undefined && !isLeftOut(replay, trialId)) {
    replay.report("trial/protocol", `${event.name} for a trial never registered`, event.place);
  }
  return trial;
}

/** True for a trial that --trial leaves out. */
export function isLeftOut({ only }: Replay, trialId: Bytes32): boolean {
  return only !== undefined && only !== trialId;
}
