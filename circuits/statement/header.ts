// The record's header: who issued it, when, what period it covers and for which domains it is complete.
import { DOMAINS, type Domain } from "./code.ts";
import { DAY_BITS } from "./day.ts";
import { bitsOf, type Field, packBits, toField } from "./field.ts";

export type Header = {
  /** Ethereum address of the accredited clinic. */
  readonly issuer: string;
  readonly issuedDay: number;
  readonly coverageFromDay: number;
  readonly dictionaryVersion: number;
  /** Domains in which the record holds all that the issuer knows and nothing was left out. */
  readonly completeFor: readonly Domain[];
  /** 0 for the person's first identity at the clinic, else the day it was re-bound. */
  readonly identitySince: number;
};

/** One bit per domain, by its number. */
export function domainBits(domains: readonly Domain[]): bigint {
  return domains.reduce((bits, domain) => bits | (1n << BigInt(DOMAINS[domain])), 0n);
}

/** The domains named by a bit mask. */
export function domainsOf(bits: bigint): Domain[] {
  return (Object.keys(DOMAINS) as Domain[]).filter((d) => (bits >> BigInt(DOMAINS[d])) & 1n);
}

/** Packs a header into one field element (243 bits; layout in circuits/README.md). */
export function packHeader(header: Header): Field {
  return toField(
    packBits([
      { name: "identitySince", value: BigInt(header.identitySince), bits: DAY_BITS },
      { name: "completeFor", value: domainBits(header.completeFor), bits: 16 },
      { name: "dictionaryVersion", value: BigInt(header.dictionaryVersion), bits: 16 },
      { name: "coverageFromDay", value: BigInt(header.coverageFromDay), bits: DAY_BITS },
      { name: "issuedDay", value: BigInt(header.issuedDay), bits: DAY_BITS },
      { name: "issuer", value: BigInt(header.issuer), bits: 160 },
    ]),
  );
}

/** The parts of a packed header. */
export function unpackHeader(word: bigint): Header {
  return {
    identitySince: Number(bitsOf(word, 0, DAY_BITS)),
    completeFor: domainsOf(bitsOf(word, 17, 16)),
    dictionaryVersion: Number(bitsOf(word, 33, 16)),
    coverageFromDay: Number(bitsOf(word, 49, DAY_BITS)),
    issuedDay: Number(bitsOf(word, 66, DAY_BITS)),
    issuer: `0x${bitsOf(word, 83, 160).toString(16).padStart(40, "0")}`,
  };
}
