// Attesting at the desk: a chart, an identity code and what the clinic declares become a record of a person in the roster.
import type { Domain } from "../../../../circuits/statement/encoding/code.ts";
import { parseDay } from "../../../../circuits/statement/encoding/day.ts";
import type { Classifier } from "../../../clinic/codes/classify.ts";
import type { Source } from "../../../clinic/read/source.ts";
import { attestPerson } from "../../../clinic/record/attestPerson.ts";
import { normaliseDocument } from "../../../desk/idTag.ts";
import { InputError } from "../../../files/inputError.ts";
import type { IdentityCode } from "../../../handover/identityCode.ts";
import type { Attested } from "../desk/entry.ts";
import type { ChangeRoster } from "../roster/session.tsx";

/** What staff fill in. Dates as YYYY-MM-DD; empty where they leave the default. */
type Declared = {
  readonly code: IdentityCode;
  readonly clinicName: string;
  /** Text of the identity document that was checked; empty when none was. */
  readonly document: string;
  readonly completeFor: readonly Domain[];
  readonly coverageFrom: string;
  /** The person lost their wallet, and the code is of a new one. */
  readonly isRebinding: boolean;
  /** Staff made sure that the roster knows this person by another number. */
  readonly isSamePerson: boolean;
  readonly includePatientReported: boolean;
  /** True when staff attest although the patient has died. */
  readonly isDeathKnown: boolean;
};

/**
 * Makes the record, and keeps in the roster whose it is. Throws ClinicError, InputError naming the field, or the
 * roster's Refusals. Nothing is sent.
 */
export async function attest(of: {
  source: Source;
  issuer: string;
  /** The chain's day. */
  issuedDay: number;
  codes: Classifier;
  declared: Declared;
  change: ChangeRoster;
}): Promise<Attested> {
  const { source, issuer, issuedDay: day, codes, declared } = of;
  const { document, coverageFrom, code, clinicName } = declared;
  if (document !== "" && normaliseDocument(document) === "") {
    throw new InputError("The identity document's text has no letter or digit.");
  }
  const coverageFromDay = coverageFrom === "" ? undefined : dayIn(coverageFrom, "Known since");
  return await of.change((roster) => {
    const made = attestPerson({
      ...declared,
      roster,
      source,
      codes,
      day,
      clinic: { address: issuer, name: clinicName },
      document: document === "" ? undefined : document,
      coverageFromDay,
    });
    const { issued, attested: file, commitment, lost } = made;
    if (issued.person.deceased && !declared.isDeathKnown) {
      throw new InputError("The patient has died. Say that you attest anyway.");
    }
    const result: Attested = {
      file,
      commitment,
      identity: code.identityCommitment,
      facts: issued.facts.length,
      completeFor: issued.completeFor,
      lost,
    };
    return { roster: made.roster, result };
  });
}

function dayIn(text: string, name: string): number {
  try {
    return parseDay(text);
  } catch {
    throw new InputError(`${name}: not a calendar date.`);
  }
}
