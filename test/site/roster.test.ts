// Who a site expects and has, out of a trial's events.
import { describe, expect, test } from "vitest";
import { PARTICIPANT_STATES, type ParticipantState } from "../../circuits/statement/trial/trial.ts";
import type { AuditEvent } from "../../client/api/event.ts";
import type { PublicState } from "../../client/api/trial.ts";
import { requireSite, rosterOf, sitesOf } from "../../client/site/roster.ts";
import { plainAct } from "../../client/site/sign.ts";

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

function stateOf(
  states: Record<string, ParticipantState>,
  { capacity = 5, currentVersion = 1 } = {},
): PublicState {
  const sites = [{ siteId: 1, signer: "0xaa", capacity }];
  return {
    trialId: "0x01",
    currentVersion,
    versions: [
      { version: 1, terms: { sites } },
      { version: 2, terms: { sites: [{ siteId: 2, signer: "0xaa", capacity }] } },
      { version: 3, terms: { sites: [...sites, { siteId: 2, signer: "0xcc", capacity: 0 }] } },
    ],
    participants: Object.entries(states).map(([pseudonym, state]) => ({
      ...{ pseudonym: BigInt(pseudonym), state, siteId: 1, arriveBy: 900 },
    })),
  } as unknown as PublicState;
}

describe("a site's roster", () => {
  test("says until when somebody is expected, and when somebody arrived", () => {
    const events = [enrolled("7"), enrolled("8"), became("8", "on-study")];
    const state = stateOf({ "7": "pending-on-study", "8": "on-study" });
    const { participants, taken, capacity } = rosterOf({ state, events, siteId: 1 });
    expect(participants.map(({ expectedBy, arrivedAt }) => [expectedBy, arrivedAt])).toEqual([
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

  test("belongs to the key that the version in force names", () => {
    expect(sitesOf(stateOf({}), "0xAA")).toEqual([{ siteId: 1, isDropped: false }]);
    expect(sitesOf(stateOf({}), "0xbb")).toEqual([]);
  });
});

describe("a site that an amendment drops", () => {
  const inVersion = (currentVersion: number) => stateOf({ "7": "on-study" }, { currentVersion });

  test("is told that it signs nothing any more", () => {
    expect(sitesOf(inVersion(2), "0xaa")).toEqual([
      { siteId: 1, isDropped: true },
      { siteId: 2, isDropped: false },
    ]);
    expect(() => requireSite(inVersion(2), 1)).toThrow(
      expect.objectContaining({
        code: "SiteDropped",
        details: { siteId: 1, version: 2, sites: "2" },
      }),
    );
    expect(() => requireSite(inVersion(1), 9)).toThrow(
      expect.objectContaining({ code: "UnknownSite" }),
    );
  });

  test("signs again where it is listed, even with 0 places; a site with another key is not its own", () => {
    expect(requireSite(inVersion(3), 2)).toMatchObject({ capacity: 0, signer: "0xcc" });
    expect(sitesOf(inVersion(3), "0xcc")).toEqual([{ siteId: 2, isDropped: false }]);
    expect(sitesOf(inVersion(3), "0xaa")).toEqual([
      { siteId: 1, isDropped: false },
      { siteId: 2, isDropped: true },
    ]);
  });

  test("there is no site before a version is approved", () => {
    expect(() => requireSite(inVersion(0), 1)).toThrow(
      expect.objectContaining({ code: "TrialNotApproved" }),
    );
  });
});

test("an act names the enrollment by the chain's deadline, and 0 before any", () => {
  const state = stateOf({ "7": "on-study" });
  const act = (of: PublicState) => plainAct({ state: of, pseudonym: 7n, siteId: 1, now: 5 });
  expect(act(state).arriveBy).toBe(900n);
  const [participant] = state.participants;
  const before = { ...state, participants: [{ ...participant!, arriveBy: null }] };
  expect(act(before).arriveBy).toBe(0n);
  expect(() => plainAct({ state, pseudonym: 8n, siteId: 1, now: 5 })).toThrow(
    expect.objectContaining({ code: "UnknownParticipant" }),
  );
});
