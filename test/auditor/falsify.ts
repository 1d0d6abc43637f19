// An honest history to falsify, and made-up people whose every proof holds: what is wrong is what
// a test adds.
import { expect } from "vitest";
import { dayOfTimestamp, packAsOf } from "../../circuits/statement/encoding/day.ts";
import { hashPair } from "../../circuits/statement/encoding/hash.ts";
import { SITE_ACT_KINDS } from "../../circuits/statement/trial/consent.ts";
import type { Rule } from "../../client/auditor/finding/finding.ts";
import type { EventArgs } from "../../client/auditor/node/event.ts";
import { DAY, number } from "../support/world.ts";
import { type History, openHistory, openPlayed, proveConsented, proveScreened } from "./history.ts";
import {
  argsAt,
  auditFalsified,
  change,
  find,
  insert,
  lie,
  type Recording,
  record,
  rootOver,
  rulesOf,
} from "./recording.ts";

export const FIRST = 0;
/** States by their number on the chain. */
export const STATE = { eligible: 1, pending: 2, off: 4 } as const;

export type Honest = {
  readonly history: History;
  readonly honest: Recording;
  /** Falsifies a copy, makes the chain's state fit, and expects exactly these findings. */
  readonly expectFindings: (falsify: (h: Recording) => unknown, rules: Rule[]) => Promise<void>;
};

/** The prologue of tests that tamper: plays the small history for the tests of one file, and records it. */
export async function openHonest(): Promise<Honest> {
  const history = await openPlayed();
  const honest = await record(await openHistory(history));
  const expectFindings = async (falsify: (h: Recording) => unknown, rules: Rule[]) => {
    const result = await auditFalsified(honest, async (h) => {
      await falsify(h);
      await lie(h);
    });
    expect(rulesOf(result), JSON.stringify(result.findings)).toEqual(rules);
  };
  return { history, honest, expectFindings };
}

/** Place of the last log. */
export const end = (h: Recording) => h.logs.length - 1;

/** Unix seconds of the last log's block. */
export const now = (h: Recording) => h.blocks.get(h.logs.at(-1)!.blockNumber)!.timestamp;

/**
 * A pseudonym made up, with a consent that the trapdoor proves: all that is wrong is what a test
 * adds.
 */
export function consented(
  { history }: Honest,
  h: Recording,
  {
    name,
    siteId,
    ...to
  }: { name: string; siteId: number } & Partial<EventArgs["Consented"]["statement"]>,
): EventArgs["Consented"] {
  const last = argsAt(h, "Consented", find(h, "Consented", -1));
  const { statement } = last;
  const time = BigInt(now(h));
  const midnight = (days: bigint) => (time / BigInt(DAY) + days) * BigInt(DAY);
  const timely = { submitBy: midnight(2n), validUntil: midnight(2n), siteId, sequence: 1n };
  const args = { ...last, pseudonym: number(name), statement: { ...statement, ...timely, ...to } };
  return { ...args, points: proveConsented(history, args) };
}

/** The events of an enrollment at the end of the history. */
export function enrolled({ history }: Honest, h: Recording, pseudonym: bigint, siteId: number) {
  const { trialId } = history.story;
  const arriveBy = BigInt(now(h) + 14 * DAY);
  return [
    ["StateChanged", { trialId, pseudonym, state: STATE.pending }],
    ["Enrolled", { trialId, pseudonym, siteId, arriveBy }],
  ] as const;
}

/** Somebody made up consents and is enrolled; returns the pseudonym. */
export function join(of: Honest, h: Recording, name: string, siteId: number): bigint {
  const args = consented(of, h, { name, siteId });
  const { trialId, pseudonym } = args;
  insert(h, end(h), [
    ["Consented", args],
    ["StateChanged", { trialId, pseudonym, state: STATE.eligible }],
  ]);
  insert(h, end(h), [...enrolled(of, h, pseudonym, siteId)]);
  return pseudonym;
}

/** The events of a screening under the newest version; who is nobody yet unless `to` says so. */
export function screenedNow(
  { history }: Honest,
  h: Recording,
  to: Partial<EventArgs["Screened"]> = {},
): [["MemberAdded", EventArgs["MemberAdded"]], ["Screened", EventArgs["Screened"]]] {
  const last = argsAt(h, "Screened", find(h, "Screened", -1));
  const fresh = { nullifier: number("fresh"), participantCommitment: number("fresh too") };
  const asOf = packAsOf(dayOfTimestamp(now(h)));
  const parts = last.parts.map((part) => ({ ...part, asOf }));
  const args = { ...last, ...fresh, parts, ...to };
  const { groupId, participantCommitment: identityCommitment } = args;
  const members = membersOf(h, groupId);
  const merkleTreeRoot = rootOver([...members, identityCommitment], hashPair);
  const index = BigInt(members.length);
  return [
    ["MemberAdded", { groupId, index, identityCommitment, merkleTreeRoot }],
    ["Screened", { ...args, parts: proveScreened(history, args) }],
  ];
}

function membersOf(h: Recording, groupId: bigint): bigint[] {
  const members: bigint[] = [];
  for (let nth = 0; nth < 6; nth++) {
    const member = argsAt(h, "MemberAdded", find(h, "MemberAdded", nth));
    if (member.groupId === groupId) members.push(member.identityCommitment);
  }
  return members;
}

/** Changes what a consent states, with a proof that holds for it. */
export function restate(
  { history }: Honest,
  h: Recording,
  nth: number,
  to: Partial<EventArgs["Consented"]["statement"]>,
): void {
  change(h, ["Consented", nth], (args) => {
    const statement = { ...args.statement, ...to };
    return { statement, points: proveConsented(history, { ...args, statement }) };
  });
}

/** The type hash that the contract logs for a site's act. */
export function kindOf(name: string): string {
  return [...SITE_ACT_KINDS].find(([, act]) => act === name)![0];
}
