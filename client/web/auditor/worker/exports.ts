// What an audit's events look like in other formats, kept as they go by.

import { parseDeployment } from "../../../../contracts/deployment.ts";
import { CSV_HEAD, csvRow, type Event, toAuditEvent } from "../../../auditor/browser.ts";
import { addressesOf } from "../../../auditor/node/source.ts";

export type Collected = {
  readonly onEvent: (event: Event) => void;
  /** Lines of events.csv, with the head. */
  readonly csv: readonly string[];
  /** Lines of AuditEvent.ndjson. */
  readonly fhir: readonly string[];
};

/** Collects events. An invalid deployment leaves it empty: the audit itself reports that. */
export function collectExports(deployment: unknown): Collected {
  const csv = [`${CSV_HEAD}\r\n`];
  const fhir: string[] = [];
  let addresses: Readonly<Record<string, string>> | undefined;
  return {
    csv,
    fhir,
    onEvent: (event) => {
      addresses ??= addressesOf(parseDeployment(deployment));
      csv.push(`${csvRow(event)}\r\n`);
      fhir.push(`${JSON.stringify(toAuditEvent(event, addresses[event.contract]!))}\n`);
    },
  };
}
