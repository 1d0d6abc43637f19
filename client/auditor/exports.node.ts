// Files for those who read other formats: FHIR R4 as NDJSON (one resource a line) and the events
// as CSV. Written as the history goes by, so that memory does not grow with it.
import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Deployment } from "../../contracts/deployment.ts";
import type { Audit } from "./audit.ts";
import { CSV_HEAD, csvRow } from "./csv.ts";
import type { Event } from "./event.ts";
import { toAuditEvent, toConsent, toResearchStudy, toResearchSubject } from "./fhir.ts";
import { addressesOf } from "./source.ts";

const FILES = ["AuditEvent", "ResearchStudy", "ResearchSubject", "Consent"] as const;

export type Exports = {
  readonly onEvent: (event: Event) => void;
  /** Writes what stands at the end; returns the files' names. */
  readonly finish: (audit: Audit) => string[];
};

/** Starts the export files in a folder. */
export function createExports(folder: string, deployment: Deployment): Exports {
  mkdirSync(folder, { recursive: true });
  const addresses = addressesOf(deployment);
  const open = (name: string) => openSync(join(folder, name), "w");
  const fhir = Object.fromEntries(FILES.map((type) => [type, open(`${type}.ndjson`)])) as Record<
    (typeof FILES)[number],
    number
  >;
  const csv = open("events.csv");
  const put = (file: number, value: object) => writeSync(file, `${JSON.stringify(value)}\n`);
  writeSync(csv, `${CSV_HEAD}\r\n`);
  return {
    onEvent: (event) => {
      writeSync(csv, `${csvRow(event)}\r\n`);
      put(fhir.AuditEvent, toAuditEvent(event, addresses[event.contract]!));
    },
    finish: ({ world, source }) => {
      const now = source.head.timestamp;
      for (const trial of world.trials.values()) {
        put(fhir.ResearchStudy, toResearchStudy(trial));
        for (const [pseudonym, who] of trial.participants) {
          // Made up for a finding: FHIR has no code for a subject who never was one.
          if (who.state === 0) continue;
          put(fhir.ResearchSubject, toResearchSubject(trial, pseudonym, who));
          put(fhir.Consent, toConsent(trial, { pseudonym, who, now }));
        }
      }
      for (const file of [...Object.values(fhir), csv]) closeSync(file);
      return [...FILES.map((type) => `${type}.ndjson`), "events.csv"];
    },
  };
}
