// Reads opened packages, one at a time: their resources are written as they come, their rows kept in files until the
// tables' columns are known. Of each package only its line of the manifest stays in memory.
import canonicalize from "canonicalize";
import { hashEntry } from "../../../circuits/statement/exchange/entry.ts";
import type { Bytes32 } from "../../../circuits/statement/trial/trial.ts";
import { InputError } from "../../files/inputError.ts";
import { hashText, type Imprint, imprinted, NO_IMPRINT } from "./cells.ts";
import type { Calendar } from "./completeness.ts";
import { type Draft, type DraftedTable, draftTable } from "./draft.ts";
import { type TextOutput, textOutput, type Writing } from "./files.ts";
import { isFileName, type ManifestEntry, publicFields } from "./manifest.ts";
import { FITTING, type Omission, type OpenedPackage, type Opening } from "./opened.ts";
import { provenanceOf } from "./provenance.ts";
import { fhirFile, type Json, type ResourceType, resourcesOf, typeOf } from "./resources.ts";
import { cellsOf } from "./row.ts";

export type DatasetProgress = {
  readonly step: "reading" | "tables" | "files";
  /** Packages, rows or files. */
  readonly done: number;
  readonly of: number;
};

export type DatasetInput = {
  readonly opened: Iterable<OpenedPackage> | AsyncIterable<OpenedPackage>;
  readonly opening: Opening;
  /** Hashes of the cut's entries in the order of its tree. */
  readonly packages: readonly Bytes32[];
  /** May still grow while `opened` is read. */
  readonly omissions: readonly Omission[];
  /** Names visits and questions; without it both are told by number and id. */
  readonly calendar?: Calendar | undefined;
  readonly files: Writing;
  readonly now: Date;
  readonly onProgress?: (progress: DatasetProgress) => void;
};

export type Gathered = {
  readonly entries: ManifestEntry[];
  readonly tables: readonly DraftedTable[];
  readonly fieldsLeftOut: ReadonlyMap<string, number>;
  /** Packages of which no rows can be made. */
  readonly odd: ReadonlySet<Bytes32>;
  /** Lines of each FHIR file. */
  readonly resources: ReadonlyMap<ResourceType | "Provenance", number>;
};

/** Reads all packages. Throws InputError for one that is not of the cut, or comes twice. */
export async function gather(input: DatasetInput): Promise<Gathered> {
  const { files, packages, opening } = input;
  const due = new Set(packages);
  const entries: ManifestEntry[] = [];
  const odd = new Set<Bytes32>();
  const drafts = draftsIn(files);
  const fhir = fhirWriter(files);
  const fieldsLeftOut = new Map<string, number>();
  for await (const one of input.opened) {
    const hash = hashEntry(one.deposited.entry);
    if (one.deposited.entry.trialId !== opening.trialId || !due.delete(hash)) {
      throw new InputError(`package ${hash} is not of this cut, or comes twice`);
    }
    const left: string[] = [];
    const resources = laidOut(() => {
      const made = resourcesOf(hash, one.payload, (field) => left.push(field));
      const { collection } = one.deposited.entry;
      drafts.of(collection).add(entries.length, made.map(cellsOf), isOdd(input, one));
      return made;
    });
    if (resources === undefined) {
      odd.add(hash);
    } else {
      for (const field of left) fieldsLeftOut.set(field, (fieldsLeftOut.get(field) ?? 0) + 1);
      const entry = manifestEntryOf({ hash, one, resources: fhir.write(resources) });
      fhir.writeProvenance(entry, resources);
      entries.push(entry);
    }
    input.onProgress?.({ step: "reading", done: entries.length + odd.size, of: packages.length });
  }
  const tables = await drafts.close();
  return { entries, tables, fieldsLeftOut, odd, resources: fhir.close() };
}

/** Whether it is known what the package's collection asks for, and what is inside is something else. */
function isOdd({ calendar }: DatasetInput, { deposited, checks }: OpenedPackage): boolean {
  const isKnown = calendar?.collections.some(({ id }) => id === deposited.entry.collection);
  return isKnown === true && !checks.some((check) => FITTING.includes(check));
}

/** Undefined for a package that breaks a limit: anybody may have written it, and it must not keep out all others. */
function laidOut<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The tables, each begun with its first package. */
function draftsIn(files: Writing) {
  const drafts = new Map<string, Draft>();
  return {
    /** Ids come from outside, and must not lead out of the folder nor be one file on disks that ignore case. */
    of: (collection: string): Draft => {
      const known = drafts.get(collection);
      if (known !== undefined) return known;
      const lower = collection.toLowerCase();
      const isTaken = [...drafts.keys()].some((other) => other.toLowerCase() === lower);
      if (isTaken || !isFileName(collection)) throw new RangeError("no name for a file");
      const draft = draftTable(files, collection);
      drafts.set(collection, draft);
      return draft;
    },
    /** Those that have rows. */
    close: async (): Promise<DraftedTable[]> => {
      const tables = [...drafts.values()].map((draft) => draft.close());
      for (const { rows, path } of tables) if (rows === 0) await files.remove(path);
      return tables.filter(({ rows }) => rows > 0);
    },
  };
}

/** Writes resources, a line each, to the file of their type. */
function fhirWriter(files: Writing) {
  const outputs = new Map<ResourceType | "Provenance", TextOutput>();
  const counts = new Map<ResourceType | "Provenance", number>();
  const put = (type: ResourceType | "Provenance", text: string) => {
    const output = outputs.get(type) ?? textOutput(files.create(fhirFile(type)));
    outputs.set(type, output);
    output.write(`${text}\n`);
    counts.set(type, (counts.get(type) ?? 0) + 1);
  };
  return {
    write: (resources: readonly Json[]): Imprint => {
      let imprint = NO_IMPRINT;
      for (const resource of resources) {
        const text = canonicalize(resource) ?? "";
        put(typeOf(resource), text);
        imprint = imprinted(imprint, hashText(text));
      }
      return imprint;
    },
    writeProvenance: (entry: ManifestEntry, [first]: readonly Json[]) => {
      const type = first === undefined ? "Observation" : typeOf(first);
      put("Provenance", canonicalize(provenanceOf(entry, type)) ?? "");
    },
    close: () => {
      for (const output of outputs.values()) output.close();
      return counts;
    },
  };
}

function manifestEntryOf(of: { hash: Bytes32; one: OpenedPackage; resources: Imprint }) {
  const { deposited, payload, checks } = of.one;
  const { authority, batch } = deposited;
  const { content, provenance } = payload;
  const by =
    authority.kind === "participant"
      ? { kind: authority.kind, version: authority.version }
      : { kind: authority.kind, siteId: authority.siteId, key: authority.key };
  const entry: ManifestEntry = {
    entry: of.hash,
    ...publicFields(deposited.entry),
    subject: "",
    authority: by,
    ...(batch === undefined ? {} : { batch }),
    checks: [...checks],
    provenance,
    ...("stream" in content
      ? { stream: { name: content.stream, sequence: content.streamSequence } }
      : {}),
    rows: NO_IMPRINT,
    resources: of.resources,
  };
  return entry;
}
