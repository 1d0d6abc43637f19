// PROTOCOL-2 row 12: after a replacement only the clinic's new file proved, and fetching it just before a screening told
// the clinic what scheduled epochs were to hide. By the command line alone.
import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { releaseProver } from "../../circuits/witness/prove.ts";
import { connect } from "../../client/api/api.ts";
import { BUCKET_BYTES, BUCKET_PLACES } from "../../client/handover/mailbox.ts";
import { attestFor, openRecruitment, openStage, PROTOCOL, type Stage } from "../cli/story.ts";
import { KEYS } from "../support/chain.ts";

const PLACE_BYTES = BUCKET_BYTES / BUCKET_PLACES;

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

let stage: Stage;
let root = "";
let codes: Record<string, string> = {};

beforeAll(async () => {
  stage = await openStage();
  ({ root, codes } = await openRecruitment(stage));
});

afterAll(async () => {
  await stage?.stop();
  await releaseProver();
});

const bucket = async () =>
  await connect({ url: stage.url }).recordBucket({ clinic: KEYS.clinic.address, bucket: 0 });
const places = (bytes: Uint8Array) =>
  Array.from({ length: 64 }, (_, slot) =>
    Buffer.from(bytes.slice(slot * PLACE_BYTES, (slot + 1) * PLACE_BYTES)).toString("latin1"),
  );

describe("a record that was issued anew", () => {
  test("is in no mailbox at first issue: that file goes by hand", async () => {
    expect(await bucket()).toBeUndefined();
  });

  test("screens from the wallet that had the old one, and nobody was asked for its file", async () => {
    const { ok, file, wallet } = stage;
    await stage.travel(1);
    for (const name of ["ann", "ben"] as const) {
      await attestFor(stage, name, codes[name]!, [], `${name}-2`);
    }
    const replaced = await ok("clinic", "replace", root, file("ann-2.json"), file("ben-2.json"));
    expect(replaced.buckets).toEqual([0]);
    root = replaced.root;
    // Nobody hands anything over.
    for (const name of ["ann-2.json", "ben-2.json"]) rmSync(file(name));
    await ok("patient", "screen", PROTOCOL, ...wallet("ann"));
    const { renewed, lost } = await ok("patient", "refresh", ...wallet("ben"));
    expect([renewed.length, lost]).toEqual([1, []]);
    const { records } = await ok("patient", "status", ...wallet("ben"));
    expect(records).toMatchObject([{ state: "anchored" }]);
  });

  test("lies in a bucket of 64 files of one size, which tells nothing of who is in it", async () => {
    const bytes = (await bucket())!;
    expect(bytes).toHaveLength(BUCKET_BYTES);
    const head = "age-encryption.org/v1\n-> X25519 ";
    expect(places(bytes).every((place) => place.startsWith(head))).toBe(true);
    const content = Buffer.from(bytes).toString("latin1");
    for (const told of ["North Clinic", "cohort-zero", codes.ann!.replaceAll(" ", "")]) {
      expect(content).not.toContain(told);
    }
  });

  test("keeps its place, and that of who is not issued anew", async () => {
    const { ok, file } = stage;
    const before = places((await bucket())!);
    await stage.travel(1);
    await attestFor(stage, "ben", codes.ben!, [], "ben-3");
    await ok("clinic", "anchor", file("ben-3.json"));
    const after = places((await bucket())!);
    const changed = after.flatMap((place, slot) => (place === before[slot] ? [] : [slot]));
    expect(changed).toEqual([1]);
  });

  test("refuses the mailbox of a clinic to anybody else", async () => {
    const { url } = stage;
    const api = connect({ url });
    const of = { clinic: KEYS.clinic.address, bucket: 0, bytes: new Uint8Array(BUCKET_BYTES) };
    await expect(api.publishBucket(of)).rejects.toMatchObject({ code: "NotSignedIn" });
    const stranger = await api.signIn({ signer: KEYS.stranger });
    await expect(stranger.publishBucket(of)).rejects.toMatchObject({ code: "NotAllowed" });
  });
});
