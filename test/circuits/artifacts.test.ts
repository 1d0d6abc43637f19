import { readdirSync, statSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import {
  type ArtifactName,
  readArtifact,
  readManifest,
  readPacked,
  readVerificationKey,
  unpackArtifact,
} from "../../circuits/artifacts/read.ts";
import { SIZES } from "../../circuits/statement/criteria/program.ts";
import { refuseForgeableKey } from "../../circuits/statement/proof/proof.ts";
import { ARTIFACTS } from "../../circuits/tools/paths.ts";
import { unpackedFile } from "./unpackedFile.ts";

const circuits = Object.values(SIZES).map(({ circuit }) => circuit);

describe.each(circuits)("%s", (circuit) => {
  test.each(["wasm", "zkey"] as const)("%s is what the manifest says", async (kind) => {
    const name: ArtifactName = `${circuit}.${kind}`;
    const { bytes } = (await readManifest()).circuits[circuit].files[name]!;
    expect((await readArtifact(name)).length).toBe(bytes);
  });

  test("with one flipped byte is refused with the file's name", async () => {
    const name: ArtifactName = `${circuit}.wasm`;
    const [packed, manifest] = [await readPacked(`${name}.br`), await readManifest()];
    for (const at of [0, 1000, packed.length - 2]) {
      const flipped = Uint8Array.from(packed);
      flipped[at]! ^= 1;
      await expect(unpackArtifact(name, flipped, manifest)).rejects.toThrow(
        `${name}.br is damaged`,
      );
    }
    const short = packed.subarray(0, packed.length - 10);
    await expect(unpackArtifact(name, short, manifest)).rejects.toThrow(`${name}.br is damaged`);
  });

  test("has a verification key for seven signals, with a contribution in it", async () => {
    const key = await readVerificationKey(circuit);
    expect(key.nPublic).toBe(7);
    expect(key.vk_delta_2).not.toEqual(key.vk_gamma_2);
    expect(() => refuseForgeableKey(key)).not.toThrow();
    expect(() => refuseForgeableKey({ ...key, vk_delta_2: key.vk_gamma_2 })).toThrow("forgeable");
  });
});

test("an unpacked file is checked each time and restored when it was changed", async () => {
  const file = await unpackedFile("eligibility-8.wasm");
  const bytes = await readFile(file);
  expect(bytes).toEqual(Buffer.from(await readArtifact("eligibility-8.wasm")));
  await writeFile(file, bytes.subarray(1));
  expect(await unpackedFile("eligibility-8.wasm")).toBe(file);
  expect(await readFile(file)).toEqual(bytes);
});

test("the keys call themselves DEV", async () => {
  expect((await readManifest()).keys).toBe("DEV");
});

test("the two circuits have different keys", async () => {
  const [a, b] = await Promise.all(circuits.map(readVerificationKey));
  expect(a!.vk_delta_2).not.toEqual(b!.vk_delta_2);
});

test("all artifacts together take at most 28 MB", () => {
  const bytes = readdirSync(ARTIFACTS).map((file) => statSync(ARTIFACTS + file).size);
  expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(28_000_000);
});
