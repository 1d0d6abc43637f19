// A fact's code: 4 bits of domain, 4 of code system, 60 of payload, most significant first.
import { DOMAINS, type Domain } from "./domains.ts";

export { DOMAINS, type Domain };
export const CODE_BITS = 68;
const PAYLOAD_BITS = 60n;
const SYMBOL_BITS = 6;
const SYMBOLS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** Code systems by their FHIR URI (HL7 Terminology), with the number they have inside a code. */
export const SYSTEMS = {
  concept: { id: 1, uri: "urn:cohort-zero:concept", name: "Concept" },
  snomed: { id: 2, uri: "http://snomed.info/sct", name: "SNOMED CT" },
  icd10cm: { id: 3, uri: "http://hl7.org/fhir/sid/icd-10-cm", name: "ICD-10-CM" },
  loinc: { id: 4, uri: "http://loinc.org", name: "LOINC" },
  rxnorm: { id: 5, uri: "http://www.nlm.nih.gov/research/umls/rxnorm", name: "RxNorm" },
  atc: { id: 6, uri: "http://www.whocc.no/atc", name: "ATC" },
  cvx: { id: 7, uri: "http://hl7.org/fhir/sid/cvx", name: "CVX" },
  /** Salted hash of an identity document: 60 bits in the code, 37 in the value. */
  idTag: { id: 8, uri: "urn:cohort-zero:id-tag", name: "Identity document" },
  /** WHO's edition. The three-character categories of every edition are written here too, as exact codes. */
  icd10: { id: 9, uri: "http://hl7.org/fhir/sid/icd-10", name: "ICD-10" },
  icd10gm: { id: 10, uri: "http://fhir.de/CodeSystem/bfarm/icd-10-gm", name: "ICD-10-GM" },
  /** HL7 v3 ActCode: classes of encounters. */
  actCode: { id: 11, uri: "http://terminology.hl7.org/CodeSystem/v3-ActCode", name: "ActCode" },
  /** Two concepts of one resource, "12:34": an encounter's kind and its reason. */
  pair: { id: 12, uri: "urn:cohort-zero:pair", name: "Pair of concepts" },
} as const;
export type System = keyof typeof SYSTEMS;

export type CodeRange = { lo: bigint; hi: bigint };

/** Systems whose codes are text; in all but ActCode what begins alike belongs together. */
const TEXT_SYSTEMS: readonly System[] = ["icd10cm", "icd10", "icd10gm", "atc", "actCode"];
/** The editions of ICD-10. */
export const ICD10_SYSTEMS = ["icd10cm", "icd10", "icd10gm"] as const satisfies readonly System[];
/** Systems whose codes form a hierarchy by prefix. */
export const PREFIX_SYSTEMS: readonly System[] = [...ICD10_SYSTEMS, "atc"];

/** ICD-10 (dot ignored) and ATC, left-aligned and order-preserving: a prefix is one numeric range. */
function encodeText(text: string, system: System): { payload: bigint; bits: number } {
  const symbols = text.toUpperCase().replace(".", "");
  if (symbols.length === 0 || symbols.length > 10 || !/^[0-9A-Z]+$/.test(symbols)) {
    throw new RangeError(`not a ${SYSTEMS[system].name} code: ${text}`);
  }
  let payload = 0n;
  for (let i = 0; i < 10; i++) {
    const symbol = symbols[i] === undefined ? 0 : SYMBOLS.indexOf(symbols[i]!) + 1;
    payload = (payload << BigInt(SYMBOL_BITS)) | BigInt(symbol);
  }
  return { payload, bits: symbols.length * SYMBOL_BITS };
}

function encodePayload(system: System, code: string): bigint {
  if (TEXT_SYSTEMS.includes(system)) return encodeText(code, system).payload;
  if (system === "pair") return encodePair(code);
  const digits = system === "loinc" ? code.replace(/^(\d+)-(\d)$/, "$1$2") : code;
  const wellFormed =
    /^[1-9][0-9]{0,17}$/.test(digits) && (system !== "loinc" || code.includes("-"));
  if (!wellFormed && !(system === "cvx" && /^0?[0-9]{1,3}$/.test(code))) {
    throw new RangeError(`not a ${SYSTEMS[system].name} code: ${code}`);
  }
  return BigInt(digits);
}

/** Two numbers of concepts, 30 bits each. */
function encodePair(code: string): bigint {
  const match = /^([1-9]\d{0,8}):([1-9]\d{0,8})$/.exec(code);
  if (!match) throw new RangeError(`not a pair of concepts: ${code}`);
  return (BigInt(match[1]!) << 30n) | BigInt(match[2]!);
}

/** The first code of a domain and system. */
function base(domain: Domain, system: System): bigint {
  return (BigInt(DOMAINS[domain]) << 64n) | (BigInt(SYSTEMS[system].id) << PAYLOAD_BITS);
}

/** Encodes one code, e.g. `("observation", "loinc", "4548-4")`. Throws RangeError naming a malformed code. */
export function encodeCode(domain: Domain, system: System, code: string): bigint {
  return base(domain, system) | encodePayload(system, code);
}

/** The codes below a prefix ("E11", "A10") of ICD-10 or ATC; one exact code in every other system. */
export function codeRange(domain: Domain, system: System, prefix: string): CodeRange {
  if (!PREFIX_SYSTEMS.includes(system)) {
    const exact = encodeCode(domain, system, prefix);
    return { lo: exact, hi: exact };
  }
  const { payload, bits } = encodeText(prefix, system);
  const lo = base(domain, system) | payload;
  return { lo, hi: lo | ((1n << BigInt(60 - bits)) - 1n) };
}

/** Takes a code apart again, for display. */
export function decodeCode(encoded: bigint): { domain: Domain; system: System; code: string } {
  const domainId = Number(encoded >> 64n);
  const systemId = Number((encoded >> PAYLOAD_BITS) & 15n);
  const payload = encoded & ((1n << PAYLOAD_BITS) - 1n);
  const domain = Object.entries(DOMAINS).find(([, id]) => id === domainId)?.[0];
  const system = Object.entries(SYSTEMS).find(([, s]) => s.id === systemId)?.[0];
  if (domain === undefined || system === undefined)
    throw new RangeError("unknown domain or system");
  return {
    domain: domain as Domain,
    system: system as System,
    code: decodePayload(system as System, payload),
  };
}

function decodePayload(system: System, payload: bigint): string {
  if (system === "loinc") return `${payload / 10n}-${payload % 10n}`;
  if (system === "pair") return `${payload >> 30n}:${payload & ((1n << 30n) - 1n)}`;
  if (!TEXT_SYSTEMS.includes(system)) return payload.toString();
  let text = "";
  for (let at = 54n; at >= 0n; at -= 6n) {
    const symbol = Number((payload >> at) & 63n);
    if (symbol > 0) text += SYMBOLS[symbol - 1];
  }
  const dotted = (ICD10_SYSTEMS as readonly System[]).includes(system) && text.length > 3;
  return dotted ? `${text.slice(0, 3)}.${text.slice(3)}` : text;
}
