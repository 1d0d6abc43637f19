// A public entry as FHIR R4 Provenance: who made it, when it stood on the chain, and what it corrects. What the entry
// stands for is in a package that only its recipients open: the target is the entry itself.
import type { Provenance, ProvenanceAgent } from "fhir/r4";
import { formatDay } from "../../circuits/statement/encoding/day.ts";
import type { Deposited } from "../../circuits/statement/exchange/authority.ts";
import { hashEntry } from "../../circuits/statement/exchange/entry.ts";
import { type Bytes32, ZERO_BYTES32 } from "../../circuits/statement/trial/trial.ts";
import { identifier, instant, subjectId } from "../files/fhir.ts";

export const AGENT_TYPE = "http://terminology.hl7.org/CodeSystem/provenance-participant-type";
export const OPERATION = "http://terminology.hl7.org/CodeSystem/v3-DataOperation";
export const ENTRY_SYSTEM = "urn:cohort-zero:entry";

/** `anchoredAt`: Unix seconds of its batch; without one, the entry's own day stands for it. */
export function entryProvenance(
  { entry, authority }: Deposited,
  anchoredAt: number | undefined,
): Provenance {
  const { pseudonym, replaces, collection, trialId } = entry;
  const isCorrection = replaces !== ZERO_BYTES32;
  return {
    resourceType: "Provenance",
    id: hashEntry(entry).slice(2, 66),
    target: [{ ...entryReference(hashEntry(entry)), display: collection }],
    recorded:
      anchoredAt === undefined ? `${formatDay(entry.day)}T00:00:00.000Z` : instant(anchoredAt),
    activity: { coding: [{ system: OPERATION, code: isCorrection ? "UPDATE" : "CREATE" }] },
    agent: [entryAgent(authority, pseudonym.toString())],
    entity: [
      {
        role: "source",
        what: { reference: `ResearchSubject/${subjectId({ trialId }, pseudonym)}` },
      },
      ...(isCorrection ? [{ role: "revision" as const, what: entryReference(replaces) }] : []),
    ],
  };
}

/** Who made an entry: the participant by their pseudonym, or somebody for a site by the key. */
export function entryAgent(
  authority:
    | { readonly kind: "participant" }
    | { readonly kind: "staff"; readonly siteId: number; readonly key: string },
  pseudonym: string,
): ProvenanceAgent {
  const typed = (code: string) => ({ coding: [{ system: AGENT_TYPE, code }] });
  if (authority.kind === "participant") {
    const who = { type: "Patient", identifier: identifier("pseudonym", pseudonym) };
    return { type: typed("author"), who };
  }
  const site = { system: "urn:cohort-zero:site", value: `${authority.siteId}` };
  return {
    type: typed("enterer"),
    who: { identifier: identifier("account", authority.key) },
    onBehalfOf: { type: "Organization", identifier: site },
  };
}

/** An entry as what it is called by: its hash. */
export function entryReference(entry: Bytes32) {
  return { identifier: { system: ENTRY_SYSTEM, value: entry } };
}
