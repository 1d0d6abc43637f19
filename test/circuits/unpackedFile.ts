// Artifacts as files: a prover in Node that is given a path instead of bytes needs some 40 MB less.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { type ArtifactName, readArtifact, readManifest } from "../../circuits/artifacts/read.ts";
import type { CircuitName } from "../../circuits/statement/criteria/program.ts";

/**
 * The path of an unpacked artifact, checked each time. Unpacks into circuits/build when it is not there, or not what the
 * manifest says.
 */
export async function unpackedFile(name: ArtifactName): Promise<string> {
  const circuit = name.slice(0, name.lastIndexOf(".")) as CircuitName;
  const { sha256 } = (await readManifest()).circuits[circuit].files[name]!;
  const file = fileURLToPath(new URL(`../../circuits/build/unpacked/${name}`, import.meta.url));
  if ((await digestOf(file)) === sha256) return file;
  await mkdir(dirname(file), { recursive: true });
  // Written beside and renamed: another process may be reading or writing it.
  await writeFile(`${file}.${process.pid}`, await readArtifact(name));
  await rename(`${file}.${process.pid}`, file);
  return file;
}

async function digestOf(file: string): Promise<string | undefined> {
  const hash = createHash("sha256");
  return pipeline(createReadStream(file), hash).then(
    () => hash.digest("hex"),
    () => undefined,
  );
}
