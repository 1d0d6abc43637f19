// Every act of the exchange tells all of itself: custodians, wallets and auditors read nothing else.
import { describe, expect, test } from "vitest";
import { TASKS } from "../../circuits/statement/exchange/delegation.ts";
import { PARTICIPANT_STATES, type ParticipantState } from "../../circuits/statement/trial/trial.ts";
import { type Actor, bytes32 } from "../support/world.ts";
import { told } from "./events.ts";
import { ascending, openExchange } from "./exchangeStory.ts";
import { CODE, type Person } from "./story.ts";

const exchange = await openExchange();
const { world, story, arrived, seal, request, delegationOf, revocationOf } = exchange;
const { erasureProofOf, erasureOf, delegate } = exchange;
const { trialId } = story;
const address = (actor: Actor) => world.actors[actor].address;
const about = ({ pseudonym }: Person) => ({ trialId, pseudonym });
const became = (person: Person, state: ParticipantState) => [
  "StateChanged",
  { ...about(person), state: BigInt(PARTICIPANT_STATES.indexOf(state)) },
];
/** Numbers as the chain gives them. */
const onChain = (values: object) =>
  Object.fromEntries(
    Object.entries(values).map(([k, v]) => [k, typeof v === "number" ? BigInt(v) : v]),
  );

describe("staff's log", () => {
  test("tells who was delegated what, and who no more, with what was signed", async () => {
    const { staff } = world.as("anyone");
    const where = { trialId, siteId: 1n, key: address("staff"), by: address("site") };
    const { delegation, signature } = await delegationOf({ tasks: TASKS.erase });
    expect(await told(staff.delegate(delegation, signature))).toEqual([
      ["Delegated", { ...where, delegation: onChain(delegation), signature }],
    ]);
    const ended = await revocationOf();
    const revocation = onChain(ended.revocation);
    expect(await told(staff.revoke(ended.revocation, ended.signature))).toEqual([
      ["DelegationRevoked", { ...where, revocation, signature: ended.signature }],
    ]);
  });
});

describe("a cut", () => {
  test("names its people in order, what it is of, and who sealed it", async () => {
    const people = [await arrived("Alice"), await arrived("Bob")];
    await delegate({ siteId: 0, tasks: TASKS.request }, "sponsor");
    const cut = { cutId: 0n, trialId, permission: 2n, packages: 5n, by: address("staff") };
    const root = bytes32("root");
    expect(await told(seal(people, { root, packages: 5, by: "staff" }))).toEqual([
      ["Sealed", { ...cut, packagesRoot: root, pseudonyms: ascending(people) }],
    ]);
  });
});

describe("custodians' log", () => {
  const custody = (by: Actor = "anyone") => world.as(by).custody;

  test("tells receipts, and keys that are destroyed, one by one", async () => {
    const root = bytes32("receipts");
    expect(await told(custody("custodian").anchorReceipts(root, 3, 7))).toEqual([
      ["ReceiptsAnchored", { custodian: address("custodian"), root, count: 3n, last: 7n }],
    ]);
    const people = [await arrived("Alice"), await arrived("Bob")];
    for (const person of people) {
      await custody().eraseByProof(trialId, 1, await erasureProofOf(person));
    }
    const all = people.map(({ pseudonym }) => pseudonym);
    const custodian = address("custodian");
    expect(await told(custody("custodian").destroyed(trialId, all))).toEqual(
      people.map((person) => ["KeyDestroyed", { ...about(person), custodian }]),
    );
  });

  test("tells an erasure with the proof, by the code with the withdrawal, or as signed", async () => {
    const [alice, bob] = [await arrived("Alice"), await arrived("Bob")];
    const carol = await arrived("Carol");
    const proof = await erasureProofOf(alice);
    const groupId = await world.as("anyone").screening.groupOf(trialId, 1);
    expect(await told(custody().eraseByProof(trialId, 1, proof))).toEqual([
      ["ErasureByProof", { ...about(alice), groupId, ...proof }],
    ]);
    expect(await told(custody().eraseByCode(trialId, bob.pseudonym, CODE))).toEqual([
      ["WithdrawnByCode", { ...about(bob), code: CODE }],
      became(bob, "withdrawn"),
      ["ErasureByCode", about(bob)],
    ]);
    const args = await erasureOf(carol);
    const [, , key, deadline, signature] = args;
    expect(await told(custody().eraseBySite(...args))).toEqual([
      ["ErasureBySite", { ...about(carol), siteId: 1n, key, deadline, signature }],
    ]);
  });

  test("tells which request a recipient speaks of", async () => {
    await seal([await arrived("Alice")]);
    await request();
    const which = { cutId: 0n, requestId: 0n, by: address("sponsor") };
    const statement = bytes32("destroyed");
    expect(await told(custody("sponsor").purged(0, 0, statement))).toEqual([
      ["CopyPurged", { ...which, statement }],
    ]);
    const entry = bytes32("correction");
    expect(await told(custody("sponsor").acknowledge(0, 0, entry))).toEqual([
      ["CorrectionAcknowledged", { ...which, entry }],
    ]);
    const manifest = bytes32("manifest");
    expect(await told(custody("sponsor").anchorDataset(0, 0, manifest))).toEqual([
      ["DatasetAnchored", { ...which, manifest }],
    ]);
  });
});
