// The person check: a fixed program asking whether a record is about the person with this birth
// date, sex and document. Site and wallet build it alike, each from what it knows; only equal data
// give equal hashes.

import type { Leaf, Program } from "../../circuits/statement/criteria/program.ts";
import { encodeCode } from "../../circuits/statement/encoding/code.ts";
import { ONGOING } from "../../circuits/statement/encoding/day.ts";
import type { Bytes32 } from "../../circuits/statement/trial/trial.ts";
import { idTagOf } from "./idTag.ts";

const BIRTH_DATE = encodeCode("demographic", "loinc", "21112-8");
const SEX = encodeCode("demographic", "loinc", "46098-0");
/** Administrative sex as the record stores it (statement, SPEC). */
export const SEX_VALUES = { female: 1n, male: 2n, other: 3n, unknown: 4n } as const;
export type Sex = keyof typeof SEX_VALUES;

/** What staff read off the person and their identity document. */
export type Person = {
  /** YYYY-MM-DD. */
  readonly birthDate: string;
  readonly sex: Sex;
  /**
   * The document's text, for instance country and number; spelling differences are normalised away.
   */
  readonly document: string;
};

/**
 * The program for one challenge. The challenge is its salt, so that its hash tells nobody else
 * anything. Throws RangeError for an invalid birth date.
 */
export function personProgram(options: {
  person: Person;
  idTagSalt: Bytes32;
  challenge: Bytes32;
}): Program {
  const { person, idTagSalt, challenge } = options;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(person.birthDate)) throw new RangeError("birth date: YYYY-MM-DD");
  const tag = idTagOf({ salt: idTagSalt, document: person.document });
  return {
    size: 8,
    leaves: [
      exactly(BIRTH_DATE, BigInt(person.birthDate.replaceAll("-", ""))),
      exactly(SEX, SEX_VALUES[person.sex]),
      exactly(tag.code, tag.value),
    ],
    gates: [{ threshold: 3, leaves: [0, 1, 2], gates: [] }],
    // Any record of the person will do: how old or complete it is was the trial's question.
    policy: {
      maxRecordAge: ONGOING,
      minCoverage: 0,
      minDictionaryVersion: 0,
      domains: [],
      latestIdentitySince: ONGOING,
      codedIn: [],
    },
    salt: saltOf(challenge),
  };
}

function exactly(code: bigint, value: bigint): Leaf {
  return {
    kind: "any",
    codeLo: code,
    codeHi: code,
    valueLo: value,
    valueHi: value,
    relative: false,
    near: 0,
    far: ONGOING,
  };
}

/** A field element of at least 128 bits out of the challenge's 32 bytes. */
function saltOf(challenge: Bytes32): bigint {
  const bits = BigInt(challenge) & ((1n << 248n) - 1n);
  return bits | (1n << 247n);
}
