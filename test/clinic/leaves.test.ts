// What became of a clinic's leaves, and what the next one costs.
import { describe, expect, test } from "vitest";
import type { AuditEvent } from "../../client/api/event.ts";
import type { RecordsState } from "../../client/api/registry.ts";
import { allowanceOf, allowanceWords, freeSlot } from "../../client/clinic/registry/allowance.ts";
import { estimateAnchoring, estimateChange } from "../../client/clinic/registry/cost.ts";
import { listClinicLeaves } from "../../client/clinic/registry/leaves.ts";

const CLINIC = "0xAa00000000000000000000000000000000000001";
let block = 0;

function event(
  name: string,
  values: Record<string, string>,
  contract = "RecordRegistry",
): AuditEvent {
  block += 1;
  const transactionHash = `0x${"0".repeat(64)}`;
  const at = { blockNumber: block, blockTime: 1000 + block, transactionHash };
  return { id: `${block}-0`, contract, name, arguments: { clinic: CLINIC, ...values }, ...at };
}

describe("a clinic's leaves", () => {
  const hash = `0x${"ab".repeat(32)}`;
  const none = `0x${"00".repeat(32)}`;
  const at = (batchRoot: string) => ({ batchRoot, leaf: `9${batchRoot}` });
  const events = [
    event("Anchored", { ...at("11"), size: "3", leavesHash: hash }),
    event("Anchored", { ...at("12"), size: "1", leavesHash: none }),
    event("Anchored", { ...at("13"), size: "9", leavesHash: hash, clinic: `0x${"9".repeat(40)}` }),
    event("Replaced", { oldLeaf: "911", ...at("14"), size: "4", leavesHash: hash }),
    event("Revoked", { leaf: "912", tombstone: "99" }),
    event("RevokedEarly", { commitment: "15" }),
    event("Anchored", { ...at("16"), size: "1" }, "SomethingElse"),
    event("Replaced", { oldLeaf: "99", ...at("17"), size: "2", leavesHash: hash }),
  ];
  const leaves = listClinicLeaves(events, CLINIC.toLowerCase());

  test("are its own, newest first, each with what became of it", () => {
    expect(
      leaves.map(({ batchRoot, kind, size, state }) => [batchRoot, kind, size, state]),
    ).toEqual([
      [17n, "batch", 2, "anchored"],
      [15n, "record", 0, "revoked"],
      [14n, "batch", 4, "anchored"],
      [12n, "record", 1, "revoked"],
      [11n, "batch", 3, "replaced"],
    ]);
  });

  test("keep the day of anchoring beside the day of the change", () => {
    const replaced = leaves.at(-1)!;
    expect(replaced.changedAt! - replaced.anchoredAt).toBe(3);
    expect(leaves[2]!.changedAt).toBeUndefined();
  });
});

describe("what a clinic may still do", () => {
  const slot = (index: number, kind: string, issuer = CLINIC) => ({ index, kind, issuer });
  const registry = (slots: number, quota: number) =>
    ({
      leaves: [slot(0, "batch"), slot(1, "revoked"), slot(2, "revoked", `0x${"9".repeat(40)}`)],
      clinics: [
        { address: CLINIC.toLowerCase(), slots, quota, revocationLimit: 24, voided: false },
      ],
    }) as unknown as RecordsState;

  test("it takes a slot that it emptied only once the quota is used up, and never another's", () => {
    expect(freeSlot(registry(2, 64), CLINIC)).toBeUndefined();
    expect(freeSlot(registry(2, 2), CLINIC)?.index).toBe(1);
    expect(freeSlot(registry(2, 2), `0x${"8".repeat(40)}`)).toBeUndefined();
  });

  test("counts the slots, and the day's revocations that void roots", () => {
    const day = 86_400 * 20_000;
    const on = (name: string, values: Record<string, string>, blockTime: number) => ({
      ...event(name, values),
      blockTime,
    });
    const events = [
      on("Revoked", {}, day - 1),
      on("Revoked", {}, day),
      on("Replaced", { voided: "true" }, day + 5),
      on("Replaced", { voided: "false" }, day + 6),
      on("RevokedEarly", {}, day + 7),
      on("Revoked", { clinic: `0x${"9".repeat(40)}` }, day + 8),
    ];
    const allowance = allowanceOf({
      registry: registry(2, 3),
      events,
      clinic: CLINIC,
      now: day + 9,
    });
    expect(allowance).toEqual({
      inUse: 1,
      quota: 3,
      emptied: 1,
      revokedToday: 2,
      revocationLimit: 24,
    });
    expect(allowanceWords(allowance!).join(" ")).toMatch(/1 of 3 slots in use; 2 free.*2 of 24/);
  });
});

describe("the estimate of gas", () => {
  test("grows by a hash for each 1 of the registry's size, and by levels for a change", () => {
    expect(estimateAnchoring(0)).toBeLessThan(estimateAnchoring(1));
    expect(estimateAnchoring(4)).toBe(estimateAnchoring(1));
    expect(estimateAnchoring(7)).toBeGreaterThan(estimateAnchoring(8));
    expect(estimateChange(1000)).toBeGreaterThan(estimateChange(10));
  });
});
