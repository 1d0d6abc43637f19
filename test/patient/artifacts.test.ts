import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readArtifact, readManifest } from "../../circuits/artifacts/read.ts";
import { localArtifacts } from "../../client/artifacts/artifacts.node.ts";
import {
  checked,
  manifestHashes,
  prefetch,
  SEMAPHORE_CIRCUIT,
  serverArtifacts,
  sha256,
} from "../../client/artifacts/artifacts.ts";
import { SEMAPHORE_HASHES } from "../../client/artifacts/semaphoreHashes.ts";

const npm = import.meta.resolve("@zk-kit/semaphore-artifacts/package.json");
const fromNpm = async (name: string) =>
  new Uint8Array(await readFile(fileURLToPath(new URL(name, npm))));

/** A server's /artifacts folder, with one file changed if named. */
function folder(flip?: string) {
  const asked: string[] = [];
  const download = async (path: string) => {
    asked.push(path);
    const name = path.replace("/artifacts/", "");
    const bytes = name.startsWith("semaphore-")
      ? await fromNpm(name)
      : new Uint8Array(await readArtifact(name as "eligibility-8.wasm"));
    if (name === flip) bytes[1_000]! ^= 1;
    return bytes;
  };
  return { download, asked };
}

describe("proving artifacts", () => {
  it("of Semaphore have the hashes that are built in, for every depth", async () => {
    expect(Object.keys(SEMAPHORE_HASHES).length).toBe(64);
    for (const name of [
      "semaphore-1.wasm",
      "semaphore-20.wasm",
      "semaphore-20.zkey",
      "semaphore-32.zkey",
    ]) {
      expect([name, await sha256(await fromNpm(name))]).toEqual([name, SEMAPHORE_HASHES[name]]);
    }
  });

  it.each(["eligibility-8.wasm", "eligibility-8.zkey", "semaphore-20.wasm", "semaphore-20.zkey"])(
    "with a flipped byte are refused, naming the file: %s",
    async (name) => {
      const hashes = manifestHashes(await readManifest());
      const source = serverArtifacts({ ...folder(name), hashes });
      const circuit = name.slice(0, name.lastIndexOf("."));
      const refusal = expect.objectContaining({ code: "CorruptArtifact", details: { file: name } });
      await expect(source.load(circuit)).rejects.toEqual(refusal);
    },
  );

  it("without a known hash are refused", async () => {
    const bytes = new Uint8Array(5);
    const attempt = checked({ name: "other.wasm", bytes, hash: undefined });
    await expect(attempt).rejects.toMatchObject({ code: "CorruptArtifact" });
  });

  it("are all fetched before the verdict, the same files whoever asks, and once", async () => {
    const { download, asked } = folder();
    const source = serverArtifacts({ download, hashes: manifestHashes(await readManifest()) });
    await prefetch({ source, circuit: "eligibility-8" });
    expect([...asked].sort()).toEqual([
      "/artifacts/eligibility-8.wasm",
      "/artifacts/eligibility-8.zkey",
      "/artifacts/semaphore-20.wasm",
      "/artifacts/semaphore-20.zkey",
    ]);
    await source.load("eligibility-8");
    await source.load(SEMAPHORE_CIRCUIT);
    expect(asked.length).toBe(4);
  });

  it("come from the repository and npm in Node, equal to the server's", async () => {
    const { download } = folder();
    const source = serverArtifacts({ download, hashes: manifestHashes(await readManifest()) });
    const local = await localArtifacts().load(SEMAPHORE_CIRCUIT);
    expect(await sha256(local.zkey)).toBe(
      await sha256((await source.load(SEMAPHORE_CIRCUIT)).zkey),
    );
  });
});
