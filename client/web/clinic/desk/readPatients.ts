// Files that were dropped, to patients on the desk. Nothing of it leaves the page.
import type { Record } from "../../../../circuits/witness/record.ts";
import { commitRecord } from "../../../../circuits/witness/record.ts";
import { ClinicError, type Problem } from "../../../clinic/problem.ts";
import { ALL_DOMAINS } from "../../../clinic/read/incomplete.ts";
import { READABLE, readFiles } from "../../../clinic/read/read.ts";
import type { Source } from "../../../clinic/read/source.ts";
import {
  ATTESTED_FORMAT,
  type AttestedRecord,
  parseAttested,
} from "../../../clinic/record/attest.ts";
import { buildRecord, type Issued, type IssueOptions } from "../../../clinic/record/issue.ts";
import { deathWords } from "./death.ts";
import type { Entry, PersonLabel } from "./entry.ts";

type NewEntry = Omit<Entry, "id" | "key" | "isHandedOver">;

export type Reading = {
  readonly entries: readonly NewEntry[];
  readonly problems: readonly Problem[];
  /** Files without a problem, which can be read when the others cannot. */
  readonly good: readonly File[];
};

const NOBODY = `0x${"00".repeat(20)}`;
const MOST_NAME = 100;

/** Reads charts and files that were attested before. Problems refuse the charts as a whole. */
export async function readPatients(
  files: readonly File[],
  clinic: string,
  day: number,
): Promise<Reading> {
  const problems: Problem[] = [];
  const entries: NewEntry[] = [];
  const charts: File[] = [];
  for (const file of files) {
    const attested = await attestedIn(file);
    if (attested !== undefined) {
      const found = openAttested(file.name, attested, clinic);
      if ("reason" in found) problems.push(found);
      else entries.push(found);
    } else if (READABLE.test(file.name)) charts.push(file);
    else problems.push({ path: file.name, reason: "is not a .json, .ndjson or .gz file" });
  }
  const sources = await readCharts(charts, problems);
  for (const source of sources) {
    try {
      const died = deathWords(issue({ source, issuedDay: day }).person);
      entries.push({ clinic, source, person: { ...labelOf(source), ...(died && { died }) } });
    } catch (error) {
      if (!(error instanceof ClinicError)) throw error;
      problems.push(...error.problems);
    }
  }
  const isBad = ({ name }: File) => problems.some(({ path }) => path.startsWith(name));
  return { entries, problems, good: files.filter((file) => !isBad(file)) };
}

async function readCharts(charts: readonly File[], problems: Problem[]): Promise<Source[]> {
  if (charts.length === 0) return [];
  try {
    return await readFiles(charts.length === 1 ? charts[0]!.name : "These files", charts);
  } catch (error) {
    if (!(error instanceof ClinicError)) throw error;
    problems.push(...error.problems);
    return [];
  }
}

/** The record that a chart would become, for nobody yet: what it holds does not depend on whose it is. */
export function issue(
  options: Pick<IssueOptions, "source" | "issuedDay" | "includePatientReported" | "codes">,
): Issued {
  return buildRecord({
    ...options,
    issuer: NOBODY,
    identityCommitment: 1n,
    identitySince: 0,
    completeFor: ALL_DOMAINS,
  });
}

async function attestedIn(file: File): Promise<AttestedRecord | undefined> {
  if (!/\.json$/i.test(file.name)) return undefined;
  try {
    const json = JSON.parse(await file.text()) as AttestedRecord | null;
    return json?.format === ATTESTED_FORMAT ? json : undefined;
  } catch {
    return undefined;
  }
}

function openAttested(name: string, file: AttestedRecord, clinic: string): Problem | NewEntry {
  try {
    const { record } = parseAttested(file);
    if (BigInt(record.header.issuer) !== BigInt(clinic)) {
      return {
        path: name,
        reason: "was attested by another clinic; only that clinic can anchor it",
      };
    }
    const attested = { ...describe(record), file: { ...file, batch: null } };
    return { clinic, source: undefined, person: { name }, attested };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { path: name, reason: error.message };
  }
}

function describe(record: Record) {
  return {
    commitment: commitRecord(record),
    identity: record.identityCommitment,
    facts: record.facts.length,
    completeFor: record.header.completeFor,
    lost: [],
  };
}

/** Name, birth date and sex as the chart has them, shortened: a chart may say anything. */
function labelOf({ patient: { resource } }: Source): PersonLabel {
  const { name, birthDate, gender } = resource as { [key: string]: unknown };
  return {
    name: nameIn(name) ?? "Name not given",
    ...(typeof birthDate === "string" && { birthDate: birthDate.slice(0, 10) }),
    ...(typeof gender === "string" && { sex: gender.slice(0, 10) }),
  };
}

function nameIn(names: unknown): string | undefined {
  const [first] = Array.isArray(names) ? (names as unknown[]) : [];
  const { text, family, given } = (first ?? {}) as { [key: string]: unknown };
  const parts = [...(Array.isArray(given) ? (given as unknown[]) : []), family];
  const joined = parts.filter((part) => typeof part === "string").join(" ");
  const whole = typeof text === "string" && text !== "" ? text : joined;
  return whole.trim() === "" ? undefined : whole.slice(0, MOST_NAME);
}
