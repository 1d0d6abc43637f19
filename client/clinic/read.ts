// FHIR R4 from files: a Bundle, one NDJSON file, or a folder of Bundles, JSON and NDJSON resources as Bulk Data exports
// them (hl7.org/fhir/uv/bulkdata). Any of them may be gzipped.
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { isBundle, readBundle } from "./bundle.ts";
import { parseJson, parseNdjson } from "./json.ts";
import { ClinicError, type Problem, refuse } from "./problem.ts";
import { type Located, locate, type Source, splitByPatient } from "./source.ts";

const unzip = promisify(gunzip);
const READABLE = /\.(json|ndjson)(\.gz)?$/i;
/** Unpacked size up to which one file is read; larger exports come in several files anyway. */
const MAX_FILE_BYTES = 512 * 1024 * 1024;

type Values = readonly { value: unknown; path: string }[];

/**
 * Every patient found at a path. Each Bundle is one patient; loose resources of a folder or NDJSON file are pooled and
 * split by subject. Throws ClinicError listing every problem with its file and place.
 */
export async function readSources(path: string): Promise<Source[]> {
  const info = await stat(path).catch(() => refuse(path, "no such file or folder"));
  const files = info.isDirectory() ? await listFiles(path) : [path];
  if (files.length === 0) refuse(path, "no .json, .ndjson, .json.gz or .ndjson.gz file in it");
  const problems: Problem[] = [];
  const sources: Source[] = [];
  const loose: Located[] = [];
  for (const file of files) {
    await collect(problems, async () => {
      const name = info.isDirectory() ? relative(path, file) : basename(file);
      for (const { value, path: at } of await readValues(file, name)) {
        if (isBundle(value)) sources.push(readBundle(value, at));
        else loose.push(...locate(value, at, problems));
      }
    });
  }
  await collect(problems, () => {
    if (loose.length > 0) sources.push(...splitByPatient(basename(path), loose));
  });
  if (problems.length > 0) throw new ClinicError(problems);
  if (sources.length === 0) refuse(path, "holds no Patient resource");
  return sources;
}

/** The one patient at a path. Throws ClinicError when there are several. */
export async function readSource(path: string): Promise<Source> {
  const sources = await readSources(path);
  if (sources.length === 1) return sources[0]!;
  return refuse(path, `holds ${sources.length} patients; give the file or Bundle of one`);
}

async function collect(problems: Problem[], act: () => void | Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof ClinicError)) throw error;
    problems.push(...error.problems);
  }
}

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && READABLE.test(entry.name));
  return files.map((entry) => join(entry.parentPath, entry.name)).sort();
}

async function readValues(file: string, name: string): Promise<Values> {
  const bytes = await readFile(file);
  const plain = /\.gz$/i.test(file) ? await unpack(bytes, name) : bytes;
  if (plain.length > MAX_FILE_BYTES) refuse(name, "is larger than 512 MiB; split it");
  const text = plain.toString("utf8");
  if (/\.ndjson(\.gz)?$/i.test(file)) return parseNdjson(text, name);
  return [{ value: parseJson(text, name), path: name }];
}

async function unpack(bytes: Buffer, name: string): Promise<Buffer> {
  try {
    return await unzip(bytes, { maxOutputLength: MAX_FILE_BYTES });
  } catch {
    return refuse(name, "is not a whole gzip file of at most 512 MiB; copy it again");
  }
}
