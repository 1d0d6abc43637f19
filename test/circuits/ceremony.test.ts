// A whole ceremony over a tiny circuit and a tiny phase 1, made here in a second.
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as snarkjs from "snarkjs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ForgeableKeyError, refuseForgeableKey } from "../../circuits/statement/proof/proof.ts";
import {
  applyBeacon,
  contribute,
  initCeremony,
  verifyCeremony,
} from "../../circuits/tools/ceremonySteps.ts";
import { BUILD, buildFiles } from "../../circuits/tools/paths.ts";
import phase1List from "../../circuits/tools/phase1.json" with { type: "json" };
import { readTranscript, writeTranscript } from "../../circuits/tools/transcript.ts";
import { releaseProver } from "../../circuits/witness/prove.ts";
import { compilePart } from "./part.ts";

const BEACON = { name: "a block announced before", value: "ab".repeat(32), exponent: 10 };
let home: string;
let phase1: string;
let circuits: { name: string; r1cs: string }[];

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "ceremony-"));
  phase1 = join(home, "tiny.ptau");
  await compilePart("NotNegative(17)", "comparison.circom");
  await compilePart("NotNegative(9)", "comparison.circom");
  circuits = ["NotNegative_17_", "NotNegative_9_"].map((name) => ({
    name,
    r1cs: buildFiles(name, `${BUILD}parts/`).r1cs,
  }));
  const { curves } = snarkjs as unknown as {
    curves: { getCurveFromName(name: string): Promise<unknown> };
  };
  const fresh = join(home, "new.ptau");
  await snarkjs.powersOfTau.newAccumulator(await curves.getCurveFromName("bn128"), 5, fresh);
  const contributed = join(home, "contributed.ptau");
  await snarkjs.powersOfTau.contribute(fresh, contributed, "test", "not random at all");
  await snarkjs.powersOfTau.preparePhase2(contributed, phase1);
});

afterAll(async () => {
  await releaseProver();
  rmSync(home, { recursive: true });
});

/** A folder with a ceremony in which so many people took part. */
async function ceremonyOf(contributors: number): Promise<string> {
  const folder = mkdtempSync(join(home, "phase2-"));
  await initCeremony({ folder, phase1, circuits, development: true });
  for (let i = 0; i < contributors; i++) await contribute(folder, `person ${i}`);
  return folder;
}

/** A circuit's key after so many steps, by the name under which it is passed on. */
function zkeyFile(folder: string, circuit: string, step: number): string {
  return `${folder}/${circuit}-000${step}.zkey`;
}

describe("a ceremony", () => {
  test("of three people and a beacon verifies, and names everybody's hash", async () => {
    const folder = await ceremonyOf(3);
    const beacon = await applyBeacon(folder, BEACON);
    const files = await verifyCeremony({ folder, phase1, circuits });
    expect(files).toEqual(circuits.map(({ name }) => zkeyFile(folder, name, 4)));
    const { steps } = readTranscript(folder);
    expect(steps.map(({ kind }) => kind)).toEqual([
      "contribution",
      "contribution",
      "contribution",
      "beacon",
    ]);
    const hashes = steps.flatMap((step) => Object.values(step.hashes));
    expect(new Set(hashes).size).toBe(8);
    const markdown = readFileSync(join(folder, "TRANSCRIPT.md"), "utf8");
    for (const hash of hashes) expect(markdown).toContain(hash);
    expect(markdown).toContain("development only");
    expect(beacon.beacon?.value).toBe(BEACON.value);
  });

  test("goes on after a step was interrupted", async () => {
    const folder = await ceremonyOf(1);
    // The first circuit was done when the machine stopped; the second one was half written.
    const [first, second] = circuits.map(({ name }) => zkeyFile(folder, name, 2));
    copyFileSync(zkeyFile(folder, circuits[0]!.name, 1), first!);
    writeFileSync(`${second}.new`, "half");
    await contribute(folder, "the same person again");
    expect(readTranscript(folder).steps.length).toBe(2);
    await verifyCeremony({ folder, phase1, circuits });
  });

  test("that was interrupted while it was set up is set up again", async () => {
    const folder = mkdtempSync(join(home, "phase2-"));
    writeFileSync(`${zkeyFile(folder, circuits[0]!.name, 0)}.new`, "half");
    await initCeremony({ folder, phase1, circuits, development: true });
    expect(existsSync(zkeyFile(folder, circuits[1]!.name, 0))).toBe(true);
    await expect(initCeremony({ folder, phase1, circuits, development: true })).rejects.toThrow(
      "already holds a ceremony",
    );
  });

  test("ends with the beacon, which needs a contribution before it", async () => {
    const folder = await ceremonyOf(0);
    await expect(applyBeacon(folder, BEACON)).rejects.toThrow("no contribution yet");
    await contribute(folder, "somebody");
    await expect(applyBeacon(folder, { ...BEACON, value: "ab" })).rejects.toThrow(
      "16 to 255 bytes",
    );
    await applyBeacon(folder, BEACON);
    await expect(contribute(folder, "too late")).rejects.toThrow("final");
  });
});

describe("verification refuses", () => {
  test("keys that nobody contributed to: anybody could forge proofs for them", async () => {
    const folder = await ceremonyOf(0);
    await expect(verifyCeremony({ folder, phase1, circuits })).rejects.toThrow(ForgeableKeyError);
    const zkey = zkeyFile(folder, circuits[0]!.name, 0);
    // snarkjs itself calls such a key valid.
    expect(await snarkjs.zKey.verifyFromR1cs(circuits[0]!.r1cs, phase1, zkey)).toBe(true);
    const key = await snarkjs.zKey.exportVerificationKey(zkey);
    expect(() => refuseForgeableKey(key)).toThrow(ForgeableKeyError);
  });

  test("a contribution that was left out, and a hash that was changed", async () => {
    const folder = await ceremonyOf(2);
    const transcript = readTranscript(folder);
    const { name } = circuits[0]!;
    copyFileSync(zkeyFile(folder, name, 1), zkeyFile(folder, name, 2));
    await expect(verifyCeremony({ folder, phase1, circuits })).rejects.toThrow("hashes");
    const other = await ceremonyOf(1);
    const [step] = readTranscript(other).steps;
    step!.hashes[name] = "00".repeat(64);
    writeTranscript(other, { ...transcript, steps: [step!] });
    await expect(verifyCeremony({ folder: other, phase1, circuits })).rejects.toThrow("hashes");
  });

  test("the key of another circuit, and another circuit than was set up", async () => {
    const folder = await ceremonyOf(1);
    const [a, b] = circuits;
    copyFileSync(zkeyFile(folder, b!.name, 1), zkeyFile(folder, a!.name, 1));
    await expect(verifyCeremony({ folder, phase1, circuits })).rejects.toThrow("not a key of");
    const swapped = [{ name: a!.name, r1cs: b!.r1cs }, b!];
    await expect(verifyCeremony({ folder, phase1, circuits: swapped })).rejects.toThrow(
      "another r1cs",
    );
  });
});

describe("phase 1", () => {
  test("of unknown origin is refused, unless for development", async () => {
    const folder = join(home, "never");
    await expect(initCeremony({ folder, phase1, circuits })).rejects.toThrow("published list");
    expect(existsSync(folder)).toBe(false);
    expect(readTranscript(await ceremonyOf(0)).phase1.published).toBe(null);
  });

  test("has a published list of whole BLAKE2b-512 hashes, each once", () => {
    const hashes = phase1List.files.map(({ blake2b }) => blake2b);
    for (const hash of hashes) expect(hash).toMatch(/^[0-9a-f]{128}$/);
    expect(new Set(hashes).size).toBe(hashes.length);
    expect(phase1List.files[0]!.power).toBe(16);
  });
});
