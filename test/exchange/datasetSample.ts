// A made-up cut: four participants, a collection of each source, one package refused.

import { encodeCode } from "../../circuits/statement/encoding/code.ts";
import { parseDay } from "../../circuits/statement/encoding/day.ts";
import { encodeQuantity } from "../../circuits/statement/encoding/fact.ts";
import type { Authority, Deposited } from "../../circuits/statement/exchange/authority.ts";
import {
  CORRECTIONS,
  type Entry,
  hashEntry,
  SOURCES,
  type Source,
} from "../../circuits/statement/exchange/entry.ts";
import { entryTree } from "../../circuits/statement/exchange/entryTree.ts";
import {
  type Content,
  PAYLOAD_FORMAT,
  type Payload,
  packageEntryOf,
} from "../../circuits/statement/exchange/payload.ts";
import {
  type Bytes32,
  hashDocument,
  trialIdOf,
  ZERO_BYTES32,
} from "../../circuits/statement/trial/trial.ts";
import type { DatasetEvidence } from "../../client/auditor/dataset/evidence.ts";
import type { Row } from "../../client/exchange/dataset/cells.ts";
import type { Calendar } from "../../client/exchange/dataset/completeness.ts";
import { memoryFiles, type Reading, type Writing } from "../../client/exchange/dataset/files.ts";
import type { OpenedPackage, Opening } from "../../client/exchange/dataset/opened.ts";
import { type WrittenDataset, writeDataset } from "../../client/exchange/dataset/write.ts";

export const word = (byte: string): Bytes32 => `0x${byte.repeat(32)}`;
const PROTOCOL = "CZ-2030-001";
const TRIAL = trialIdOf(PROTOCOL);
const PURPOSE = "primary analysis <1>";
const STAFF = `0x${"5f".repeat(20)}`;
export const BATCH = word("ba");
const LARGE = 10n ** 75n;
export const PSEUDONYMS = [1n, 2n, 3n, 4n].map((n) => LARGE + n * 12_345_678_901n);
const PERMISSION = 2;
export const CUT_BLOCK = 40;
export const REQUEST_BLOCK = 44;

type Answer = Readonly<Record<string, unknown>>;

/** A form's answers by their linkId. */
export function response(answers: Readonly<Record<string, Answer>>): Content {
  const item = Object.entries(answers).map(([linkId, answer]) => ({
    linkId,
    text: `Question ${linkId}?`,
    answer: [answer],
  }));
  const resource = { resourceType: "QuestionnaireResponse", status: "completed", item };
  return { resource } as unknown as Content;
}

export function observations(values: readonly number[], more: Answer = {}): Content {
  const resources = values.map((value, i) => ({
    resourceType: "Observation",
    status: "final",
    code: { coding: [{ system: "http://loinc.org", code: "8867-4", display: "Heart rate" }] },
    effectiveDateTime: `2026-03-0${i + 1}T08:00:00+01:00`,
    valueQuantity: { value, unit: "/min", system: "http://unitsofmeasure.org", code: "/min" },
    ...more,
  }));
  return { resources, stream: "watch", streamSequence: 1 } as unknown as Content;
}

export function facts(): Content {
  const hba1c = encodeCode("observation", "loinc", "4548-4").toString();
  const value = encodeQuantity("7.4")!.toString();
  const day = parseDay("2026-02-01");
  return {
    facts: [
      { kind: "latest", code: hba1c, day, value },
      { kind: "none", codeLo: hba1c, codeHi: hba1c, withinDays: 30 },
    ],
  };
}

type Made = {
  readonly who: number;
  readonly source: Source;
  readonly collection: string;
  readonly content: Content;
  readonly more?: Partial<Entry>;
};

/** An opened package. */
export function madePackage({ who, source, collection, content, more = {} }: Made): OpenedPackage {
  const entry: Entry = {
    trialId: TRIAL,
    pseudonym: PSEUDONYMS[who]!,
    collection,
    permission: PERMISSION,
    formVersion: 1,
    sequence: 1,
    ciphertextHash: word(`0${who}`),
    sizeStep: 1,
    day: parseDay("2026-03-01"),
    source: SOURCES[source],
    replaces: ZERO_BYTES32,
    correction: CORRECTIONS.none,
    ...more,
  };
  const authority: Authority =
    source === "site"
      ? { kind: "staff", siteId: 1, key: STAFF, deadline: 1n, signature: "0x" }
      : { kind: "participant", version: 1, groupRoot: 1n, points: [] };
  const payload: Payload = {
    format: PAYLOAD_FORMAT,
    entry: packageEntryOf(entry),
    content,
    provenance: {
      agent: source === "site" ? "staff" : "participant",
      software: "cohort-zero 0.1.0",
      origin: "form at the desk",
      madeAt: 1_772_000_000,
    },
  };
  return { deposited: { entry, authority, batch: BATCH }, payload, checks: ["authority"] };
}

export const hashOf = ({ deposited }: OpenedPackage) => hashEntry(deposited.entry);

export type Sample = {
  readonly opened: readonly OpenedPackage[];
  readonly refused: OpenedPackage;
  readonly packages: readonly Bytes32[];
  readonly opening: Opening;
};

const visit = (who: number, weight: number, note: string) =>
  madePackage({
    who,
    source: "site",
    collection: "visit",
    content: response({
      weight: { valueQuantity: { value: weight, unit: "kg", code: "kg" } },
      note: { valueString: note },
      born: { valueDate: "1961-05-04" },
      smokes: { valueBoolean: weight > 70 },
      arm: { valueCoding: { system: "urn:cohort-zero:arm", code: weight > 70 ? "left" : "right" } },
    }),
  });

/** The packages of the cut; `more` are added to those opened. */
export function sample(more: readonly OpenedPackage[] = []): Sample {
  const opened = [
    visit(0, 71.5, '=HYPERLINK("https://example.org")'),
    visit(1, 64, 'says "well", and\nnothing else'),
    visit(2, -0.25, "'quoted"),
    madePackage({
      who: 0,
      source: "device",
      collection: "pulse",
      content: observations([61, 72, 80]),
    }),
    madePackage({ who: 1, source: "record", collection: "baseline", content: facts() }),
    madePackage({
      who: 2,
      source: "participant",
      collection: "diary",
      content: response({ mood: { valueInteger: 4 } }),
    }),
    ...more,
  ];
  const refused = visit(3, 90, "never opened");
  const packages = [...opened, refused].map(hashOf);
  return { opened, refused, packages, opening: openingOf(packages) };
}

function openingOf(packages: readonly Bytes32[]): Opening {
  return {
    chainId: "31337",
    cutRegistry: `0x${"c1".repeat(20)}`,
    trialId: TRIAL,
    protocolNumber: PROTOCOL,
    cut: {
      cutId: "0",
      permission: PERMISSION,
      participants: PSEUDONYMS.length,
      packagesRoot: entryTree(packages).root,
      sealedAt: 1_772_100_000,
      block: CUT_BLOCK,
    },
    request: {
      requestId: "5",
      purpose: hashDocument(PURPOSE),
      purposeText: PURPOSE,
      staff: STAFF,
      until: 1_772_180_000,
      block: REQUEST_BLOCK,
    },
  };
}

/** What the chain and the public entries say of a sample. */
export function evidenceOf(of: Sample, hash?: Bytes32): DatasetEvidence {
  const { cut, request } = of.opening;
  const deposited: Deposited[] = [...of.opened, of.refused].map((one) => one.deposited);
  const { permission, packagesRoot, sealedAt, block } = cut;
  const sealed = {
    trialId: TRIAL,
    permission,
    pseudonyms: PSEUDONYMS,
    packagesRoot,
    sealedAt,
    block,
  };
  const asked = { cutId: "0", ...request };
  return {
    chainId: of.opening.chainId,
    cutRegistry: of.opening.cutRegistry,
    cutOf: (cutId) => (cutId === cut.cutId ? sealed : undefined),
    requestOf: (requestId) => (requestId === request.requestId ? asked : undefined),
    deposited,
    manifestsOf: () => new Map(),
    anchoredIn: (batch) => (batch === BATCH ? 30 : undefined),
    uncovered: () => undefined,
    ...(hash === undefined ? {} : { manifestHash: hash }),
  };
}

export type Dataset = WrittenDataset & {
  readonly of: Sample;
  /** Bytes by path: what a test changes. */
  readonly held: Map<string, Uint8Array>;
  readonly files: Reading;
};

/** Writes a sample's dataset into memory. */
export async function written(of = sample()): Promise<Dataset> {
  const held = new Map<string, Uint8Array>();
  const { opened, packages, opening, refused } = of;
  const omissions = [{ entry: hashOf(refused), code: "NotCovered", custodian: STAFF }];
  const files = memoryFiles(held);
  const now = new Date("2026-03-20T10:00:00Z");
  const made = await writeDataset({ opened, opening, packages, omissions, files, now });
  return { ...made, of, held, files };
}

export const textIn = (held: ReadonlyMap<string, Uint8Array>, path: string) =>
  new TextDecoder().decode(held.get(path));

/** Writes a sample's dataset into memory, with some of it changed. */
export function writeChanged(
  of: Sample,
  change: Partial<Sample> & { files?: Writing; calendar?: Calendar } = {},
) {
  const { opened, packages, opening } = { ...of, ...change };
  const files = change.files ?? memoryFiles();
  const { calendar } = change;
  const input = { opened, packages, opening, omissions: [], files, calendar };
  return writeDataset({ ...input, now: new Date(0) });
}

export async function allOf(rows: AsyncIterable<Row>): Promise<Row[]> {
  const read: Row[] = [];
  for await (const row of rows) read.push(row);
  return read;
}
