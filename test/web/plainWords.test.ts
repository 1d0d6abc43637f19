// What pages say in words, without a page: who acted, who is on hold.
import { describe, expect, test } from "vitest";
import { toField } from "../../circuits/statement/encoding/field.ts";
import { describeCollection } from "../../circuits/statement/exchange/collectionWords.ts";
import { TRIAL_STATUSES, type TrialStatus } from "../../circuits/statement/trial/trial.ts";
import type { AuditEvent } from "../../client/api/event.ts";
import type { Participant } from "../../client/api/recruitment.ts";
import { wordsOf as eventWords } from "../../client/web/auditor/timeline/eventWords.ts";
import { participantsCsv } from "../../client/web/sponsor/trial/exports.ts";
import { isHeld, NO_FILTER, pickAndSort } from "../../client/web/sponsor/trial/selection.ts";
import { phaseWords } from "../../client/web/sponsor/words.ts";
import { exampleTrial } from "./exchange.ts";

const person = (pseudonym: bigint, state: Participant["state"], onHold = true): Participant => ({
  ...{ pseudonym: toField(pseudonym), state, onHold, siteId: 1, version: 1 },
  ...{ consent: undefined, enrolledAt: null, arriveBy: null, arrivedAt: null, endedAt: null },
});

describe("words of the pages", () => {
  test("name the board where only a board can act", () => {
    const by = (status: TrialStatus) => {
      const args = { status: String(TRIAL_STATUSES.indexOf(status)), by: `0x${"a1".repeat(20)}` };
      const event = { name: "StatusChanged", arguments: args } as unknown as AuditEvent;
      return eventWords(event).by;
    };
    expect(by("temporarily-closed-to-accrual")).toMatch(/^ethics board 0x/);
    expect(by("active")).toMatch(/^ethics board 0x/);
    expect(by("completed")).toMatch(/^account 0x/);
  });

  test("call a phase as people do", () => {
    expect(["phase-3", "early-phase-1", "n-a"].map(phaseWords)).toEqual([
      ...["Phase 3", "Early phase 1", "Not applicable"],
    ]);
  });

  test("show a unit of a device as a report prints it", () => {
    const devices = (exampleTrial("diabetes").collections ?? []).filter(
      ({ source }) => source === "device",
    );
    const lines = devices.flatMap((one) => describeCollection(one).items);
    expect(lines).toContain("Steps, in steps/day (LOINC 41950-7)");
  });
});

describe("a participant on hold", () => {
  const all = [
    ...[person(1n, "on-study"), person(2n, "withdrawn"), person(3n, "off-study")],
    ...[person(4n, "on-study", false)],
  ];

  test("is none who has left", () => {
    expect(all.filter(isHeld).map(({ pseudonym }) => pseudonym)).toEqual([1n]);
    const order = { by: "consent", isDescending: false } as const;
    const picked = pickAndSort(all, { ...NO_FILTER, state: "hold" }, order);
    expect(picked.map(({ pseudonym }) => pseudonym)).toEqual([1n]);
  });

  test("is the same in the file", () => {
    const [, ...lines] = participantsCsv(all, all).trim().split("\r\n");
    expect(lines.map((line) => line.split(",")[3])).toEqual(["true", "false", "false", "false"]);
  });
});
