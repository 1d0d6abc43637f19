import { describe, expect, it } from "vitest";
import { buildTree, rootOf, rootOfRecord } from "../../circuits/statement/encoding/tree.ts";
import { importRecord, reviewRecords } from "../../client/patient/import.ts";
import { findPath } from "../../client/patient/path.ts";
import { attestedFor, OTHER_CLINIC, registryOf, seededWallet, TODAY } from "./support.ts";

describe("importing a record", () => {
  it("accepts one that is bound to the wallet, well formed and anchored in a batch", async () => {
    const wallet = seededWallet(1);
    const { attested, registry, commitment } = await attestedFor(wallet);
    const imported = await importRecord({ wallet, attested, registry });
    expect(imported.wallet.records.map((r) => r.commitment)).toEqual([commitment]);
    const { path, root } = findPath({ record: imported.record, registry });
    const { issuer } = imported.record.record.header;
    expect(rootOfRecord({ commitment, issuer, path })).toBe(root);
    expect(root).toBe(registry.root);
  });

  it("refuses a record of another identity", async () => {
    const { attested, registry } = await attestedFor(seededWallet(1));
    const attempt = importRecord({ wallet: seededWallet(2), attested, registry });
    await expect(attempt).rejects.toMatchObject({ code: "ForeignRecord" });
  });

  it("refuses a record that is not in the registry, or was revoked there", async () => {
    const wallet = seededWallet(1);
    const { attested, registry } = await attestedFor(wallet);
    const elsewhere = registryOf([{ value: 5n, size: 1 }]);
    const leaves = registry.leaves.map((leaf) => ({ ...leaf, kind: "revoked" as const }));
    for (const other of [elsewhere, { ...registry, leaves }]) {
      const attempt = importRecord({ wallet, attested, registry: other });
      await expect(attempt).rejects.toMatchObject({ code: "RecordNotAnchored" });
    }
  });

  it("refuses a record whose batch another clinic anchored", async () => {
    const wallet = seededWallet(1);
    const { attested, registry } = await attestedFor(wallet);
    const [first, batch] = registry.leaves;
    const stolen = registryOf([
      { value: 77n, size: 1 },
      { value: batch!.batchRoot!, size: 5, issuer: OTHER_CLINIC },
    ]);
    expect(first!.kind).toBe("record");
    await expect(importRecord({ wallet, attested, registry: stolen })).rejects.toMatchObject({
      code: "RecordNotAnchored",
    });
  });

  it("finds a record whose batch was rebuilt around it, among its clinic's published leaves", async () => {
    const wallet = seededWallet(1);
    const { attested, commitment } = await attestedFor(wallet);
    const rebuilt = [commitment, 4_001n];
    const root = rootOf(buildTree(rebuilt));
    const registry = registryOf([{ value: root, size: 2 }]);
    const importing = (leaves: readonly bigint[] | undefined) =>
      importRecord({ wallet, attested, registry, leaves: { batchLeaves: async () => leaves } });
    expect((await importing(rebuilt)).record.batch.siblings).toEqual([4_001n]);
    // Leaves that lead to another root are nobody's word.
    for (const lie of [undefined, [], [commitment, 4_002n]]) {
      await expect(importing(lie)).rejects.toMatchObject({ code: "RecordNotAnchored" });
    }
  });

  it("refuses a registry whose leaves do not add up to its root", async () => {
    const wallet = seededWallet(1);
    const { attested, registry } = await attestedFor(wallet);
    const lying = { ...registry, leaves: [...registry.leaves].reverse() };
    await expect(importRecord({ wallet, attested, registry: lying })).rejects.toMatchObject({
      code: "UnknownRoot",
    });
  });

  const spoil: [string, (record: { facts: string[]; blinding: string; header: object }) => void][] =
    [
      ["facts out of order", (r) => r.facts.reverse()],
      ["a repeated fact", (r) => r.facts.splice(1, 0, r.facts[0]!)],
      ["a fact out of range", (r) => r.facts.push(((1n << 123n) - 1n).toString())],
      [
        "a blinding that is too wide",
        (r) => Object.assign(r, { blinding: (1n << 249n).toString() }),
      ],
      ["coverage after issue", (r) => Object.assign(r.header, { coverageFromDay: TODAY })],
      ["too many facts", (r) => Object.assign(r, { facts: Array(1000).fill("1") })],
    ];
  it.each(spoil)("refuses %s, without quoting the record", async (_, change) => {
    const wallet = seededWallet(1);
    const { attested } = await attestedFor(wallet);
    change(attested.record as never);
    const refusal = await importRecord({ wallet, attested }).catch((error) => error);
    expect(refusal).toMatchObject({ code: "MalformedRecord" });
    for (const fact of attested.record.facts.slice(0, 3)) {
      if (fact !== "1") expect(JSON.stringify(refusal.details)).not.toContain(fact);
    }
  });

  it("refuses a record of the first protocol by name", async () => {
    const attested = { format: "cohort-zero/attested-record/1" };
    await expect(importRecord({ wallet: seededWallet(1), attested })).rejects.toMatchObject({
      code: "MalformedRecord",
      details: { problem: expect.stringContaining("first protocol") },
    });
  });

  it("refuses what is no attested record at all", async () => {
    const wallet = seededWallet(1);
    for (const attested of [null, 7, {}, { format: "cohort-zero/attested-record/1" }]) {
      await expect(importRecord({ wallet, attested })).rejects.toMatchObject({
        code: "MalformedRecord",
      });
    }
  });

  it("replaces an older record of the same clinic and keeps other clinics'", async () => {
    const wallet = seededWallet(1);
    const first = await attestedFor(wallet);
    const other = await attestedFor(wallet, { issuer: OTHER_CLINIC });
    const newer = await attestedFor(wallet, { issuedDay: TODAY - 1, hba1c: "7.2" });
    let imported = await importRecord({ wallet, attested: first.attested });
    imported = await importRecord({ wallet: imported.wallet, attested: other.attested });
    expect(imported.replaced).toBe(false);
    imported = await importRecord({ wallet: imported.wallet, attested: newer.attested });
    expect(imported.replaced).toBe(true);
    const commitments = imported.wallet.records.map((r) => r.commitment);
    expect(commitments).toEqual([other.commitment, newer.commitment]);
  });

  it("tells afterwards which records a clinic has replaced or revoked", async () => {
    const wallet = seededWallet(1);
    const { attested, registry } = await attestedFor(wallet);
    const imported = await importRecord({ wallet, attested, registry });
    const now = reviewRecords({ wallet: imported.wallet, registry });
    expect(now.map(({ status }) => status)).toEqual(["anchored"]);
    const later = reviewRecords({
      wallet: imported.wallet,
      registry: registryOf([{ value: 9n, size: 1 }]),
    });
    expect(later.map(({ status }) => status)).toEqual(["not-anchored"]);
  });
});
