// The files of a dictionary's folder: reading, sealing, writing. Node only: works on a checkout.
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type DictionaryFiles,
  formatJson,
  hashDictionary,
  type Published,
  setsUpTo,
} from "./dictionaryText.ts";

const NAMES = ["concepts", "possible", "neutral", "units", "answers", "published"] as const;

export const FOLDER = fileURLToPath(new URL("../../circuits/dictionary", import.meta.url));

/** Reads the files of a dictionary folder. */
export async function readDictionary(folder: string = FOLDER): Promise<DictionaryFiles> {
  const read = async (name: string) => [
    name,
    JSON.parse(await readFile(join(folder, `${name}.json`), "utf8")),
  ];
  return Object.fromEntries(await Promise.all(NAMES.map(read))) as DictionaryFiles;
}

/** Writes the files named, each whole. */
export async function writeDictionary(
  files: DictionaryFiles,
  names: readonly (keyof DictionaryFiles)[],
  folder: string = FOLDER,
): Promise<void> {
  for (const name of names) await writeWhole(join(folder, `${name}.json`), formatJson(files[name]));
}

/** The version after the published one, to which everything new belongs. */
export function nextVersion({ published }: DictionaryFiles): number {
  return (published.at(-1)?.version ?? 0) + 1;
}

/** Seals everything added since the last version under a new one. Throws when nothing was added. */
export async function publishDictionary(folder: string = FOLDER): Promise<Published> {
  const files = await readDictionary(folder);
  const version = nextVersion(files);
  const bundles = [files.concepts, files.possible, files.neutral];
  const sets = bundles.flatMap(({ entry }) => entry.map(({ resource }) => resource));
  const added = [...sets, ...files.units, ...Object.values(files.answers).flat()];
  if (!added.some((row) => Number(row.version) === version)) {
    throw new RangeError(`nothing was added since dictionary version ${version - 1}`);
  }
  const concepts = new Set(setsUpTo(files.concepts, version).map(({ url }) => url)).size;
  const entry = { version, concepts, hash: hashDictionary(files, version) };
  files.published.push(entry);
  await writeDictionary(files, ["published"], folder);
  return entry;
}

/** Writes beside and renames, so that a crash leaves the old file or the new one. */
async function writeWhole(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}
