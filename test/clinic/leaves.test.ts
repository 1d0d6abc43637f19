// What became of a clinic's leaves, and what the next one costs.
import { describe, expect, test } from "vitest";
import type { AuditEvent } from "../../client/api/event.ts";
import { estimateAnchoring, estimateChange } from "../../client/clinic/cost.ts";
import { listClinicLeaves } from "../../client/clinic/leaves.ts";

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
  const events = [
    event("Anchored", { leaf: "11", size: "3", leavesHash: hash }),
    event("Anchored", { leaf: "12", size: "1", leavesHash: none }),
    event("Anchored", { leaf: "13", size: "9", leavesHash: hash, clinic: `0x${"9".repeat(40)}` }),
    event("Replaced", { oldLeaf: "11", leaf: "14", size: "4", leavesHash: hash }),
    event("Revoked", { leaf: "12", tombstone: "99" }),
    event("RevokedEarly", { leaf: "15" }),
    event("Anchored", { leaf: "16", size: "1" }, "SomethingElse"),
  ];
  const leaves = listClinicLeaves(events, CLINIC.toLowerCase());

  test("are its own, newest first, each with what became of it", () => {
    expect(leaves.map(({ value, kind, size, state }) => [value, kind, size, state])).toEqual([
      [15n, "record", 0, "revoked"],
      [14n, "batch", 4, "anchored"],
      [12n, "record", 1, "revoked"],
      [11n, "batch", 3, "replaced"],
    ]);
  });

  test("keep the day of anchoring beside the day of the change", () => {
    const replaced = leaves.at(-1)!;
    expect(replaced.changedAt! - replaced.anchoredAt).toBe(3);
    expect(leaves[1]!.changedAt).toBeUndefined();
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
