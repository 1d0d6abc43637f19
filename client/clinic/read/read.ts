// FHIR R4 from the bytes of files, dropped on a page or read from a disk: Bundles, JSON and NDJSON
// resources as Bulk Data exports them (hl7.org/fhir/uv/bulkdata). Any of them may be gzipped.

import { ClinicError, type Problem, refuse } from "../problem.ts";
import { type Gathered, gatherBundle, isBundle, patientIn } from "./bundle.ts";
import { decodeUtf8 } from "./foreign.ts";
import { parseJson, parseNdjson } from "./json.ts";
import { type Located, locate, type Source, splitByPatient } from "./source.ts";

/** Unpacked size up to which one file is read; larger exports come in several files anyway. */
const MAX_FILE_BYTES = 512 * 1024 * 1024;

/** Names of files that are looked at. XML is, so that it is refused by name rather than passed over. */
export const READABLE = /\.(json|ndjson|xml)(\.gz)?$/i;

/** A file by its name, which tells what it holds; a File of a page is one. */
type InputFile = {
  readonly name: string;
  readonly arrayBuffer: () => Promise<ArrayBuffer | Uint8Array>;
};

type Values = readonly { value: unknown; path: string }[];

/**
 * Every patient found in files. A Bundle with a Patient is one patient; Bundles without (a search a file) and loose
 * resources are pooled and split by subject. `name` is what the files are of, for messages. Throws ClinicError listing every problem with its file and place.
 */
export async function readFiles(name: string, files: readonly InputFile[]): Promise<Source[]> {
  const problems: Problem[] = [];
  const sources: Source[] = [];
  const pool: Gathered[] = [];
  for (const file of files) {
    await collect(problems, async () => {
      for (const { value, path } of await readValues(file)) {
        await collect(problems, () => {
          if (!isBundle(value)) {
            pool.push({ resources: locate(value, path, problems), leftOut: [], deleted: [] });
            return;
          }
          const gathered = gatherBundle(value, path);
          const isAlone = files.length === 1 && !/\.ndjson/i.test(file.name);
          if (isAlone || gathered.resources.some(isPatient))
            sources.push(patientIn(gathered, path));
          else pool.push(gathered);
        });
      }
    });
  }
  await collect(problems, () => {
    const loose = pool.flatMap(({ resources }) => resources);
    const leftOut = pool.flatMap((part) => part.leftOut);
    const deleted = pool.flatMap((part) => part.deleted);
    if (loose.length > 0) sources.push(...splitByPatient(name, loose, leftOut, deleted));
  });
  if (problems.length > 0) throw new ClinicError(problems);
  if (sources.length === 0) refuse(name, "holds no Patient resource");
  return sources;
}

function isPatient({ resource }: Located): boolean {
  return resource.resourceType === "Patient";
}

async function collect(problems: Problem[], act: () => void | Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof ClinicError)) throw error;
    problems.push(...error.problems);
  }
}

async function readValues(file: InputFile): Promise<Values> {
  const { name } = file;
  const bytes = new Uint8Array(await file.arrayBuffer());
  const plain = /\.gz$/i.test(name) ? await unpack(bytes, name) : bytes;
  if (plain.length > MAX_FILE_BYTES) refuse(name, "is larger than 512 MiB; split it");
  const text = decodeUtf8(plain, name);
  if (/\.ndjson(\.gz)?$/i.test(name)) return parseNdjson(text, name);
  return [{ value: parseJson(text, name), path: name }];
}

/** Unpacks a gzip file, giving up at the limit: a crafted one could fill the memory. */
async function unpack(bytes: Uint8Array<ArrayBuffer>, name: string): Promise<Uint8Array> {
  try {
    const chunks: Uint8Array[] = [];
    let size = 0;
    const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const reader = unpacked.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      size += part.value.length;
      if (size > MAX_FILE_BYTES) throw new RangeError("too large");
      chunks.push(part.value);
    }
    return new Uint8Array(await new Blob(chunks as BlobPart[]).arrayBuffer());
  } catch {
    return refuse(name, "is not a whole gzip file of at most 512 MiB; copy it again");
  }
}
