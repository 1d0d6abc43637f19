// A FHIR terminology server that tells of which concepts a code is a member (hl7.org/fhir/R4/valueset-operation-validate-code.html).
// It is sent codes and value sets, never a patient's data, and asked once for each code.
import { z } from "zod";
import {
  type BaseDomain,
  CONCEPTS,
  type Concept,
  conceptsNamed,
  DICTIONARY_VERSION,
} from "../../../circuits/statement/dictionary/dictionary.ts";
import { descentsOf, type Include } from "../../../circuits/statement/dictionary/valueSet.ts";
import { KINDS } from "../../../circuits/statement/encoding/domains.ts";
import { systemOf } from "./codeSystem.ts";
import type { CodeDecision } from "./codeTable.ts";

const SNOMED = "http://snomed.info/sct";
/** Questions in one request. */
const BATCH = 50;
const TIMEOUT_MS = 30_000;

export type AskedCode = {
  readonly base: BaseDomain;
  readonly system: string;
  readonly code: string;
  readonly display?: string;
};
type ServerAnswer =
  | { readonly decision: CodeDecision }
  /** Why nothing is decided about the code. */
  | { readonly code: AskedCode; readonly problem: string };
type TermServer = {
  readonly software: string;
  readonly decide: (code: AskedCode, by: string, at: string) => Promise<ServerAnswer>;
};

/** What cannot go on: the server is not there, or is no FHIR server. */
export class TermServerError extends Error {
  override readonly name = "TermServerError";
}

const capability = z.looseObject({
  resourceType: z.literal("CapabilityStatement"),
  software: z.looseObject({ name: z.string(), version: z.string().optional() }).optional(),
});
const answers = z.looseObject({
  resourceType: z.literal("Bundle"),
  entry: z.array(
    z.looseObject({
      response: z.looseObject({ status: z.string() }).optional(),
      resource: z
        .looseObject({
          resourceType: z.string(),
          parameter: z
            .array(z.looseObject({ name: z.string(), valueBoolean: z.boolean().optional() }))
            .optional(),
        })
        .optional(),
    }),
  ),
});

/** True for codes that a server knows: few drugs of the dictionary are listed in SNOMED CT, results need LOINC. */
export function canBeAsked({ base, system }: AskedCode): boolean {
  return KINDS[base].isServed === true && systemOf(system) === "snomed";
}

/** Opens a terminology server by its FHIR base. Throws TermServerError saying what to do. */
export async function openTermServer(given: string, timeoutMs = TIMEOUT_MS): Promise<TermServer> {
  const { base, headers } = addressOf(given);
  const request = (path: string, init: RequestInit) =>
    send(`${base}${path}`, base, { ...init, headers, signal: AbortSignal.timeout(timeoutMs) });
  const statement = capability.safeParse(await request("/metadata", { method: "GET" }));
  if (!statement.success) {
    throw new TermServerError(
      `${base}: no FHIR server answers there; give its base URL, such as https://host/fhir`,
    );
  }
  const { name, version } = statement.data.software ?? {};
  const software = name === undefined ? "not stated" : `${name} ${version ?? ""}`.trim();
  const ask = async (questions: readonly Question[]) => {
    const body = JSON.stringify(batchOf(questions));
    return readAnswers(await request("", { method: "POST", body }), questions.length);
  };
  return {
    software,
    async decide(code, by, at) {
      const answered = await askAll(code, ask);
      if (typeof answered === "string") return { code, problem: `${base}: ${answered}` };
      const source = { server: base, software };
      const decided = { by, at, dictionaryVersion: DICTIONARY_VERSION, source };
      const { base: about, system, code: text, display } = code;
      const plain = { system, code: text, base: about, ...(display && { display }) };
      return { decision: { ...plain, ...answered, ...decided } };
    },
  };
}

/** The address, without the name and password that it may hold: these go into a header (RFC 7617). */
function addressOf(given: string): { base: string; headers: Record<string, string> } {
  const url = URL.parse(given);
  if (url === null || !["http:", "https:"].includes(url.protocol)) {
    throw new TermServerError(
      "the terminology server's address must begin with https:// or http://",
    );
  }
  const { username, password, origin, pathname } = url;
  const type = "application/fhir+json";
  const secret = btoa(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`);
  return {
    base: `${origin}${pathname.replace(/\/+$/, "")}`,
    headers: {
      accept: type,
      "content-type": type,
      ...(username !== "" && { authorization: `Basic ${secret}` }),
    },
  };
}

async function send(url: string, where: string, init: RequestInit): Promise<unknown> {
  const rest = "what was decided before is kept; run it again";
  let response: Response;
  let body: string;
  try {
    response = await fetch(url, init);
    body = await response.text();
  } catch (error) {
    const isSlow = error instanceof Error && error.name === "TimeoutError";
    throw new TermServerError(
      `${where}: ${isSlow ? "no answer in time" : "cannot be reached"}; ${rest}`,
    );
  }
  if (!response.ok) {
    throw new TermServerError(`${where}: answered with HTTP status ${response.status}; ${rest}`);
  }
  try {
    return JSON.parse(body);
  } catch {
    throw new TermServerError(`${where}: the answer is not JSON; give the base of a FHIR server`);
  }
}

type Question = {
  readonly include: readonly Include[];
  readonly exclude?: readonly Include[];
  readonly code: string;
};

/** hl7.org/fhir/R4/http.html#transaction: a Bundle of type batch. */
function batchOf(questions: readonly Question[]) {
  return {
    resourceType: "Bundle",
    type: "batch",
    entry: questions.map(({ include, exclude, code }) => ({
      request: { method: "POST", url: "ValueSet/$validate-code" },
      resource: {
        resourceType: "Parameters",
        parameter: [
          {
            name: "valueSet",
            resource: {
              resourceType: "ValueSet",
              status: "active",
              compose: { include, ...(exclude && exclude.length > 0 && { exclude }) },
            },
          },
          { name: "coding", valueCoding: { system: SNOMED, code } },
        ],
      },
    })),
  };
}

/** True or false for each question, undefined where the server did not answer it; or what is wrong with the whole. */
function readAnswers(body: unknown, count: number): (boolean | undefined)[] | string {
  const parsed = answers.safeParse(body);
  if (!parsed.success)
    return "the answer is not a Bundle (an OperationOutcome?); nothing is decided";
  const { entry } = parsed.data;
  if (entry.length !== count)
    return `${entry.length} of ${count} questions were answered; nothing is decided`;
  return entry.map(({ response, resource }) => {
    const isGood = response === undefined || response.status.startsWith("2");
    const result = resource?.parameter?.find(({ name }) => name === "result");
    return isGood && resource?.resourceType === "Parameters" ? result?.valueBoolean : undefined;
  });
}

/**
 * What the answers come to. A code below a concept's own definition is a member. One below a code that the concept
 * only lists may be a member: lists leave out what a description excludes. So may one that the words name, or of a
 * concept that has no SNOMED CT codes. A code that the server does not know is not decided.
 */
async function askAll(
  { base, code, display }: AskedCode,
  ask: (
    questions: readonly Question[],
  ) => ReturnType<typeof readAnswers> | Promise<ReturnType<typeof readAnswers>>,
): Promise<{ concepts: string[]; possible?: string[] } | string> {
  const concepts = CONCEPTS.filter((c) => c.domain === base && c.difference === undefined);
  const defined = concepts.filter(({ isA }) => isA.length > 0);
  const listed = concepts.filter((concept) => codesOf(concept).length > 0);
  const questions: Question[] = [
    { include: [{ system: SNOMED }], code },
    ...defined.map((c) => ({
      include: descentsOf(c.isA),
      exclude: descentsOf(c.isNotA),
      code,
    })),
    ...listed.map((c) => ({ include: descentsOf(codesOf(c)), code })),
  ];
  const results: boolean[] = [];
  for (let from = 0; from < questions.length; from += BATCH) {
    const answered = await ask(questions.slice(from, from + BATCH));
    if (typeof answered === "string") return answered;
    const missing = answered.indexOf(undefined);
    if (from === 0 && answered[0] === false) return "it does not know this code";
    if (missing >= 0) return "it could not answer for every concept; nothing is decided";
    results.push(...(answered as boolean[]));
  }
  const [, ...told] = results;
  const sure = defined.filter((_, i) => told[i]);
  const below = listed.filter((_, i) => told[defined.length + i]);
  const named = display === undefined ? [] : conceptsNamed(base, display);
  const unasked = concepts.filter((c) => !defined.includes(c) && !listed.includes(c));
  const unsure = [...below, ...named, ...unasked];
  const possible = [...new Set(unsure)].filter(
    (c) => !sure.includes(c) && c.difference === undefined,
  );
  const names = (list: readonly Concept[]) => list.map(({ name }) => name);
  return { concepts: names(sure), ...(possible.length > 0 && { possible: names(possible) }) };
}

/** The SNOMED CT codes that a concept lists. */
function codesOf({ members }: Concept): string[] {
  return members.filter(({ system }) => system === "snomed").map(({ code }) => code);
}
