// What the mappers of single resources return: facts in the making, and what they left out.

import type { BaseDomain } from "../../../circuits/statement/dictionary/concept.ts";
import type { Domain, System } from "../../../circuits/statement/encoding/code.ts";
import type { CodedSystem } from "../../../circuits/statement/encoding/header.ts";
import type { Sex } from "../../desk/person.ts";
import type { Classifier } from "../codes/classify.ts";
import type { Reference } from "./datatypes.ts";

/** A fact before roll-ups, ties and packing. */
export type Draft = {
  readonly domain: Domain;
  readonly system: System;
  readonly code: string;
  readonly day: number;
  /** Encoded value; EARLIEST, EXACT or LATEST where nothing is measured; or UNUSABLE. */
  readonly value: bigint;
  /** A measured quantity before its one rounding, where that took digits away: what is derived starts from it. */
  readonly exact?: string;
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
  /** Codes that nobody has classified, for the clinic's work list. */
  readonly unlisted?: readonly UnlistedCode[];
};

/** A code of which nobody has said to which concepts it belongs. */
export type UnlistedCode = {
  readonly base: BaseDomain;
  readonly system: string;
  readonly code: string;
  readonly display?: string;
};

export type Mapped = { readonly drafts: readonly Draft[]; readonly leftOut: readonly Omission[] };
/** What a mapper left out; `map.ts` adds the resource's path before `field`. */
export type Omission = Omit<LeftOut, "path"> & { readonly field?: string };

/** Days within which something happened, both inclusive; one and the same when the day is known. */
export type Span = { readonly from: number; readonly to: number };

/** What the systems are about: a condition's domains, a drug's. Allergies, relatives and reasons of stays are not. */
export type Coded = "condition" | "medication";
/** Notes how each statement is coded. */
export type NoteCoded = (of: Coded, systems: readonly CodedSystem[]) => void;

/** What a mapper needs to know beyond its resource. */
export type MapContext = {
  readonly issuedDay: number;
  /** The day of birth; a span where the chart gives only its month or year. */
  readonly birth: Span;
  readonly sex: Sex;
  /** Takes statements made by the patient too, which otherwise are left out. */
  readonly includePatientReported: boolean;
  /** Which concepts a code belongs to, by the clinic's own table and the dictionary's. */
  readonly codes: Classifier;
  /** The resource a reference names, among those read: "#med1", "Medication/m1", a full URL. */
  readonly resolve: (reference: string) => unknown;
  /** Notes how a statement about a condition or a drug is coded. */
  readonly noteCoded: NoteCoded;
  /** True when a reference names the patient or a relative: what they say is not the clinic's word. */
  readonly saidByPatient: (reference: Reference | undefined) => boolean;
};

/** A resource that gives no facts. */
export function leaveOut(reason: string, clears: readonly Domain[] = []): Mapped {
  return { drafts: [], leftOut: [{ reason, clears }] };
}

/** A code under which a statement is written: one of its own, a category above it, a concept that holds it. */
export type WrittenCode = {
  readonly system: System;
  readonly code: string;
  readonly label: string;
  /** Why it is not sure that the statement belongs under this code: its facts block and satisfy nothing. */
  readonly doubt?: string;
};

/** The codes of a statement, and what could not be read of them. */
export type Codings = {
  readonly known: readonly WrittenCode[];
  readonly leftOut: readonly Omission[];
  /** Code systems in which the whole statement is coded. */
  readonly codedIn: readonly CodedSystem[];
};
