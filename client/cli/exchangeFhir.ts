// What a participant may take along of who used their data: FHIR R4, a file a type, a line a resource.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Resource } from "fhir/r4";
import type { Api } from "../api/api.ts";
import type { Access } from "../exchange/access.ts";
import { toDisclosureEvent } from "../exchange/accessFhir.ts";
import { entryProvenance } from "../exchange/entryFhir.ts";
import { packagesOf } from "../exchange/read.ts";
import { writeAtomically } from "../files/atomic.node.ts";
import { consentResource } from "../files/fhir.ts";
import type { Entries } from "./exchange.ts";

export type ToldAccess = Access & { readonly text: string | undefined };

/** Accesses as AuditEvents in IHE's profile for disclosures, a line each. */
export function disclosureLines(
  told: readonly ToldAccess[],
  of: { readonly trialId: string; readonly pseudonym: bigint; readonly server: string },
): Uint8Array {
  return linesOf(
    told.map(({ text, ...one }) => toDisclosureEvent(one, { ...of, purposeText: text })),
  );
}

/** Writes who asked, what was deposited and what is permitted into a folder; the files' names. */
export async function writeOwnFhir(
  folder: string,
  of: {
    readonly api: Api;
    readonly looked: Entries;
    readonly pseudonym: bigint;
    readonly told: readonly ToldAccess[];
  },
): Promise<string[]> {
  const { api, looked, pseudonym, told } = of;
  const { trialId, protocolNumber } = looked.trial.trial;
  const server = api.transport.url;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const files = {
    "AuditEvent.ndjson": disclosureLines(told, { trialId, pseudonym, server }),
    "Provenance.ndjson": linesOf(
      packagesOf(looked.entries, pseudonym).map((one) => entryProvenance(one, undefined)),
    ),
    "Consent.ndjson": linesOf(await consentsOf(of, protocolNumber)),
  };
  for (const [name, bytes] of Object.entries(files))
    await writeAtomically(join(folder, name), bytes);
  return Object.keys(files);
}

async function consentsOf(
  { api, looked, pseudonym }: { api: Api; looked: Entries; pseudonym: bigint },
  protocolNumber: string,
): Promise<Resource[]> {
  const me = (await api.participants(protocolNumber)).find((one) => one.pseudonym === pseudonym);
  if (me?.consent === undefined) return [];
  const { permissions, validUntil, recordedAt, version } = me.consent;
  const { downloads, trial } = looked;
  const form = downloads.state.versions.find((one) => one.version === version)?.terms;
  return [
    consentResource(trial.trial, {
      ...{ pseudonym, permissions, consentedAt: recordedAt, form: form?.consentFormHash },
      ...{ validUntil: BigInt(validUntil ?? 0), now: downloads.deployment.chainTime },
    }),
  ];
}

const linesOf = (resources: readonly object[]): Uint8Array =>
  new TextEncoder().encode(resources.map((one) => `${JSON.stringify(one)}\n`).join(""));
