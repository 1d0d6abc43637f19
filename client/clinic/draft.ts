// What the mappers of single resources return: facts in the making, and what they left out.
import { type Domain, encodeCode, SYSTEMS, type System } from "../../circuits/statement/code.ts";
import { systemOfUri } from "../../circuits/statement/dictionary.ts";
import type { CodeableConcept } from "./datatypes.ts";

/** A fact before roll-ups, ties and packing. */
export type Draft = {
  readonly domain: Domain;
  readonly system: System;
  readonly code: string;
  readonly day: number;
  /** Encoded value, PRESENT or UNUSABLE. */
  readonly value: bigint;
  /** Time of a result, in ms since the Unix epoch: the last of a day counts. */
  readonly instant?: number;
  /** Human name of the code. */
  readonly label: string;
  /** Why a value is UNUSABLE, or how a day was chosen. */
  readonly note?: string;
};

/** Something that is not in the record. `clears` are the domains whose absence it makes unprovable. */
export type LeftOut = {
  readonly path: string;
  readonly reason: string;
  readonly clears: readonly Domain[];
};

export type Mapped = { readonly drafts: readonly Draft[]; readonly leftOut: readonly Omission[] };
/** What a mapper left out; `map.ts` adds the resource's path before `field`. */
export type Omission = Omit<LeftOut, "path"> & { readonly field?: string };

/** What a mapper needs to know beyond its resource. */
export type MapContext = {
  readonly issuedDay: number;
  readonly birthDay: number;
  /** Takes statements made by the patient too, which otherwise are left out. */
  readonly includePatientReported: boolean;
  /** The resource a reference names, among those read: "#med1", "Medication/m1", a full URL. */
  readonly resolve: (reference: string) => unknown;
};

/** A resource that gives no facts. */
export function leaveOut(reason: string, clears: readonly Domain[] = []): Mapped {
  return { drafts: [], leftOut: [{ reason, clears }] };
}

export type KnownCoding = {
  readonly system: System;
  readonly code: string;
  readonly label: string;
};

/** Object identifiers that older exports write in place of a code system's URI (HL7 OID registry). */
const ALIASES = new Map<string, System>([
  ["urn:oid:2.16.840.1.113883.6.96", "snomed"],
  ["urn:oid:2.16.840.1.113883.6.90", "icd10cm"],
  ["urn:oid:2.16.840.1.113883.6.1", "loinc"],
  ["urn:oid:2.16.840.1.113883.6.88", "rxnorm"],
  ["urn:oid:2.16.840.1.113883.6.73", "atc"],
  ["urn:oid:2.16.840.1.113883.12.292", "cvx"],
]);

/** The code system of a FHIR URI, if facts can be coded in it. */
export function systemOf(uri: string | undefined): System | undefined {
  if (uri === undefined) return undefined;
  const system = systemOfUri(uri) ?? ALIASES.get(uri);
  return system === "concept" || system === "idTag" ? undefined : system;
}

/**
 * Every coding of a concept that a fact can carry, and why others cannot. When none can, absence in `domains` is
 * unprovable: the resource says something, and the record does not hold it.
 */
export function readCodings(
  concept: CodeableConcept | undefined,
  domains: readonly Domain[],
  field = "code",
): { known: KnownCoding[]; leftOut: Omission[] } {
  const known = new Map<string, KnownCoding>();
  const skipped: string[] = [];
  for (const { system: uri, code, display } of concept?.coding ?? []) {
    const system = systemOf(uri);
    if (system === undefined || code === undefined) {
      skipped.push(
        system === undefined ? `code system ${uri?.slice(0, 100) ?? "not given"}` : "no code",
      );
      continue;
    }
    try {
      const key = String(encodeCode(domains[0]!, system, code));
      if (!known.has(key))
        known.set(key, { system, code, label: display ?? concept?.text ?? code });
    } catch {
      skipped.push(`malformed ${SYSTEMS[system].name} code`);
    }
  }
  const codings = [...known.values()];
  if (codings.length === 0) {
    const why = skipped.length > 0 ? skipped.join(", ") : "no coding";
    return { known: [], leftOut: [{ field, reason: `not coded usably: ${why}`, clears: domains }] };
  }
  const reasons = [...new Set(skipped)].map((s) => `one coding not used: ${s}`);
  return { known: codings, leftOut: reasons.map((reason) => ({ field, reason, clears: [] })) };
}
