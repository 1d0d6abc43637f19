// Files for those who read other formats: FHIR R4 as NDJSON (one resource a line) and the events
// as CSV. Written as the history goes by, so that memory does not grow with it.
import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Deployment } from "../../../contracts/deployment.ts";
import type { Audit } from "../audit/audit.ts";
import type { Event } from "../node/event.ts";
import { addressesOf } from "../node/source.ts";
import { CSV_HEAD, csvRow } from "./csv.ts";
import { toAuditEvent } from "./fhir.ts";
import { standingResources } from "./standing.ts";

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
    finish: (audit) => {
      for (const resource of standingResources(audit)) put(fhir[resource.resourceType], resource);
      for (const file of [...Object.values(fhir), csv]) closeSync(file);
      return [...FILES.map((type) => `${type}.ndjson`), "events.csv"];
    },
  };
}
