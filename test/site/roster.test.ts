// Who a site expects and has, out of a trial's events.
import { describe, expect, test } from "vitest";
import { PARTICIPANT_STATES, type ParticipantState } from "../../circuits/statement/trial.ts";
import type { AuditEvent } from "../../client/api/event.ts";
import type { PublicState } from "../../client/api/trial.ts";
import { rosterOf, sitesOf } from "../../client/site/roster.ts";

let time = 0;

function event(name: string, values: Record<string, string>): AuditEvent {
  time += 1;
  const transactionHash = `0x${"0".repeat(64)}`;
  const at = { blockNumber: time, blockTime: time, transactionHash };
  return { id: `${time}-0`, contract: "Enrollment", name, arguments: values, ...at };
}

const enrolled = (pseudonym: string, siteId = "1") =>
  event("Enrolled", { pseudonym, siteId, arriveBy: "900" });
const became = (pseudonym: string, state: ParticipantState) =>
  event("StateChanged", { pseudonym, state: String(PARTICIPANT_STATES.indexOf(state)) });

function stateOf(states: Record<string, ParticipantState>, capacity = 5): PublicState {
  const sites = [{ siteId: 1, signer: "0xaa", capacity }];
  return {
    currentVersion: 1,
    versions: [
      { version: 1, terms: { sites } },
      { version: 2, terms: { sites: [{ siteId: 2, signer: "0xaa", capacity }] } },
    ],
    participants: Object.entries(states).map(([pseudonym, state]) => ({
      ...{ pseudonym: BigInt(pseudonym), state, siteId: 1 },
    })),
  } as unknown as PublicState;
}

describe("a site's roster", () => {
  test("says until when somebody is expected, and when somebody arrived", () => {
    const events = [enrolled("7"), enrolled("8"), became("8", "on-study")];
    const state = stateOf({ "7": "pending-on-study", "8": "on-study" });
    const { participants, taken, capacity } = rosterOf({ state, events, siteId: 1 });
    expect(participants.map(({ arriveBy, arrivedAt }) => [arriveBy, arrivedAt])).toEqual([
      [900, undefined],
      [undefined, time],
    ]);
    expect([taken, capacity]).toEqual([2, 5]);
  });

  test.each([
    ["a no-show frees the place", [became("7", "eligible")], 0],
    ["a screen failure frees it", [became("7", "ineligible")], 0],
    ["a withdrawal before arrival frees it", [became("7", "withdrawn")], 0],
    ["a withdrawal after arrival does not", [became("7", "on-study"), became("7", "withdrawn")], 1],
    ["a completion does not", [became("7", "on-study"), became("7", "off-study")], 1],
    ["a succession does", [became("7", "off-study"), event("Succeeded", { pseudonym: "7" })], 0],
    ["another site's enrollment takes none", [enrolled("9", "2")], 1],
  ])("counts places as the contract does: %s", (_, after, expected) => {
    const events = [enrolled("7"), ...after];
    expect(rosterOf({ state: stateOf({}), events, siteId: 1 }).taken).toBe(expected);
  });

  test("belongs to the key that a version up to the one in force names", () => {
    expect(sitesOf(stateOf({}), "0xAA")).toEqual([1]);
    expect(sitesOf(stateOf({}), "0xbb")).toEqual([]);
  });
});
