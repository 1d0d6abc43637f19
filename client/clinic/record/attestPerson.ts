// Attesting a person: the one way to a record. It goes through the roster, which knows whose identity is whose.
import type { Domain } from "../../../circuits/statement/encoding/code.ts";
import type { Field } from "../../../circuits/statement/encoding/field.ts";
import type { IdentityCode } from "../../handover/identityCode.ts";
import { bucketOf } from "../../handover/mailbox.ts";
import type { Classifier } from "../codes/classify.ts";
import type { Source } from "../read/source.ts";
import { personOf } from "../roster/person.ts";
import { bindIdentity, type Roster, withRecord } from "../roster/roster.ts";
import { type AttestedRecord, attestRecord, drawIdTagSalt } from "./attest.ts";
import { buildRecord, type Issued } from "./issue.ts";

export type Attesting = {
  readonly roster: Roster;
  readonly source: Source;
  readonly code: IdentityCode;
  readonly clinic: { readonly address: string; readonly name: string };
  /** Day of issue, since 1900-01-01. */
  readonly day: number;
  /** Domains in which the clinic declares to hold all it knows. */
  readonly completeFor: readonly Domain[];
  readonly codes?: Classifier | undefined;
  readonly coverageFromDay?: number | undefined;
  /** Text of the identity document that was checked. */
  readonly document?: string | undefined;
  readonly includePatientReported?: boolean;
  /** The person lost their wallet, and the code is of a new one. */
  readonly isRebinding?: boolean;
  /** Staff made sure that it is one person under several ids, numbers or charts. */
  readonly isSamePerson?: boolean;
};

type AttestedPerson = {
  /** To be stored before the file goes anywhere. */
  readonly roster: Roster;
  readonly issued: Issued;
  readonly attested: AttestedRecord;
  readonly commitment: Field;
  /** Records of wallets that the person lost: to be revoked before this one is anchored. */
  readonly lost: readonly Field[];
};

/**
 * Makes the record of a person for their wallet. Refuses with `IdentityTaken`, `PersonHasIdentity`, `RosterConflict`;
 * throws ClinicError for a chart that gives no record. Nothing is sent or stored.
 */
export function attestPerson(of: Attesting): AttestedPerson {
  const { source, code, clinic, day, document } = of;
  const person = personOf(source.patient, document);
  const { isRebinding = false, isSamePerson = false } = of;
  const bound = bindIdentity(of.roster, { person, code, day, isRebinding, isSamePerson });
  const salt = document === undefined ? undefined : drawIdTagSalt();
  const issued = buildRecord({
    source,
    issuer: clinic.address,
    issuedDay: day,
    identityCommitment: code.identityCommitment,
    identitySince: bound.identitySince,
    completeFor: of.completeFor,
    includePatientReported: of.includePatientReported === true,
    ...(of.codes && { codes: of.codes }),
    ...(of.coverageFromDay !== undefined && { coverageFromDay: of.coverageFromDay }),
    ...(document !== undefined && salt !== undefined && { idTag: { salt, document } }),
  });
  const { place, lost } = bound;
  const { attested, commitment } = attestRecord({
    record: issued.record,
    clinicName: clinic.name,
    mailbox: { bucket: bucketOf(place).bucket },
    ...(salt !== undefined && { idTagSalt: salt }),
  });
  const roster = withRecord(bound.roster, { place, commitment, day });
  return { roster, issued, attested, commitment, lost };
}
