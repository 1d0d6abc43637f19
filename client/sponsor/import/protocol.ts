// Protocols that others wrote, from the formats in which they are exchanged, to criteria with their source text beside.
import { suggestProtocolNumber } from "../../../circuits/statement/trial/protocolNumber.ts";
import { importCirce, isCirce } from "./circe.ts";
import { importClinicalTrials, isClinicalTrials } from "./clinicalTrials.ts";
import { importCtml, isCtml } from "./ctml.ts";
import { criteriaOf, hasAt, ImportError, type Imported } from "./imported.ts";
import { importUsdm, isUsdm } from "./usdm.ts";

const FORMATS = [
  { matches: isClinicalTrials, read: importClinicalTrials },
  { matches: isUsdm, read: importUsdm },
  { matches: isCtml, read: importCtml },
  { matches: isCirce, read: importCirce },
] as const;

/** A larger file is no single study: it is a whole registry, or a mistake. */
export const MAX_PROTOCOL_BYTES = 20 * 1024 * 1024;

const KNOWN = "ClinicalTrials.gov v2 JSON, CDISC USDM JSON (v3, v4), CTML JSON, OHDSI CIRCE JSON";

/** Reads a protocol's text. Throws ImportError when it is empty, no JSON, of no known format or without criteria. */
export function readProtocol(text: string): Imported {
  if (text.trim() === "") throw new ImportError("is empty");
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    throw new ImportError("is not JSON; export the study as JSON");
  }
  return importProtocol(json);
}

/** Reads a protocol (JSON, already parsed). Throws ImportError when its format is not known or it holds no criteria. */
function importProtocol(json: unknown): Imported {
  const format = FORMATS.find(({ matches }) => matches(json));
  if (format === undefined) {
    const several = Array.isArray(json) || hasAt(json, "studies");
    const what = several ? "holds several studies: import one at a time" : "";
    throw new ImportError(what || `is not in a format that can be read: ${KNOWN}`);
  }
  return format.read(json);
}

export type Shares = {
  readonly criteria: number;
  readonly mapped: number;
  readonly partly: number;
  readonly attested: number;
};

/** How many criteria a record answers. */
export function sharesOf({ lines }: Imported): Shares {
  const count = (outcome: string) => lines.filter((line) => line.outcome === outcome).length;
  return {
    criteria: lines.length,
    mapped: count("mapped"),
    partly: count("partly"),
    attested: count("attested"),
  };
}

/** Marks the places in a file that the author must fill in. */
export const TO_FILL_IN = "To be filled in";

/** A trial file to go on with: the criteria as read; what the source does not say is `blank`. */
export function draftOf(imported: Imported, blank = ""): object {
  const { number, title, format, about } = imported;
  return {
    protocolNumber: suggestProtocolNumber(number ?? "") ?? suggestProtocolNumber(blank) ?? blank,
    title: title.slice(0, 300) || blank,
    phase: about?.phase ?? "n-a",
    sponsor: about?.sponsor?.slice(0, 200) ?? blank,
    summary: about?.summary?.slice(0, 5000) ?? blank,
    identityDocument: blank,
    sources: [`${format}${number === undefined ? "" : `, ${number}`}`.slice(0, 300)],
    criteria: criteriaOf(imported),
    consentForm: {
      version: 1,
      title: blank,
      text: blank,
      permissions: [{ id: "participate", label: "I take part in this study.", required: true }],
    },
    sites: [{ id: 1, name: blank, capacity: 10 }],
    capacity: 10,
    arrivalDeadlineDays: 30,
    requires: { reconsent: false, rescreening: false },
  };
}
