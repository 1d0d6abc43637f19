// A participant's own packages as the page tells of them: what was sent and when, who may have opened it, what was
// corrected.
import {
  hashEntry,
  SOURCES,
  type Source,
} from "../../../../../circuits/statement/exchange/entry.ts";
import { ZERO_BYTES32 } from "../../../../../circuits/statement/trial/trial.ts";
import type { AuditEvent } from "../../../../api/event.ts";
import type { PublicEntry } from "../../../../api/exchange.ts";
import type { Access } from "../../../../exchange/access.ts";
import { anchorTimes } from "../../../../exchange/authority.ts";
import { type CorrectionName, correctionOf } from "../../../../exchange/correct.ts";
import { newestEntries } from "../../../../exchange/cut.ts";
import { packagesOf } from "../../../../exchange/read.ts";

/** One package of this person's. */
export type OwnPackage = {
  readonly entry: string;
  readonly collection: string;
  readonly source: Source;
  /** Of the data, since 1900-01-01. */
  readonly day: number;
  readonly sequence: number;
  /** When it was on the chain, Unix seconds; undefined: it is on its way. */
  readonly sentAt: number | undefined;
  /** Another has taken its place. */
  readonly isCorrected: boolean;
  /** Why it takes the place of another; "none" where it does not. */
  readonly correction: CorrectionName;
  /** SHA-256 of the sealed bytes, without 0x: its name in the exchange's store. */
  readonly digest: string;
  /** How often enough keys were released to open it, and when that was asked for last. */
  readonly openedTimes: number;
  readonly openedAt: number | undefined;
};

export function ownPackages(of: {
  readonly entries: readonly PublicEntry[];
  readonly pseudonym: bigint;
  readonly events: readonly AuditEvent[];
  readonly accesses: readonly Access[];
}): OwnPackage[] {
  const standing = new Set(newestEntries(of.entries).map(({ entry }) => hashEntry(entry)));
  const anchored = anchorTimes(of.events);
  return packagesOf(of.entries, of.pseudonym).map(({ entry, batch }) => {
    const hash = hashEntry(entry);
    const { collection, day, sequence, replaces, correction, ciphertextHash } = entry;
    const opened = of.accesses.filter((access) => access.opened.includes(hash));
    return {
      ...{ entry: hash, collection, day, sequence, source: sourceOf(entry.source) },
      sentAt: batch === undefined ? undefined : anchored.get(batch.toLowerCase()),
      isCorrected: !standing.has(hash),
      correction: replaces === ZERO_BYTES32 ? "none" : correctionOf(correction),
      digest: ciphertextHash.slice(2),
      openedTimes: opened.length,
      openedAt: opened[0]?.at,
    };
  });
}

function sourceOf(number: number): Source {
  const found = (Object.keys(SOURCES) as Source[]).find((name) => SOURCES[name] === number);
  if (found === undefined) throw new Error("an entry of no source");
  return found;
}

/** A correction that the site made. */
export type Correction = Pick<OwnPackage, "entry" | "collection" | "day" | "correction" | "sentAt">;

/** Newest first. */
export function correctionsOf(packages: readonly OwnPackage[]): Correction[] {
  return packages
    .filter(({ source, correction }) => source === "site" && correction !== "none")
    .reverse();
}
