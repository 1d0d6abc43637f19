// FHIR R4 from a disk: a Bundle, one NDJSON file, or a folder of Bundles, JSON and NDJSON resources.
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { refuse } from "../problem.ts";
import { READABLE, readFiles } from "./read.ts";
import type { Source } from "./source.ts";

/** Every patient found at a path ({@link readFiles}). */
export async function readSources(path: string): Promise<Source[]> {
  const info = await stat(path).catch(() => refuse(path, "no such file or folder"));
  const files = info.isDirectory() ? await listFiles(path) : [path];
  if (files.length === 0) refuse(path, "no .json or .ndjson file in it, gzipped or not");
  const named = files.map((file) => ({
    name: info.isDirectory() ? relative(path, file) : basename(file),
    arrayBuffer: () => readFile(file),
  }));
  return readFiles(basename(path), named);
}

/** The one patient at a path. Throws ClinicError when there are several. */
export async function readSource(path: string): Promise<Source> {
  const sources = await readSources(path);
  if (sources.length === 1) return sources[0]!;
  return refuse(path, `holds ${sources.length} patients; give the file or Bundle of one`);
}

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && READABLE.test(entry.name));
  return files.map((entry) => join(entry.parentPath, entry.name)).sort();
}
