// How a clinic knows a person: the Patient's id on a server, and its medical record numbers, so written that two
// spellings of one are one.
import { z } from "zod";
import { normaliseDocument } from "../../desk/idTag.ts";
import { refuse } from "../problem.ts";
import { type Located, serverOf } from "../read/references.ts";

/** A Patient's id on the server of this base; "" where nobody names the server. */
type PatientId = { readonly base: string; readonly id: string };
/** A number that a system gives to one person only; "" where nobody names the system. */
type PersonNumber = { readonly system: string; readonly value: string };

export type PersonKeys = {
  readonly ids: readonly PatientId[];
  readonly numbers: readonly PersonNumber[];
};
/** What a chart says about who its patient is. */
export type PersonInChart = PersonKeys & {
  /** Identifiers of no stated type: medical record numbers if the roster knows their system as one. */
  readonly untyped: readonly PersonNumber[];
};

const coding = z.looseObject({ code: z.string().optional() });
const identifiers = z.looseObject({
  identifier: z
    .array(
      z.looseObject({
        use: z.string().optional(),
        system: z.string().optional(),
        value: z.string().optional(),
        type: z.looseObject({ coding: z.array(coding).optional() }).optional(),
      }),
    )
    .optional(),
});

/** Medical record number, the hospital's own patient number, national person numbers (HL7 table 0203). */
const PERSONAL = /^(MR|MRT|PI|NI|NN[A-Z]{2,3})$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** "00000", "XXXX": written where somebody has no number yet. */
const PLACEHOLDER = /^(?:0|(.)\1{3,})$/;
/** The system under which the identity document that was checked is kept: people renew it, so it contradicts nothing. */
const DOCUMENT = "document";
const ABSOLUTE = /\/([A-Za-z0-9.-]{1,64})$/;

/**
 * Who the patient of a chart is, also by the document that was checked. Throws ClinicError when the chart names neither
 * id nor number: nobody would know them again.
 */
export function personOf(
  { resource, fullUrl, path }: Located,
  document: string | undefined,
): PersonInChart {
  const numbers: PersonNumber[] = [];
  const untyped: PersonNumber[] = [];
  const parsed = identifiers.safeParse(resource);
  for (const given of (parsed.success && parsed.data.identifier) || []) {
    const { use, system = "", value = "", type } = given;
    const number = { system: normaliseSystem(system), value: normaliseNumber(value) };
    const isNumber = number.value !== "" && !PLACEHOLDER.test(number.value);
    if (!isNumber || use === "temp") continue;
    const codes = type?.coding?.map(({ code = "" }) => code.trim().toUpperCase()) ?? [];
    if (codes.some((code) => PERSONAL.test(code))) numbers.push(number);
    else if (codes.length === 0) untyped.push(number);
  }
  const base = normaliseBase(serverOf(fullUrl));
  const id = resource.id ?? (base === "" ? undefined : ABSOLUTE.exec(fullUrl ?? "")?.[1]);
  const ids = id === undefined ? [] : [{ base, id: id.trim().toLowerCase() }];
  if (ids.length === 0 && numbers.length === 0) {
    refuse(path, "has neither an id nor a medical record number: nobody would know them again");
  }
  const value = normaliseDocument(document ?? "");
  if (value !== "") numbers.push({ system: DOCUMENT, value });
  return { ids, numbers: unique(numbers), untyped: unique(untyped) };
}

/** A server's base without what may be written one way or another: scheme, default port, case, slash at the end. */
function normaliseBase(base: string | undefined): string {
  return (base ?? "")
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, "")
    .replace(/^([^/]+?):(80|443)(?=\/|$)/, "$1")
    .replace(/\/+$/, "");
}

/** The URI of a system of numbers; OIDs with and without `urn:oid:`. */
function normaliseSystem(system: string): string {
  return normaliseBase(system.normalize("NFKC")).replace(/^urn:oid:/, "");
}

/** Letters and digits alone, in one case, without zeros in front: "MRN 00-12.3" and "mrn123" are one number. */
function normaliseNumber(value: string): string {
  return value
    .normalize("NFKC")
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]/gu, "")
    .replace(/^((?:MRN)?)0+(?=.)/, "$1")
    .replace(/^MRN(?=\p{N})/u, "");
}

function unique(numbers: readonly PersonNumber[]): PersonNumber[] {
  return [...new Map(numbers.map((one) => [`${one.system} ${one.value}`, one])).values()];
}

const isSameNumber = (a: PersonNumber, b: PersonNumber) =>
  a.value === b.value && (a.system === b.system || a.system === "" || b.system === "");

/** Ids are unique on one server; UUIDs are everywhere, and where nobody names the server any may be meant. */
const isSameId = (a: PatientId, b: PatientId) =>
  a.id === b.id && (a.base === b.base || a.base === "" || b.base === "" || UUID.test(a.id));

/** Whether anything says that a chart is about somebody who is known by these keys. */
export function isAbout(chart: PersonInChart, known: PersonKeys): boolean {
  const numbers = [...chart.numbers, ...chart.untyped];
  return (
    chart.ids.some((id) => known.ids.some((other) => isSameId(id, other))) ||
    numbers.some((number) => known.numbers.some((other) => isSameNumber(number, other)))
  );
}

/**
 * What speaks against a chart's being about somebody: another id on the same server, another number of the same system.
 * Undefined when nothing does.
 */
export function contradiction(chart: PersonInChart, known: PersonKeys): string | undefined {
  for (const id of chart.ids) {
    const there = known.ids.filter(({ base }) => base === id.base);
    if (there.length > 0 && !known.ids.some((other) => isSameId(id, other))) {
      return "the Patient's id is another person's";
    }
  }
  for (const { system } of chart.numbers) {
    const own = chart.numbers.filter((one) => one.system === system);
    const there = known.numbers.filter((one) => one.system === system);
    if (system === "" || system === DOCUMENT || there.length === 0) continue;
    if (!own.some((one) => there.some((other) => isSameNumber(one, other)))) {
      return "a medical record number is another person's";
    }
  }
  return undefined;
}

/** All that is known of somebody by now. */
export function withKeys(known: PersonKeys, { ids, numbers }: PersonKeys): PersonKeys {
  const byBase = new Map([...known.ids, ...ids].map((one) => [`${one.base} ${one.id}`, one]));
  return { ids: [...byBase.values()], numbers: unique([...known.numbers, ...numbers]) };
}
