// Code systems by the names that records give them: FHIR URIs, object identifiers, national editions.

import { systemOfUri } from "../../../circuits/statement/dictionary/dictionary.ts";
import type { System } from "../../../circuits/statement/encoding/code.ts";

/**
 * Other names of a code system: object identifiers (HL7 OID registry), which older exports write in place of a URI,
 * and the German names (fhir.de, hl7.org/fhir/R4/terminologies-systems.html). Other national editions of ICD-10 and
 * every ICD-9 are not read.
 */
const ALIASES = new Map<string, System>([
  ["urn:oid:2.16.840.1.113883.6.96", "snomed"],
  ["urn:oid:2.16.840.1.113883.6.90", "icd10cm"],
  ["urn:oid:2.16.840.1.113883.6.3", "icd10"],
  ["http://fhir.de/CodeSystem/dimdi/icd-10-gm", "icd10gm"],
  ["http://hl7.org/fhir/sid/icd-10-de", "icd10gm"],
  ["urn:oid:2.16.840.1.113883.6.1", "loinc"],
  ["urn:oid:2.16.840.1.113883.6.88", "rxnorm"],
  ["urn:oid:2.16.840.1.113883.6.73", "atc"],
  ["https://www.whocc.no/atc", "atc"],
  ["http://fhir.de/CodeSystem/bfarm/atc", "atc"],
  ["http://fhir.de/CodeSystem/dimdi/atc", "atc"],
  ["urn:oid:2.16.840.1.113883.12.292", "cvx"],
  ["http://hl7.org/fhir/v3/ActCode", "actCode"],
  ["urn:oid:2.16.840.1.113883.5.4", "actCode"],
]);
/** Systems of our own, which no record's coding can claim. */
const OWN: readonly (System | undefined)[] = ["concept", "idTag", "pair"];

/** The code system of a FHIR URI, if facts can be coded in it. */
export function systemOf(uri: string | undefined): System | undefined {
  if (uri === undefined) return undefined;
  const plain = uri.trim().split("|")[0]!.replace(/\/$/, "");
  const system = systemOfUri(plain) ?? ALIASES.get(plain);
  return OWN.includes(system) ? undefined : system;
}
