// The files that an audit ends in, made when they are asked for.
import {
  type Audit,
  disclosures,
  entryProvenances,
  renderHtml,
  reportText,
  type ToldExchange,
} from "../../../auditor/browser.ts";
import { standingResources } from "../../../auditor/report/standing.ts";
import type { Collected } from "./exports.ts";
import type { FileName, HistoryResult } from "./messages.ts";

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html",
  json: "application/json",
  csv: "text/csv",
  ndjson: "application/fhir+ndjson",
};

type Made = HistoryResult & { audit: Audit; collected: Collected; told: ToldExchange };

export function makeFile(name: FileName, of: Made): Blob {
  const type = TYPES[name.split(".").at(-1)!]!;
  return new Blob(partsOf(name, of), { type });
}

function partsOf(name: FileName, { report, hash, audit, collected, told }: Made): string[] {
  switch (name) {
    case "report.html":
      return [renderHtml(report, hash)];
    case "report.json":
      return [reportText(report)];
    case "events.csv":
      return [...collected.csv];
    case "AuditEvent.ndjson":
      return [...collected.fhir];
    case "AuditEvent.disclosures.ndjson":
      return linesOf(disclosures(audit, told));
    case "Provenance.ndjson":
      return linesOf(entryProvenances(audit, told));
    default: {
      const kind = name.split(".")[0];
      return linesOf([...standingResources(audit)].filter((one) => one.resourceType === kind));
    }
  }
}

function linesOf(resources: Iterable<object>): string[] {
  return [...resources].map((resource) => `${JSON.stringify(resource)}\n`);
}
