// A chain with a running trial, honest records and their owners, and what each act costs there.
import { Group, generateProof, Identity } from "@semaphore-protocol/core";
import { readArtifact } from "../../circuits/artifacts/read.ts";
import { hashProgram } from "../../circuits/statement/criteria/program.ts";
import { dayOfTimestamp, packAsOf } from "../../circuits/statement/encoding/day.ts";
import { buildTree, pathOf, registryLeafOf } from "../../circuits/statement/encoding/tree.ts";
import { toCalldata } from "../../circuits/statement/proof/proof.ts";
import { consentMessage } from "../../circuits/statement/trial/consent.ts";
import { screeningMessage } from "../../circuits/statement/trial/trial.ts";
import { prove } from "../../circuits/witness/prove.ts";
import { commitRecord } from "../../circuits/witness/record.ts";
import { treeOf } from "../contracts/registry.ts";
import { openTrial, type Story, statementOf } from "../contracts/story.ts";
import { bytes32, createWorld, number } from "../support/world.ts";
import { semaphoreArtifacts } from "./semaphore.ts";
import { benchProgram, benchRecord, secretOf } from "./statement.ts";

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
  const story = await openTrial(world, { change: { criteriaHashes: [hashProgram(program)] } });
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
    screenAll: async () => {
      await world.as("anyone").screening.openGroup(story.trialId);
      const screenings = await proveAll(story, people);
      return each(people.length, (i) =>
        gasOf(world.as("anyone").screening.screen(screenings[i]!) as Sent),
      );
    },
    /** Gas each, of so many in one transaction. */
    async screenMany(count: number): Promise<number> {
      const more = Array.from({ length: count }, (_, i) => new Identity(`one of many ${i}`));
      const screenings = await proveAll(story, more, 1_000);
      const many = screenings
        .map(({ trialId: _, version: __, ...person }) => person)
        .sort((a, b) => (a.nullifier < b.nullifier ? -1 : 1));
      const { screening } = world.as("anyone");
      return (await gasOf(screening.screenMany(story.trialId, 1, many) as Sent)) / count;
    },
    consentAll: () => consentAll(story, people),
    close: world.close,
  };
}

/** Anchors a record for each person, and proves of each what a screening submits. */
async function proveAll(story: Story, people: readonly Identity[], firstSeed = 0) {
  const { world, trialId, scope } = story;
  const program = benchProgram(8);
  const artifacts = {
    wasm: await readArtifact("eligibility-8.wasm"),
    zkey: await readArtifact("eligibility-8.zkey"),
  };
  const day = dayOfTimestamp(await world.now());
  const issuer = world.actors.clinic.address;
  const owned = people.map((_, i) => benchRecord(firstSeed + i, { today: day, issuer }));
  const batch = buildTree(owned.map(commitRecord));
  const leaves = bytes32(`owned ${firstSeed}`);
  await world.as("clinic").records.anchorBatch(batch.root, people.length, leaves, URI);
  const tree = await treeOf(world);
  const registry = pathOf(tree, tree.indexOf(registryLeafOf(batch.root, issuer)));
  return each(people.length, async (i) => {
    const participantCommitment = people[i]!.commitment;
    const { proof, signals } = await prove({
      artifacts,
      program,
      record: owned[i]!,
      identitySecret: secretOf(firstSeed + i),
      path: { batch: pathOf(batch, i), registry },
      scope,
      message: screeningMessage({ trialId, version: 1, participantCommitment }),
      asOf: packAsOf(day),
    });
    const { nullifier, issuerTag, recordsRoot, asOf } = signals;
    const part = { issuerTag, recordsRoot, asOf, points: toCalldata(proof) };
    return { trialId, version: 1, nullifier, participantCommitment, parts: [part] };
  });
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
