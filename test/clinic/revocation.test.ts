// Revoking records: the right way is found out, and what the registry then shows is tried. On a registry in memory; the
// same by command line and on a chain is test/security/revocation.test.ts.
import { Wallet } from "ethers";
import { beforeEach, describe, expect, test } from "vitest";
import { type Actor, act } from "../../client/actor/actor.ts";
import { anchorBatch, replaceBatch } from "../../client/clinic/registry/anchor.ts";
import { buildBatch } from "../../client/clinic/registry/batch.ts";
import { revokeBatch, revokeRecords } from "../../client/clinic/revocation/revoke.ts";
import {
  isBarredUnused,
  locateRecords,
  provable,
  revokedAmong,
} from "../../client/clinic/revocation/where.ts";
import { FakeRegistry, WINDOW_SECONDS } from "./fakeRegistry.ts";

let registry: FakeRegistry;
let clinic: Actor;
let other: Actor;

beforeEach(() => {
  registry = new FakeRegistry();
  clinic = registry.actorOf(new Wallet(`0x${"c1".repeat(32)}`));
  other = registry.actorOf(new Wallet(`0x${"c2".repeat(32)}`));
});

const records = (first: number, count: number) =>
  Array.from({ length: count }, (_, i) => BigInt(first + i));
const ways = ({ acts }: Awaited<ReturnType<typeof revokeRecords>>) => acts.map(({ way }) => way);

describe("revoking a record", () => {
  test("in a batch rebuilds the batch without it, voids older roots, and leaves the others", async () => {
    await anchorBatch(other, records(500, 3));
    await anchorBatch(clinic, records(100, 5));
    const done = await revokeRecords(clinic, [102n]);
    expect(done.acts).toMatchObject([{ way: "batch", left: 4, revoked: [102n] }]);
    expect(done.rootsTried).toBe(1);
    expect(registry.calls).toEqual(["anchorBatch", "anchorBatch", "replaceAndVoid"]);
    expect(await provable(clinic, records(100, 5))).toEqual([100n, 101n, 103n, 104n]);
    expect(await provable(other, records(500, 3))).toHaveLength(3);
  });

  test("several of one batch takes one transaction; all of a batch takes its slot", async () => {
    await anchorBatch(clinic, records(100, 5));
    await revokeRecords(clinic, [100n, 101n]);
    expect(registry.calls).toEqual(["anchorBatch", "replaceAndVoid"]);
    const rest = await revokeRecords(clinic, [102n, 103n, 104n]);
    expect(ways(rest)).toEqual(["slot"]);
    expect(await provable(clinic, records(100, 5))).toEqual([]);
  });

  test("that stands alone revokes its slot, and in two places both", async () => {
    await act(clinic, "RecordRegistry", "anchor", [102n]);
    await anchorBatch(clinic, records(100, 3));
    const done = await revokeRecords(clinic, [102n]);
    // The contract bars no record that stands alone, so its slot goes first.
    expect(ways(done)).toEqual(["slot", "batch"]);
    expect(await provable(clinic, [102n])).toEqual([]);
  });

  test("that is nowhere bars it, and touches no root", async () => {
    await anchorBatch(clinic, records(100, 3));
    const done = await revokeRecords(clinic, [7n]);
    expect(ways(done)).toEqual(["early"]);
    expect(registry.calls.at(-1)).toBe("revokeEarly");
    expect(await isBarredUnused(clinic, 7n)).toBe(true);
    expect(await isBarredUnused(clinic, 100n)).toBe(false);
  });

  test("that only an older root holds, still good, voids that root by redrawing another batch", async () => {
    const { root } = await anchorBatch(clinic, records(100, 3));
    await anchorBatch(clinic, records(200, 2));
    await replaceBatch(clinic, { oldRoot: root, commitments: [100n, 101n] });
    expect(await provable(clinic, [102n])).toEqual([102n]);
    const done = await revokeRecords(clinic, [102n]);
    expect(registry.calls.at(-1)).toBe("replaceAndVoid");
    expect(ways(done)).toEqual(["batch"]);
    expect(await provable(clinic, [102n, 100n, 200n])).toEqual([100n, 200n]);
  });

  test("that only an older root holds, with no batch to redraw, is not said to be revoked", async () => {
    const { root } = await anchorBatch(clinic, records(100, 3));
    await replaceBatch(clinic, { oldRoot: root, commitments: [100n] });
    await expect(revokeRecords(clinic, [102n])).rejects.toMatchObject({
      code: "StillProvable",
      details: { record: 102n, until: expect.stringMatching(/^20\d\d-.*Z$/) },
    });
    registry.now += WINDOW_SECONDS + 1;
    expect(ways(await revokeRecords(clinic, [102n]))).toEqual(["early"]);
  });

  test("more of them than one transaction names: the rest is barred one by one", async () => {
    const all = records(1_000, 130);
    const named = () => registry.calls.filter((call) => call !== "revokeEarly").at(-1);
    await anchorBatch(clinic, all);
    await revokeRecords(clinic, all.slice(10, 70));
    expect(named()).toBe("replaceAndVoid");
    expect(registry.calls.filter((call) => call === "revokeEarly")).toHaveLength(10);
    // These stand under an older root only.
    await anchorBatch(clinic, records(200, 2));
    const { root } = await anchorBatch(clinic, records(2_000, 60));
    await replaceBatch(clinic, { oldRoot: root, commitments: [2_000n] });
    await revokeRecords(clinic, records(2_001, 59));
    expect(registry.calls.filter((call) => call === "revokeEarly")).toHaveLength(19);
    const revoked = [...all.slice(10, 70), ...records(2_001, 59)];
    const issued = [...all, ...records(2_000, 60)].map((commitment) => ({
      commitment,
      batch: null,
    }));
    expect(await revokedAmong(clinic, issued)).toEqual(revoked);
  });

  test("is not said to have worked when older roots are still good", async () => {
    await anchorBatch(clinic, records(100, 5));
    registry.isVoidingBroken = true;
    await expect(revokeRecords(clinic, [102n])).rejects.toMatchObject({ code: "StillProvable" });
    await expect(revokeRecords(clinic, records(103, 1))).rejects.toMatchObject({
      code: "StillProvable",
    });
  });
});

describe("a batch whose leaves are published nowhere", () => {
  const hide = async () => {
    const batch = buildBatch(records(100, 3));
    await anchorBatch(clinic, records(100, 3), batch);
    registry.published.delete(batch.root);
    return batch;
  };

  test("stops a revocation before anything is done, and bars nothing", async () => {
    const batch = await hide();
    await expect(revokeRecords(clinic, [102n])).rejects.toMatchObject({
      code: "LeavesMissing",
      details: { batches: String(batch.root) },
    });
    expect(registry.calls).toEqual(["anchorBatch"]);
    await expect(provable(clinic, [102n])).rejects.toMatchObject({ code: "LeavesMissing" });
  });

  test("is opened by leaves that are brought, and by no others", async () => {
    const batch = await hide();
    const wrong = new Map([[batch.root as bigint, records(200, 3)]]);
    await expect(revokeRecords(clinic, [102n], wrong)).rejects.toMatchObject({
      code: "LeavesMissing",
    });
    const given = new Map([[batch.root as bigint, batch.leaves]]);
    expect(ways(await revokeRecords(clinic, [102n], given))).toEqual(["batch"]);
    // Whoever stays in it finds the old batch published, too.
    expect(registry.published.get(batch.root)).toEqual(batch.leaves);
  });

  test("is revoked whole by its root", async () => {
    const batch = await hide();
    expect(ways(await revokeBatch(clinic, batch.root))).toEqual(["slot"]);
    expect((await locateRecords(clinic, [102n])).unknown).toEqual([]);
  });

  test("is said to hide what it may, although the record was revoked elsewhere", async () => {
    await hide();
    await anchorBatch(clinic, [102n, 300n]);
    await expect(revokeRecords(clinic, [102n])).rejects.toMatchObject({ code: "LeavesMissing" });
    expect(registry.calls.at(-1)).toBe("replaceAndVoid");
  });
});

describe("a server that tells the registry otherwise than it is", () => {
  test("is found out when its events do not lead to the root", async () => {
    await anchorBatch(clinic, records(100, 3));
    const { api } = clinic;
    const events = async () =>
      (await api.events()).map((event) => ({
        ...event,
        arguments: { ...event.arguments, leaf: "5" },
      }));
    const lied = { ...clinic, api: { ...api, events } };
    await expect(revokeRecords(lied, [100n])).rejects.toMatchObject({ code: "UnknownRoot" });
    const silent = { ...clinic, api: { ...api, events: async () => [] } };
    await expect(revokeRecords(silent, [100n])).rejects.toMatchObject({ code: "UnknownRoot" });
    expect(registry.calls).toEqual(["anchorBatch"]);
  });

  test("cannot hand out other leaves for a batch", async () => {
    const { root } = await anchorBatch(clinic, records(100, 3));
    registry.published.set(root, records(200, 3));
    await expect(revokeRecords(clinic, [100n])).rejects.toMatchObject({ code: "LeavesMissing" });
  });
});

test("records that were revoked in any way are known, so that no new batch takes them", async () => {
  await anchorBatch(clinic, records(100, 3));
  await act(clinic, "RecordRegistry", "anchor", [300n]);
  const { root } = await anchorBatch(clinic, records(200, 2));
  await revokeRecords(clinic, [101n, 300n, 7n]);
  await revokeBatch(clinic, root);
  const numbers = [...records(100, 3), 300n, 200n, 201n, 7n, 8n];
  const all = numbers.map((commitment) => ({ commitment, batch: null }));
  expect(await revokedAmong(clinic, all)).toEqual([101n, 300n, 200n, 201n, 7n]);
  expect(await revokedAmong(other, all)).toEqual([]);
});

test("a record of a revoked batch whose leaves nobody has is known by its path", async () => {
  const batch = buildBatch(records(100, 3));
  await anchorBatch(clinic, records(100, 3), batch);
  registry.published.delete(batch.root);
  await revokeBatch(clinic, batch.root);
  const [path = null] = batch.paths;
  expect(await revokedAmong(clinic, [{ commitment: 100n, batch: path }])).toEqual([100n]);
  expect(await revokedAmong(clinic, [{ commitment: 8n, batch: path }])).toEqual([]);
});
