// What is kept about oneself: a participant's own packages, opened with the key that only their wallet derives, and all of
// them as files that any age tool opens, should this program be gone.

import { formatDay, ONGOING } from "../../circuits/statement/encoding/day.ts";
import { hashEntry, KEY_COLLECTION } from "../../circuits/statement/exchange/entry.ts";
import { openPackage } from "../../circuits/statement/exchange/package.ts";
import { type Payload, readPayload } from "../../circuits/statement/exchange/payload.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import type { ExchangeApi, PublicEntry } from "../api/exchange.ts";

type Packages = { readonly exchange: Pick<ExchangeApi, "package"> };

/** A participant's packages, newest last; corrected ones too. */
export function packagesOf(entries: readonly PublicEntry[], pseudonym: bigint): PublicEntry[] {
  return entries.filter(
    ({ entry }) => entry.pseudonym === pseudonym && entry.collection !== KEY_COLLECTION,
  );
}

/**
 * Opens one's own package. Refuses with `PackageMissing` (erased, or lost by the exchange), `NotYourPackage` (sealed for
 * another key than this wallet's: whoever made it left you out), `MalformedPackage` and `NotThisEntry`.
 */
export async function openOwn(
  of: Packages & { readonly deposited: PublicEntry; readonly identity: string },
): Promise<Payload> {
  const { entry } = of.deposited;
  const bytes = await loadOwn(of);
  let content: Uint8Array;
  try {
    content = await openPackage(bytes, { identity: of.identity });
  } catch (problem) {
    // The age library has one message for each; nothing of key or file is passed on.
    const isOthers = problem instanceof Error && /no identity matched/.test(problem.message);
    throw new Refusal(isOthers ? "NotYourPackage" : "MalformedPackage", { part: "ciphertext" });
  }
  return readPayload(content, entry);
}

/** A package as it lies in the store. Refuses with `PackageMissing`. */
export async function loadOwn({
  exchange,
  deposited,
}: Packages & { readonly deposited: PublicEntry }): Promise<Uint8Array> {
  const bytes = await exchange.package(deposited.entry.ciphertextHash);
  if (bytes === undefined) throw new Refusal("PackageMissing");
  return bytes;
}

export type OwnFile = { readonly name: string; readonly bytes: Uint8Array };

const README_FILE = "HOW-TO-OPEN.txt";
const KEY_FILE = "key.txt";
const ENTRIES_FILE = "entries.json";
const ACCESSES_FILE = "who-opened.ndjson";

/**
 * Everything that is kept about a participant: each package as it lies in the store, the key, the public entries, who
 * opened them (where that is given), and how to open them. A package that is gone is named in the text. Whoever has this
 * folder can read all of it.
 */
export async function* downloadOwn(
  of: Packages & {
    readonly entries: readonly PublicEntry[];
    readonly pseudonym: bigint;
    readonly identity: string;
    readonly protocolNumber: string;
    /** FHIR AuditEvents, a line each. */
    readonly accesses?: string | undefined;
  },
): AsyncGenerator<OwnFile> {
  const encoder = new TextEncoder();
  const listed: string[] = [];
  const missing: string[] = [];
  for (const deposited of packagesOf(of.entries, of.pseudonym)) {
    const { ciphertextHash } = deposited.entry;
    const name = fileName(deposited);
    const bytes = await of.exchange.package(ciphertextHash);
    if (bytes === undefined) missing.push(name);
    else {
      listed.push(name);
      yield { name, bytes };
    }
  }
  yield { name: KEY_FILE, bytes: encoder.encode(`${of.identity}\n`) };
  yield { name: ENTRIES_FILE, bytes: encoder.encode(entriesText(of)) };
  if (of.accesses !== undefined) {
    yield { name: ACCESSES_FILE, bytes: encoder.encode(of.accesses) };
  }
  yield { name: README_FILE, bytes: encoder.encode(readme(of.protocolNumber, listed, missing)) };
}

/** What a trial's text calls a collection, in the days that can be written. */
const COLLECTION = /^[a-z0-9][a-z0-9-]{0,39}$/;

/** The server names collection and day: what could lead out of the folder, or is no day, is named by its entry. */
function fileName({ entry }: PublicEntry): string {
  const { collection, sequence, day } = entry;
  const isSound = COLLECTION.test(collection) && day <= ONGOING;
  const of = isSound ? `${collection}-${sequence}-${formatDay(day)}` : hashEntry(entry).slice(2);
  return `${of}.age`;
}

/** The key's own entry among them: it is public like all. */
function entriesText(of: {
  readonly entries: readonly PublicEntry[];
  readonly pseudonym: bigint;
}): string {
  const own = of.entries.filter(({ entry }) => entry.pseudonym === of.pseudonym);
  const plain = (_: string, value: unknown) => (typeof value === "bigint" ? `${value}` : value);
  return `${JSON.stringify(own, plain, 2)}\n`;
}

function readme(
  protocolNumber: string,
  listed: readonly string[],
  missing: readonly string[],
): string {
  const example = listed[0] ?? "visit-1-2026-11-30.age";
  return [
    `What is kept about you in the trial ${protocolNumber}`,
    "",
    "Each file ending in .age is one package, as it lies in the exchange. To open one, install age",
    "(https://age-encryption.org), open a terminal in this folder and type:",
    "",
    `    age --decrypt -i ${KEY_FILE} ${example} | tail -c +5 | tr -d '\\000' > opened.json`,
    "",
    "tail takes away the first four bytes, which say how long the content is, and tr the zeros that",
    "hide how long it is from others. What is left is JSON text: any editor shows it.",
    "",
    `${KEY_FILE} opens all of these files. Keep the folder where nobody else can read it.`,
    "",
    `${ENTRIES_FILE} is what the exchange tells everybody of these packages: when, by whom and under which hash.`,
    `${ACCESSES_FILE}, where it is there, says who asked to open them, as FHIR AuditEvents.`,
    ...(missing.length === 0 ? [] : ["", "The exchange no longer has these:", ...missing]),
    "",
  ].join("\n");
}
