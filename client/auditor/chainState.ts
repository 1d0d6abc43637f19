// What the chain's own state must be if the replayed events are all there are: each answer is
// asked for and compared. An event that a node left out, or that a contract did not log, shows
// here.
import { type Connectable, interfaceOf } from "../../contracts/connect.ts";
import type { Deployment } from "../../contracts/deployment.ts";
import type { Report } from "./finding.ts";
import { CallReverted, mapLimited } from "./rpc.ts";
import type { Source } from "./source.ts";
import type { Participant, Trial, World } from "./state.ts";

/** A call and what it must answer. */
export type Expectation = {
  readonly contract: Connectable;
  readonly call: string;
  readonly args: readonly unknown[];
  /** The answer's first parts; what follows is not compared. */
  readonly answer: readonly unknown[];
};

const AT_ONCE = 16;
const FORWARDED = [
  "Accreditation",
  "CircuitRegistry",
  "RecordRegistry",
  "TrialRegistry",
  "Enrollment",
] as const satisfies readonly Connectable[];

/** Compares the chain's state with the replayed one. */
export async function checkState(
  world: World,
  options: {
    source: Source;
    report: Report;
    onCompared?: (compared: number, of: number) => void;
  },
): Promise<number> {
  const { source, report, onCompared } = options;
  const expectations = expectationsOf(world, source.deployment);
  let compared = 0;
  const answers = await mapLimited(expectations, AT_ONCE, async (one) => {
    const answer = await ask(source, one);
    onCompared?.(++compared, expectations.length);
    return answer;
  });
  expectations.forEach(({ contract, call, args, answer }, i) => {
    const [due, found] = [write(answer), write(answers[i]!.slice(0, answer.length))];
    if (due === found) return;
    const what = `${contract}.${call}(${args.join(", ")})`;
    report("state/differs", `${what} is ${found}, the events add up to ${due}`);
  });
  return expectations.length;
}

/** Everything that can be asked about what was replayed. */
export function expectationsOf(world: World, deployment: Deployment): Expectation[] {
  const { addresses } = deployment;
  const { records } = world;
  const { TrialRegistry: trials, RecordRegistry, Semaphore: semaphore } = addresses;
  const { Accreditation: accreditation, Screening: screening, Enrollment: enrollment } = addresses;
  const wiring = {
    Screening: { trials, records: RecordRegistry, semaphore, enrollment },
    Enrollment: { trials, screening, semaphore, accreditation },
  } as const;
  return [
    ...(["Screening", "Enrollment"] as const).flatMap((contract) =>
      Object.entries(wiring[contract]).map(([call, at]) => expect(contract, call, [], [at])),
    ),
    expect("TrialRegistry", "circuits", [], [addresses.CircuitRegistry]),
    // Whom they take for the sender of a forwarded call.
    ...FORWARDED.map((name) => expect(name, "trustedForwarder", [], [addresses.ERC2771Forwarder])),
    expect("Semaphore", "verifier", [], [addresses.SemaphoreVerifier]),
    expect("Accreditation", "owner", [], [world.owner]),
    expect("Accreditation", "dictionaryVersion", [], [newest(world)]),
    ...[...world.accredited.keys()].map((key) => {
      const [role, account] = key.split(" ");
      return expect("Accreditation", "isAccredited", [Number(role), account], [true]);
    }),
    ...[...world.circuits].map(([id, { keyHash }]) =>
      expect("CircuitRegistry", "keyHashOf", [id], [keyHash]),
    ),
    ...[...world.circuits].map(([id, { verifier }]) =>
      expect("CircuitRegistry", "verifierOf", [id], [verifier]),
    ),
    expect("RecordRegistry", "root", [], [records.root]),
    expect("RecordRegistry", "leafCount", [], [BigInt(records.leaves.length)]),
    expect("RecordRegistry", "epoch", [], [records.epoch]),
    expect("RecordRegistry", "leavesToClear", [], [BigInt(records.leavesToClear)]),
    ...[...records.clinics].flatMap(([clinic, standing]) => [
      expect("RecordRegistry", "slotsOf", [clinic], [BigInt(standing.slots)]),
      expect("RecordRegistry", "liveLeavesOf", [clinic], [BigInt(standing.live)]),
      expect("RecordRegistry", "quotaOf", [clinic], [standing.quota]),
      expect("RecordRegistry", "revocationLimitOf", [clinic], [standing.revocationLimit]),
      expect("RecordRegistry", "isVoided", [clinic], [standing.isVoided]),
    ]),
    expect("RecordRegistry", "rootWindowSeconds", [], [BigInt(deployment.rootWindowSeconds)]),
    ...[...world.trials.values()].flatMap((trial) => ofTrial(world, trial)),
  ];
}

function newest({ dictionaries }: World): bigint {
  return [...dictionaries.keys()].reduce((a, b) => (b > a ? b : a), 0n);
}

function ofTrial(world: World, trial: Trial): Expectation[] {
  const { trialId, sponsor, latest, current, status, isHeld, board } = trial;
  const { approvedUntil, beforeHold, lapsesAt } = trial;
  const times = [approvedUntil, beforeHold, lapsesAt];
  const summary = [sponsor, latest, current, status, isHeld, board, ...times];
  return [
    expect("TrialRegistry", "trialOf", [trialId], [summary]),
    expect("Enrollment", "placesTaken", [trialId], [BigInt(trial.placesTaken)]),
    ...[...trial.sitePlaces].map(([siteId, taken]) =>
      expect("Enrollment", "sitePlacesTaken", [trialId, siteId], [BigInt(taken)]),
    ),
    ...[...trial.versions.values()].map(({ number, terms }) =>
      expect(
        "TrialRegistry",
        "hashesOf",
        [trialId, number],
        [[...terms.criteriaHashes], [...terms.successorHashes]],
      ),
    ),
    ...[...trial.groups.values()].flatMap((groupId) => {
      const tree = world.groups.get(groupId)!.tree;
      return [
        expect("Semaphore", "getMerkleTreeSize", [groupId], [BigInt(tree.size)]),
        expect("Semaphore", "getMerkleTreeRoot", [groupId], [tree.size === 0 ? 0n : tree.root]),
      ];
    }),
    ...[...trial.participants].map(([pseudonym, who]) =>
      expect("Enrollment", "participantOf", [trialId, pseudonym], [participant(who)]),
    ),
  ];
}

function participant(who: Participant): unknown[] {
  const { state, givenBy, version, permissions, siteId } = who;
  const { sequence, validUntil, arriveBy, withdrawalCodeHash } = who;
  const words = [state, givenBy, version, permissions, siteId, sequence, validUntil, arriveBy];
  return [...words, withdrawalCodeHash];
}

function expect(
  contract: Connectable,
  call: string,
  args: readonly unknown[],
  answer: readonly unknown[],
): Expectation {
  return { contract, call, args, answer };
}

/** The address and call data of an expectation, as it is asked. */
export function callOf({ contract, call, args }: Expectation, { addresses }: Deployment) {
  const to = addresses[contract].toLowerCase();
  return { to, data: interfaceOf(contract).encodeFunctionData(call, [...args]) };
}

async function ask(source: Source, expectation: Expectation): Promise<unknown[]> {
  const { to, data } = callOf(expectation, source.deployment);
  const { contract, call } = expectation;
  try {
    const result = interfaceOf(contract).decodeFunctionResult(call, await source.call(to, data));
    return [...result];
  } catch (error) {
    // A call that reverts has no answer; a lost node or a bundle without it is another matter.
    if (error instanceof CallReverted || isUndecodable(error)) return ["no answer"];
    throw error;
  }
}

/** What ethers throws for an answer that is not the call's. */
function isUndecodable(error: unknown): boolean {
  const { code } = error as { code?: string };
  return code === "BAD_DATA" || code === "CALL_EXCEPTION";
}

/** One text for one value, however it was typed. */
function write(value: unknown): string {
  if (Array.isArray(value)) return `[${[...value].map(write).join(" ")}]`;
  return String(value).toLowerCase();
}
