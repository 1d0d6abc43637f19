// PROTOCOL-2 row 2: revoking a record that lies in a batch said that it worked, and the record still screened. By the
// command line alone, on a real chain.
import { existsSync, writeFileSync } from "node:fs";
import { Wallet } from "ethers";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { rootOfPath } from "../../circuits/statement/encoding/tree.ts";
import { releaseProver } from "../../circuits/witness/prove.ts";
import { commitRecord } from "../../circuits/witness/record.ts";
import { signInActor } from "../../client/actor/actor.ts";
import { connect } from "../../client/api/api.ts";
import { readJson } from "../../client/cli/file.ts";
import { parseAttested } from "../../client/clinic/record/attest.ts";
import { anchorBatch } from "../../client/clinic/registry/anchor.ts";
import { type Batch, buildBatch, serializeLeaves } from "../../client/clinic/registry/batch.ts";
import { attestFor, openRecruitment, openStage, PROTOCOL, type Stage } from "../cli/story.ts";
import { KEYS } from "../support/chain.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

let stage: Stage;
let codes: Record<string, string> = {};

beforeAll(async () => {
  stage = await openStage();
  ({ codes } = await openRecruitment(stage));
});

afterAll(async () => {
  await stage?.stop();
  await releaseProver();
});

const commitmentIn = (name: string) =>
  commitRecord(parseAttested(readJson(stage.file(`${name}.json`))).record);

describe("a record in a batch that its clinic revoked", () => {
  test("refuses to screen at once, while the other record of the batch screens", async () => {
    const { ok, no, run, file, wallet } = stage;
    const shown = await run("clinic", "revoke", file("ann.json"));
    expect([shown.code, shown.out]).toEqual([
      0,
      expect.stringMatching(/is rebuilt without them as \d+\.\.\., of 1; older roots are void/),
    ]);
    expect(shown.out).toContain("lead to no valid root (1 root tried)");
    expect(await no("patient", "screen", PROTOCOL, ...wallet("ann"))).toBe("RecordNotAnchored");
    await ok("patient", "screen", PROTOCOL, ...wallet("ben"));
  });

  test("is not put into another batch by the file that lies about still", async () => {
    const { no, file } = stage;
    for (const files of [["ann.json"], ["ann.json", "ben.json"]]) {
      expect(await no("clinic", "anchor", ...files.map(file))).toBe("RevokedBeforeAnchoring");
    }
  });

  test("whose leaves are published nowhere is not said to be revoked, until they are brought", async () => {
    const { ok, no, file, url } = stage;
    await attestFor(stage, "ann", codes.ann!, [], "hidden");
    const hidden = await anchorUnpublished(url, [commitmentIn("hidden"), 5n]);
    expect(await no("clinic", "revoke", file("hidden.json"))).toBe("LeavesMissing");
    const api = connect({ url });
    const isThere = async () =>
      (await api.recordsState()).leaves.some(({ batchRoot }) => batchRoot === hidden.root);
    expect(await isThere()).toBe(true);
    writeFileSync(file("leaves.json"), JSON.stringify(serializeLeaves(hidden)));
    const done = await ok("clinic", "revoke", file("hidden.json"), "--leaves", file("leaves.json"));
    expect(done.acts).toMatchObject([{ way: "batch", left: 1 }]);
    expect(await isThere()).toBe(false);
  });

  test("that was never anchored is barred, and its wallet can then be given up", async () => {
    const { ok, no, run, file } = stage;
    const number = (await attestFor(stage, "cat", codes.spare ?? (await spareCode()))).commitment;
    expect((await run("clinic", "roster", "release", number)).code).toBe(2);
    const done = await ok("clinic", "revoke", file("cat.json"));
    expect(done.acts).toEqual([{ way: "early", revoked: [number] }]);
    expect(await no("clinic", "anchor", file("cat.json"))).toBe("RevokedBeforeAnchoring");
    await ok("clinic", "roster", "release", number);
    const used = String(commitmentIn("ann"));
    expect((await run("clinic", "roster", "release", used)).code).toBe(2);
  });
});

describe("a wallet that was lost", () => {
  test("refuses a new one without a re-binding, and then until the old record is revoked", async () => {
    const { ok, no, file } = stage;
    const fresh = await spareCode();
    const attest = (out: string, ...more: string[]) => [
      ...["clinic", "attest", file("ben.fhir.json"), "--identity", fresh, "--out", file(out)],
      ...["--document", "P ben", ...more],
    ];
    expect(await no(...attest("ben-new.json"))).toBe("PersonHasIdentity");
    expect(existsSync(file("ben-new.json"))).toBe(false);
    const permit = attest("ben-new.json", "--rebind", "--sign", file("permit.json"));
    expect(await no(...permit)).toBe("StillProvable");
    const bound = await ok(...attest("ben-new.json", "--rebind"));
    expect(bound.identitySince).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    expect(bound.toRevoke).toEqual([String(commitmentIn("ben"))]);
    expect(await no("clinic", "anchor", file("ben-new.json"))).toBe("StillProvable");
    await ok("clinic", "revoke", ...bound.toRevoke);
    await ok("clinic", "anchor", file("ben-new.json"));
  });

  test("refuses the wallet of another person of the clinic", async () => {
    const { no, file } = stage;
    const attest = ["clinic", "attest", file("cat.fhir.json"), "--identity", codes.ann!];
    const refused = await no(...attest, "--out", file("cat-2.json"), "--document", "P cat");
    expect(refused).toBe("IdentityTaken");
    expect(existsSync(file("cat-2.json"))).toBe(false);
  });
});

let spares = 0;
async function spareCode(): Promise<string> {
  spares += 1;
  const path = ["--wallet", stage.file(`spare-${spares}.age`)];
  return (await stage.ok("patient", "init", ...path)).identityCode;
}

/** A batch on the chain whose leaves the clinic has given to nobody. */
async function anchorUnpublished(url: string, commitments: readonly bigint[]): Promise<Batch> {
  const signer = new Wallet(KEYS.clinic.privateKey);
  const clinic = await signInActor({ api: connect({ url }), signer });
  const batch = buildBatch(commitments);
  expect(rootOfPath(commitments[0]!, batch.paths[0]!)).toBe(batch.root);
  const api = { ...clinic.api, publishBatch: async () => {} };
  await anchorBatch({ ...clinic, api }, commitments, batch);
  return batch;
}
