// A chain with a running trial, honest records and their owners, and what each act costs there.
import { Group, generateProof, Identity } from "@semaphore-protocol/core";
import { readArtifact } from "../../circuits/artifacts/read.ts";
import { consentMessage } from "../../circuits/statement/consent.ts";
import { dayOfTimestamp, packAsOf } from "../../circuits/statement/day.ts";
import { hashProgram } from "../../circuits/statement/program.ts";
import { toCalldata } from "../../circuits/statement/proof.ts";
import { buildTree, joinPaths, pathOf } from "../../circuits/statement/tree.ts";
import { screeningMessage } from "../../circuits/statement/trial.ts";
import { prove } from "../../circuits/witness/prove.ts";
import { commitRecord } from "../../circuits/witness/record.ts";
import { openTrial, type Story, statementOf } from "../contracts/story.ts";
import { bytes32, createWorld, number } from "../contracts/world.ts";
import { semaphoreArtifacts } from "./semaphore.ts";
import { benchProgram, benchRecord, ownerOf } from "./statement.ts";

const DEPTH = 20;
const URI = "https://records.example/batches/0123456789abcdef";

type Sent = Promise<{ wait(): Promise<{ gasUsed: bigint } | null> }>;

/** Gas of a transaction that must succeed. */
async function gasOf(sent: Sent): Promise<number> {
  const receipt = await (await sent).wait();
  return Number(receipt!.gasUsed);
}

export async function openGasWorld(members: number) {
  const world = await createWorld({ real: true });
  const program = benchProgram(8);
  const story = await openTrial(world, { change: { criteriaHash: hashProgram(program) } });
  const people = Array.from({ length: members }, (_, i) => new Identity(`participant ${i}`));
  return {
    /** One batch after another, as many as there are members. */
    async anchorBatches(size: number): Promise<number[]> {
      const { records } = world.as("clinic");
      const batch = (i: number) => number(`batch ${i}`);
      return each(members, (i) =>
        gasOf(records.anchorBatch(batch(i), size, bytes32(`leaves ${i}`), URI) as Sent),
      );
    },
    async stockSemaphore() {
      const { semaphore } = world.as("anyone");
      await gasOf(semaphore.getFunction("createGroup()")() as Sent);
      const groupId = ((await semaphore.groupCounter()) as bigint) - 1n;
      const addMember = await each(members, (i) =>
        gasOf(semaphore.addMember(groupId, people[i]!.commitment) as Sent),
      );
      const group = new Group(people.map((person) => person.commitment));
      const validateProof = await each(members, async (i) => {
        const artifacts = semaphoreArtifacts(DEPTH);
        const proof = await generateProof(people[i]!, group, 1n, 2n, DEPTH, artifacts);
        return gasOf(semaphore.validateProof(groupId, proof) as Sent);
      });
      return { addMember, validateProof };
    },
    screenAll: () => screenAll(story, people),
    consentAll: () => consentAll(story, people),
    close: world.close,
  };
}

/** Anchors a record for each person, then screens them one after another. */
async function screenAll(story: Story, people: readonly Identity[]): Promise<number[]> {
  const { world, trialId, scope } = story;
  const program = benchProgram(8);
  const artifacts = {
    wasm: await readArtifact("eligibility-8.wasm"),
    zkey: await readArtifact("eligibility-8.zkey"),
  };
  const day = dayOfTimestamp(await world.now());
  const owned = people.map((_, i) => benchRecord(i, { today: day }));
  const batch = buildTree(owned.map(commitRecord));
  await world.as("clinic").records.anchorBatch(batch.root, people.length, bytes32("owned"), URI);
  const registry = buildTree(await registryLeaves(story));
  const outer = pathOf(registry, registry.indexOf(batch.root));
  await world.as("anyone").enrollment.openGroup(trialId);
  return each(people.length, async (i) => {
    const participantCommitment = people[i]!.commitment;
    const { proof, signals } = await prove({
      artifacts,
      program,
      record: owned[i]!,
      identitySecret: ownerOf(i).secretScalar,
      path: joinPaths(pathOf(batch, i), outer),
      scope,
      message: screeningMessage({ trialId, version: 1, participantCommitment }),
      asOf: packAsOf(day),
    });
    const { nullifier, recordsRoot, asOf } = signals;
    const common = { trialId, version: 1, nullifier, participantCommitment };
    const screening = { ...common, recordsRoot, asOf, points: toCalldata(proof) };
    return gasOf(world.as("anyone").enrollment.screen(screening) as Sent);
  });
}

/** The registry's leaves in order, from its events. */
async function registryLeaves({ world }: Story): Promise<bigint[]> {
  const { records } = world.as("anyone");
  const events = await records.queryFilter(records.filters.Anchored());
  return events.map((event) => (event as unknown as { args: { leaf: bigint } }).args.leaf);
}

/** Each screened person's first grant. */
async function consentAll(story: Story, people: readonly Identity[]): Promise<number[]> {
  const group = new Group(people.map((person) => person.commitment));
  return each(people.length, async (i) => {
    const statement = await statementOf(story);
    const message = consentMessage(statement);
    const artifacts = semaphoreArtifacts(DEPTH);
    const made = await generateProof(people[i]!, group, message, story.scope, DEPTH, artifacts);
    const { nullifier: pseudonym, merkleTreeRoot: groupRoot, points } = made;
    const proof = { pseudonym, groupRoot, points };
    return gasOf(story.world.as("anyone").enrollment.consent(statement, proof) as Sent);
  });
}

async function each<T>(count: number, act: (i: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let i = 0; i < count; i++) results.push(await act(i));
  return results;
}
