// People of a clinic's roster, for tests: what their charts say of them, and the codes of their wallets.
import { toField } from "../../circuits/statement/encoding/field.ts";
import { type PersonInChart, personOf } from "../../client/clinic/roster/person.ts";
import type { IdentityCode } from "../../client/handover/identityCode.ts";

export const CLINIC = `0x${"c1".repeat(20)}`;
const MR = { coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0203", code: "MR" }] };

/** A medical record number as FHIR writes it. */
export const mrn = (value: string, system = "https://hospital.example/mrn") => ({
  type: MR,
  system,
  value,
});

/** Who the patient of a chart is. `at`: the server's base. */
export function chartOf(
  patient: { id?: string; identifier?: readonly object[] },
  { at, document }: { at?: string; document?: string } = {},
): PersonInChart {
  const fullUrl = at === undefined ? undefined : `${at}/Patient/${patient.id ?? "unknown"}`;
  const resource = { resourceType: "Patient", ...patient };
  return personOf(
    { path: "chart.json (Patient)", resource, ...(fullUrl !== undefined && { fullUrl }) },
    document,
  );
}

/** The code of the n-th wallet. */
export const codeOf = (n: number, recipient = `age1wallet${n}`): IdentityCode => ({
  identityCommitment: toField(BigInt(1000 + n)),
  recipient,
});
