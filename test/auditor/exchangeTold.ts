// What happens at an exchange, event by event, on top of an honest history.
import { expect } from "vitest";
import { STAFF_TYPES, staffDomain, TASKS } from "../../circuits/statement/exchange/delegation.ts";
import { custodianDomain } from "../../circuits/statement/exchange/receipt.ts";
import { typedFields } from "../../circuits/statement/trial/struct.ts";
import { type Audit, audit } from "../../client/auditor/audit/audit.ts";
import type { Rule } from "../../client/auditor/finding/finding.ts";
import type { EventArgs, EventName } from "../../client/auditor/node/event.ts";
import { CODE, type Person } from "../contracts/story.ts";
import { bytes32 } from "../support/world.ts";
import {
  ANALYST,
  CLINICIAN,
  lower,
  NURSE,
  now,
  OPERATOR,
  type Scene,
  SHARE,
} from "./exchangeStory.ts";
import { KEYS } from "./history.ts";
import { copy, encode, lie, play, type Recording, rulesOf } from "./recording.ts";

/** Seconds between the blocks of what is told. */
export const STEP = 60;

export type Told = { [N in EventName]: readonly [N, EventArgs[N]] }[EventName];

/** Adds events in a transaction and a block of their own; returns the block's number. */
export function say(h: Recording, events: readonly Told[], seconds = STEP): number {
  const before = h.blocks.get(h.logs.at(-1)!.blockNumber)!;
  const number = before.number + 1;
  const hash = `0x${number.toString(16).padStart(64, "0")}`;
  h.blocks.set(number, { number, hash, timestamp: before.timestamp + seconds });
  events.forEach(([name, args], logIndex) => {
    const coded = encode(name, args as never, h.deployment);
    h.logs.push({ ...coded, blockNumber: number, transactionHash: hash, logIndex });
  });
  return number;
}

/** The site's delegation to the nurse, or the sponsor's to the analyst. */
export async function delegated(
  { world, story }: Scene,
  h: Recording,
  of: "nurse" | "analyst",
  change: Partial<EventArgs["Delegated"]["delegation"]> = {},
): Promise<Told> {
  const isNurse = of === "nurse";
  const signer = isNurse ? world.actors.site : world.actors.sponsor;
  const delegation = {
    ...{ trialId: story.trialId, siteId: isNurse ? 1 : 0, key: lower(isNurse ? NURSE : ANALYST) },
    tasks: isNurse ? TASKS.deposit | TASKS.correct | TASKS.erase : TASKS.request,
    ...{ person: bytes32(of), from: 0, until: now(h) + 30 * 86_400, salt: bytes32(`salt ${of}`) },
    deadline: BigInt(now(h) + 3_600),
    ...change,
  };
  const domain = staffDomain(world.deployment.chainId, world.deployment.addresses.StaffRegistry);
  const signature = await signer.signTypedData(domain, STAFF_TYPES.Delegation, delegation);
  const { trialId, siteId, key } = delegation;
  return ["Delegated", { trialId, siteId, key, delegation, by: lower(signer), signature }];
}

/** The site's staff ask for an erasure. */
export async function erasureBySite(
  { world, story }: Scene,
  h: Recording,
  { pseudonym }: Person,
  { key = NURSE, siteId = 1 } = {},
): Promise<Told> {
  const { chainId, addresses } = world.deployment;
  const deadline = BigInt(now(h) + 3_600);
  const message = { trialId: story.trialId, pseudonym, siteId, key: lower(key), deadline };
  const names = {
    ...{ trialId: "bytes32", pseudonym: "uint256", siteId: "uint32" },
    ...{ key: "address", deadline: "uint256" },
  };
  const types = { Erasure: typedFields(names) };
  const domain = custodianDomain(chainId, addresses.CustodyLog);
  const signature = await key.signTypedData(domain, types, message);
  return ["ErasureBySite", { ...message, signature }];
}

/** A cut of Ann and Bob by the analyst. */
export function sealed(scene: Scene, change: Partial<EventArgs["Sealed"]> = {}): Told {
  const { ann, bob } = scene.people;
  const pseudonyms = [ann.pseudonym, bob.pseudonym].sort((a, b) => (a < b ? -1 : 1));
  return [
    "Sealed",
    {
      ...{ cutId: 0n, trialId: scene.story.trialId, permission: SHARE, pseudonyms },
      ...{ packagesRoot: bytes32("packages"), packages: 2, by: lower(ANALYST) },
      ...change,
    },
  ];
}

/** A request to open it. */
export function requested(
  { story }: Scene,
  h: Recording,
  change: Partial<EventArgs["Requested"]> = {},
): Told {
  const until = BigInt(now(h) + 3_600);
  return [
    "Requested",
    {
      ...{ requestId: 0n, cutId: 0n, trialId: story.trialId, purpose: bytes32("purpose") },
      ...{ staff: lower(ANALYST), recipientKey: bytes32("recipient"), until },
      ...change,
    },
  ];
}

/** An emergency of Ann's. */
export function glassBroken(scene: Scene, change: Partial<EventArgs["GlassBroken"]> = {}): Told {
  const { pseudonym } = scene.people.ann;
  return [
    "GlassBroken",
    {
      ...{ caseId: 0n, trialId: scene.story.trialId, pseudonym, clinician: lower(CLINICIAN) },
      ...{ reason: bytes32("unconscious"), recipientKey: bytes32("clinician") },
      ...change,
    },
  ];
}

/** A batch of the operator's. */
export function anchored(
  { roots }: Scene,
  change: Partial<EventArgs["DepositsAnchored"]> = {},
): Told {
  const root = roots[0]!;
  return [
    "DepositsAnchored",
    { operator: lower(OPERATOR), batch: 0n, root, count: 3, first: 0n, ...change },
  ];
}

/** Delegations, a batch, a cut, a request: the exchange as it goes well. Returns the request's block. */
export async function tellHonest(scene: Scene, h: Recording): Promise<number> {
  say(h, [await delegated(scene, h, "nurse"), await delegated(scene, h, "analyst")]);
  say(h, [anchored(scene)]);
  say(h, [sealed(scene)]);
  return say(h, [requested(scene, h)]);
}

/** Audits a copy of the history that a test has told on, the chain's state made to fit. */
export async function auditTold(
  { honest }: Scene,
  tell: (h: Recording) => unknown,
): Promise<Audit> {
  const told = copy(honest);
  await tell(told);
  const head = told.blocks.get(told.logs.at(-1)!.blockNumber)!;
  const h = { ...told, head };
  await lie(h);
  return audit({ source: play(h), keys: KEYS });
}

/** Expects exactly these findings of what a test tells. */
export async function expectRules(
  scene: Scene,
  tell: (h: Recording) => unknown,
  rules: readonly Rule[],
): Promise<Audit> {
  const result = await auditTold(scene, tell);
  expect(rulesOf(result), JSON.stringify(result.findings)).toEqual(rules);
  return result;
}

const WITHDRAWN = 6;

/** Somebody withdraws by the printed code. */
export function withdrawal({ story }: Scene, pseudonym: bigint): Told[] {
  const { trialId } = story;
  return [
    ["WithdrawnByCode", { trialId, pseudonym, code: CODE }],
    ["StateChanged", { trialId, pseudonym, state: WITHDRAWN }],
  ];
}
