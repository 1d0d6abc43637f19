// The sponsor's way to data: shares collected, packages opened, and everything inside verified before it is used. What
// cannot be opened or does not hold is left out by name, the rest goes on.
import type { CircuitName } from "../../circuits/statement/criteria/program.ts";
import type { Collection } from "../../circuits/statement/exchange/collection.ts";
import { contextOf, hashEntry, SOURCES } from "../../circuits/statement/exchange/entry.ts";
import { openPackage } from "../../circuits/statement/exchange/package.ts";
import { type Payload, readPayload } from "../../circuits/statement/exchange/payload.ts";
import { checkResponse } from "../../circuits/statement/exchange/questionnaire.ts";
import type { VerificationKey } from "../../circuits/statement/proof/proof.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import type { RecordsState } from "../api/registry.ts";
import type { PublicState } from "../api/trial.ts";
import type { AuthorityCheck } from "./authority.ts";
import { collectKeys, type Unlocked } from "./collect.ts";
import { type Collecting, memoryStore } from "./collecting.ts";
import type { Omission, OpenedPackage } from "./dataset/opened.ts";
import { fitStreams } from "./device/streams.ts";
import { sha256 } from "./digest.ts";
import { type DisclosureTerms, verifyDisclosure } from "./disclosure.ts";
import type { Fault } from "./faults.ts";

export { type FetchProgress, type FetchStore, memoryStore } from "./collecting.ts";

/** What opened packages are checked against. */
export type Verifying = {
  readonly check: AuthorityCheck;
  readonly disclosure: Pick<DisclosureTerms, "recipient" | "scope" | "dictionaryVersion"> & {
    readonly state: Pick<PublicState, "screenings">;
    readonly registry: Pick<RecordsState, "roots">;
    readonly keys: Readonly<Record<CircuitName, VerificationKey>>;
  };
  /** Of the version in force: what fits it is marked so, and what is of another source than it says is left out. */
  readonly collections?: readonly Collection[] | undefined;
};

export type Fetching = Omit<Collecting, "store"> & {
  readonly verifying: Verifying;
  readonly store?: Collecting["store"];
};

export type Fetched = {
  /** In the cut's order; read once, as they are needed: a cut may be larger than memory. */
  readonly opened: () => AsyncGenerator<OpenedPackage>;
  /** Whole once `opened` has been read to its end. */
  readonly omissions: readonly Omission[];
  readonly faults: readonly Fault[];
};

/**
 * Collects a request's shares and opens its packages. Run again with the same store, it asks only for what is missing.
 * Throws ServerUnavailable when the exchange itself is away; refuses with `RequestEnded` for a request that has ended and
 * of which nothing is here.
 */
export async function fetchCut(of: Fetching): Promise<Fetched> {
  const store = of.store ?? memoryStore();
  const { unlocked, faults, omissions: shut } = await collectKeys({ ...of, store });
  const isOver = shut.some(({ code }) => code === "RequestEnded");
  if (unlocked.length === 0 && isOver) throw new Refusal("RequestEnded");
  const omissions: Omission[] = [...shut];
  let isRead = false;
  async function* opened(): AsyncGenerator<OpenedPackage> {
    // Read a second time, omissions would be counted twice.
    if (isRead) throw new Error("opened packages are read once");
    isRead = true;
    for (const [i, one] of unlocked.entries()) {
      const found = await openOne(of, one, await store.package(one.deposited.entry.ciphertextHash));
      of.onProgress?.({ step: "opening", done: i + 1, of: unlocked.length });
      if ("code" in found) omissions.push(found);
      else yield found;
    }
  }
  return { opened, omissions, faults };
}

async function openOne(
  of: Fetching,
  { deposited, fileKey }: Unlocked,
  bytes: Uint8Array | undefined,
): Promise<OpenedPackage | Omission> {
  const entry = hashEntry(deposited.entry);
  if (bytes === undefined) return { entry, code: "PackageMissing" };
  try {
    if ((await sha256(bytes)) !== deposited.entry.ciphertextHash) {
      return { entry, code: "AlteredState" };
    }
    const content = await openBytes(bytes, fileKey);
    const payload = readPayload(content, deposited.entry);
    await of.verifying.check(deposited);
    const more = await verifyContent(of, payload, deposited);
    return { deposited, payload, checks: ["ciphertext", "authority", ...more] };
  } catch (problem) {
    if (problem instanceof Refusal) return { entry, code: problem.code };
    throw problem;
  }
}

async function openBytes(bytes: Uint8Array, fileKey: Uint8Array): Promise<Uint8Array> {
  try {
    return await openPackage(bytes, { fileKey });
  } catch {
    // What the age library says may quote the file.
    throw new Refusal("MalformedPackage", { part: "ciphertext" });
  }
}

/**
 * Names of the checks that hold besides. Refuses a disclosure that does not hold, and with `UnknownCollection` what
 * stands under a collection of another source: a participant's word would be read as the site's.
 */
async function verifyContent(
  { place, verifying }: Fetching,
  payload: Payload,
  { entry }: OpenedPackage["deposited"],
): Promise<string[]> {
  const { content } = payload;
  const collection = verifying.collections?.find(({ id }) => id === entry.collection);
  if (collection !== undefined && SOURCES[collection.source] !== entry.source) {
    throw new Refusal("UnknownCollection");
  }
  if ("facts" in content) {
    const { recipient, scope, dictionaryVersion, ...ground } = verifying.disclosure;
    const { pseudonym, day: asOfDay } = entry;
    const context = contextOf(place, entry);
    const terms = { pseudonym, context, recipient, scope, dictionaryVersion, asOfDay };
    const { isRootVoid } = await verifyDisclosure(payload, terms, ground);
    return isRootVoid ? ["proofs", "root voided since"] : ["proofs"];
  }
  if ("resources" in content) {
    const fits = collection?.source === "device" && fitStreams(collection, entry.day, content);
    return fits ? ["streams"] : [];
  }
  if (collection?.source !== "site" && collection?.source !== "participant") return [];
  return checkResponse(collection.questionnaire, content.resource).length === 0 ? ["form"] : [];
}
