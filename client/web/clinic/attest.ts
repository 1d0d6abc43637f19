// Attesting at the desk: a chart, an identity code and what the clinic declares become a record.
import type { Domain } from "../../../circuits/statement/code.ts";
import { parseDay } from "../../../circuits/statement/day.ts";
import { type Field, parseField } from "../../../circuits/statement/field.ts";
import { attestRecord, drawIdTagSalt } from "../../clinic/attest.ts";
import type { Classifier } from "../../clinic/classify.ts";
import { buildRecord } from "../../clinic/issue.ts";
import type { Source } from "../../clinic/source.ts";
import { normaliseDocument } from "../../id-tag.ts";
import { InputError } from "../../input-error.ts";
import type { Attested, Entry } from "./entry.ts";

/** What staff fill in. Dates as YYYY-MM-DD; empty where they leave the default. */
export type Declared = {
  readonly identity: Field;
  readonly clinicName: string;
  /** Text of the identity document that was checked; empty when none was. */
  readonly document: string;
  readonly completeFor: readonly Domain[];
  readonly coverageFrom: string;
  /** Day on which a new identity replaced the person's earlier one here; empty for the first. */
  readonly identitySince: string;
  readonly includePatientReported: boolean;
  /** True when staff attest although the patient has died. */
  readonly isDeathKnown: boolean;
};

/** Makes the record. Throws ClinicError, or InputError naming the field. Nothing is sent. */
export function attest(of: {
  source: Source;
  issuer: string;
  /** The chain's day. */
  issuedDay: number;
  codes: Classifier;
  declared: Declared;
}): Attested {
  const { source, issuer, issuedDay, codes, declared } = of;
  const { document, coverageFrom, identitySince, identity } = declared;
  if (document !== "" && normaliseDocument(document) === "") {
    throw new InputError("The identity document's text holds no letter or digit.");
  }
  const salt = document === "" ? undefined : drawIdTagSalt();
  const issued = buildRecord({
    source,
    issuer,
    issuedDay,
    codes,
    identityCommitment: identity,
    identitySince: identitySince === "" ? 0 : dayIn(identitySince, "The day of the new wallet"),
    completeFor: declared.completeFor,
    includePatientReported: declared.includePatientReported,
    ...(coverageFrom !== "" && { coverageFromDay: dayIn(coverageFrom, "Known since") }),
    ...(salt !== undefined && { idTag: { salt, document } }),
  });
  if (issued.person.deceased && !declared.isDeathKnown) {
    throw new InputError("The patient has died. Say that you attest all the same.");
  }
  const { attested: file, commitment } = attestRecord({
    record: issued.record,
    clinicName: declared.clinicName,
    ...(salt !== undefined && { idTagSalt: salt }),
  });
  const { completeFor } = issued;
  return { file, commitment, identity, facts: issued.facts.length, completeFor };
}

function dayIn(text: string, name: string): number {
  try {
    return parseDay(text);
  } catch {
    throw new InputError(`${name}: not a day of the calendar.`);
  }
}

/**
 * The identity code that a wallet shows. Throws InputError when it is none, or when another patient on the desk has
 * it: one wallet holds one person's record.
 */
export function readIdentity(text: string, others: readonly Entry[]): Field {
  const identity = parse(text.replace(/\s/g, ""));
  if (others.some(({ attested }) => attested?.identity === identity)) {
    throw new InputError(
      "This is the identity code of another patient on this desk. Ask this patient for theirs.",
    );
  }
  return identity;
}

function parse(digits: string): Field {
  try {
    const field = parseField(digits);
    if (field !== 0n) return field;
  } catch {
    // Said below, for every way to be wrong.
  }
  throw new InputError(
    "This is not an identity code. It is a long number that the patient's wallet shows; copy all of it.",
  );
}
