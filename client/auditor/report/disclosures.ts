// Every access to research data that an audit saw, as FHIR AuditEvents in IHE's profile for disclosures, and every
// public entry as Provenance.
import type { AuditEvent, Provenance } from "fhir/r4";
import { hashEntry, isKeyEntry } from "../../../circuits/statement/exchange/entry.ts";
import type { Bytes32 } from "../../../circuits/statement/trial/trial.ts";
import { type Access, answersByRequest, openedOf } from "../../exchange/access.ts";
import { toDisclosureEvent } from "../../exchange/accessFhir.ts";
import { entryProvenance } from "../../exchange/entryFhir.ts";
import type { Audit } from "../audit/audit.ts";
import { ANSWER_SECONDS } from "../replay/exchangeEmergency.ts";
import { personKey } from "../replay/exchangeState.ts";
import type { World } from "../replay/state.ts";
import type { ToldExchange } from "../server/compareExchange.ts";

/** One event for each participant of a cut that somebody asked to open, and for each emergency. */
export function* disclosures({ world, source }: Audit, told: ToldExchange): Generator<AuditEvent> {
  const { CutRegistry, EmergencyAccess } = source.deployment.addresses;
  const answers = answersByRequest(
    [...told.receipts].map(([custodian, receipts]) => ({ custodian, receipts })),
  );
  const entries = entriesByPerson(told);
  const accessOf = (
    { trialId, pseudonym }: { trialId: Bytes32; pseudonym: bigint },
    asked: Omit<Access, "answers" | "opened">,
  ): AuditEvent => {
    const own = entries.get(personKey(trialId, pseudonym)) ?? new Set();
    const all = answers.get(`${asked.registry.toLowerCase()} ${asked.requestId}`) ?? [];
    const given = all.filter(({ entry }) => own.has(entry));
    const opened = openedOf(given, thresholdOf(world, trialId));
    const server = `urn:cohort-zero:account:${asked.registry.toLowerCase()}`;
    return toDisclosureEvent({ ...asked, answers: given, opened }, { trialId, pseudonym, server });
  };
  for (const request of world.exchange.requests.values()) {
    const { requestId, cutId, trialId, staff: by, purpose, requestedAt: at, until } = request;
    const asked = { kind: "request", registry: CutRegistry, requestId, cutId, by } as const;
    const ends = { purpose, at, until: Number(until), purgedAt: request.purgedAt };
    for (const pseudonym of world.exchange.cuts.get(cutId)?.pseudonyms ?? [])
      yield accessOf({ trialId, pseudonym }, { ...asked, ...ends, closedAt: undefined });
  }
  for (const one of world.exchange.cases.values()) {
    const { caseId: requestId, clinician: by, reason: purpose, openedAt: at, closedAt } = one;
    const asked = { kind: "emergency", registry: EmergencyAccess, requestId, by } as const;
    const ends = { purpose, at, until: at + ANSWER_SECONDS, closedAt, purgedAt: undefined };
    yield accessOf(one, { ...asked, ...ends, cutId: undefined });
  }
}

/** A Provenance for every public entry of data. */
export function* entryProvenances(
  { world }: Audit,
  { entries }: ToldExchange,
): Generator<Provenance> {
  for (const row of [...(entries?.values() ?? [])].flat()) {
    if (isKeyEntry(row.entry)) continue;
    const batch = row.batch === undefined ? undefined : world.exchange.batches.get(row.batch);
    yield entryProvenance(row, batch?.anchoredAt);
  }
}

function entriesByPerson({ entries }: ToldExchange): ReadonlyMap<string, Set<Bytes32>> {
  const found = new Map<string, Set<Bytes32>>();
  for (const { entry } of [...(entries?.values() ?? [])].flat()) {
    const key = personKey(entry.trialId, entry.pseudonym);
    found.set(key, (found.get(key) ?? new Set()).add(hashEntry(entry)));
  }
  return found;
}

function thresholdOf({ trials }: World, trialId: Bytes32): number {
  const trial = trials.get(trialId);
  return trial?.versions.get(trial.current)?.terms.custodianThreshold ?? 0;
}
