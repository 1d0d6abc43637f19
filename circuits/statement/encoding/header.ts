// The record's header: who issued it, when, what period it covers, for which domains it is complete, and in which code
// systems all of a kind is coded.
import { DOMAINS, type Domain, type System } from "./code.ts";
import { DAY_BITS } from "./day.ts";
import { type Field, packBits, toField } from "./field.ts";

/**
 * Code systems of which a record can say that all of a kind is coded in them, with their bits. `icd10`: every condition
 * has a code of some edition, so that its category is written; `icd10cm`, `icd10gm`: of that very edition; `atc`: every
 * drug has a whole ATC code. Only then does the absence of a code say something.
 */
export const CODED_SYSTEMS = { icd10cm: 0, icd10: 1, icd10gm: 2, atc: 3 } as const satisfies {
  readonly [system in System]?: number;
};
export type CodedSystem = keyof typeof CODED_SYSTEMS;

export type Header = {
  /** Ethereum address of the accredited clinic. A word of its own in the record's commitment, not part of the packed one. */
  readonly issuer: string;
  readonly issuedDay: number;
  readonly coverageFromDay: number;
  readonly dictionaryVersion: number;
  /** Domains in which the record holds all that the issuer knows and nothing was left out. */
  readonly completeFor: readonly Domain[];
  /** Code systems in which all of a kind is coded. */
  readonly codedIn: readonly CodedSystem[];
  /** 0 for the person's first identity at the clinic, else the day it was re-bound. */
  readonly identitySince: number;
};

const DOMAIN_BITS = 16;
const CODED_BITS = 8;

/** One bit per domain, by its number. */
export function domainBits(domains: readonly Domain[]): bigint {
  return domains.reduce((bits, domain) => bits | (1n << BigInt(DOMAINS[domain])), 0n);
}

/** One bit per code system, by its number in {@link CODED_SYSTEMS}. */
export function codedBits(systems: readonly CodedSystem[]): bigint {
  return systems.reduce((bits, system) => bits | (1n << BigInt(CODED_SYSTEMS[system])), 0n);
}

/** Packs all of a header but its issuer into one field element (91 bits; layout in circuits/LAYOUT.md). */
export function packHeader(header: Omit<Header, "issuer">): Field {
  return toField(
    packBits([
      { name: "identitySince", value: BigInt(header.identitySince), bits: DAY_BITS },
      { name: "completeFor", value: domainBits(header.completeFor), bits: DOMAIN_BITS },
      { name: "dictionaryVersion", value: BigInt(header.dictionaryVersion), bits: 16 },
      { name: "coverageFromDay", value: BigInt(header.coverageFromDay), bits: DAY_BITS },
      { name: "issuedDay", value: BigInt(header.issuedDay), bits: DAY_BITS },
      { name: "codedIn", value: codedBits(header.codedIn), bits: CODED_BITS },
    ]),
  );
}
