// The files that an audit ends in, made when they are asked for.
import { type Audit, renderHtml, reportText } from "../../auditor/browser.ts";
import { standingResources } from "../../auditor/standing.ts";
import type { Collected } from "./exports.ts";
import type { FileName, HistoryResult } from "./messages.ts";

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html",
  json: "application/json",
  csv: "text/csv",
  ndjson: "application/fhir+ndjson",
};

export function makeFile(
  name: FileName,
  of: HistoryResult & { audit: Audit; collected: Collected },
): Blob {
  const type = TYPES[name.split(".")[1]!]!;
  return new Blob(partsOf(name, of), { type });
}

function partsOf(
  name: FileName,
  { report, hash, audit, collected }: HistoryResult & { audit: Audit; collected: Collected },
): string[] {
  switch (name) {
    case "report.html":
      return [renderHtml(report, hash)];
    case "report.json":
      return [reportText(report)];
    case "events.csv":
      return [...collected.csv];
    case "AuditEvent.ndjson":
      return [...collected.fhir];
    default: {
      const kind = name.split(".")[0];
      return [...standingResources(audit)]
        .filter(({ resourceType }) => resourceType === kind)
        .map((resource) => `${JSON.stringify(resource)}\n`);
    }
  }
}
