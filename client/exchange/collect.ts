// Collecting what a request releases: the cut's packages by their hash, and custodians' shares until enough fit, so that a
// custodian that is away or gives a wrong share costs time and no data. What has come is kept, and not asked for again.
import { contextOf, hashEntry } from "../../circuits/statement/exchange/entry.ts";
import { entryTree } from "../../circuits/statement/exchange/entryTree.ts";
import { hpke, sharesOf } from "../../circuits/statement/exchange/package.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import type { Bytes32 } from "../../circuits/statement/trial/trial.ts";
import type { PublicEntry } from "../api/exchange.ts";
import { ahead } from "../api/log/pace.ts";
import { askAll, joined, takeHeld, type Wanted } from "./asking.ts";
import type { Collecting } from "./collecting.ts";
import type { Omission } from "./dataset/opened.ts";
import { sha256 } from "./digest.ts";
import { type Fault, Faults } from "./faults.ts";

const AT_ONCE = 4;

/** A package whose key is known. */
export type Unlocked = { readonly deposited: PublicEntry; readonly fileKey: Uint8Array };
export type Collected = {
  /** In the cut's order. */
  readonly unlocked: readonly Unlocked[];
  readonly omissions: readonly Omission[];
  readonly faults: readonly Fault[];
};

/** Collects keys for a request's packages. Nothing is thrown for one package: it is left out, and why is said. */
export async function collectKeys(of: Collecting): Promise<Collected> {
  const omissions: Omission[] = [];
  const faults = new Faults();
  const wanted = await gather(of, omissions);
  const privateKey = await hpke.kem.deserializePrivateKey(of.request.privateKey);
  await takeHeld(of, wanted, privateKey, faults);
  await askAll(of, { wanted, privateKey, faults });
  of.onProgress?.({ step: "shares", done: joined(wanted), of: wanted.length });
  for (const one of wanted) {
    if (one.fileKey === undefined) omissions.push(omissionOf(one, of.threshold));
  }
  const unlocked = wanted.flatMap(({ deposited, fileKey }) =>
    fileKey === undefined ? [] : [{ deposited, fileKey }],
  );
  return { unlocked, omissions, faults: faults.list() };
}

/** Downloads the packages, and reads the shares in their headers. */
async function gather(of: Collecting, omissions: Omission[]): Promise<Wanted[]> {
  const { cut, entries, place, isEmergency = false, onProgress } = of;
  const byHash = new Map(entries.map((one) => [hashEntry(one.entry), one]));
  const tree = isEmergency ? undefined : entryTree(cut);
  const wanted: Wanted[] = [];
  const want = async (hash: Bytes32, position: number): Promise<Wanted | Omission> => {
    const deposited = byHash.get(hash);
    if (deposited === undefined) return { entry: hash, code: "NotFound" };
    const bytes = await load(of, deposited.entry.ciphertextHash);
    if ("code" in bytes) return { entry: hash, code: bytes.code };
    const asked = tree?.pathOf(position) ?? { index: 0, path: [] };
    const context = contextOf(place, deposited.entry);
    const stanzas = await sharesOf(bytes);
    return {
      deposited,
      hash,
      asked,
      context,
      stanzas,
      shares: [],
      refused: [],
      askedOf: new Set(),
    };
  };
  let done = 0;
  const places = cut.map((hash, position) => ({ hash, position }));
  for await (const one of ahead(places, AT_ONCE, ({ hash, position }) => want(hash, position))) {
    if ("code" in one) omissions.push(one);
    else wanted.push(one);
    done += 1;
    onProgress?.({ step: "packages", done, of: cut.length });
  }
  return wanted;
}

/**
 * A package as it was kept, or else as it comes from the store, and kept then. One that is not what its entry says is
 * left out, and the others go on: whoever spoils one package spoils no dataset.
 */
async function load(
  { exchange, store }: Collecting,
  hash: Bytes32,
): Promise<Uint8Array | { readonly code: string }> {
  const kept = await store.package(hash);
  if (kept !== undefined && (await sha256(kept)) === hash) return kept;
  try {
    const bytes = await exchange.package(hash);
    if (bytes === undefined) return { code: "PackageMissing" };
    if ((await sha256(bytes)) !== hash) return { code: "AlteredState" };
    await store.keepPackage(hash, bytes);
    return bytes;
  } catch (problem) {
    if (problem instanceof Refusal) return { code: problem.code };
    throw problem;
  }
}

/** Why a package stays shut: a custodian's refusal before anything else. */
function omissionOf({ hash, refused, shares }: Wanted, threshold: number): Omission {
  const [first] = refused;
  if (first !== undefined) {
    const { code, custodian } = first;
    return { entry: hash, code, ...(custodian !== "" && { custodian }) };
  }
  return { entry: hash, code: shares.length < threshold ? "TooFewCustodians" : "WrongShare" };
}
