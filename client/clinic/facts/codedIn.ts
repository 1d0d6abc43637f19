// In which code systems all conditions, or all drugs, of a chart are coded: the header's `codedIn`. Only where every one
// has a code of a system does the absence of one of its codes say something. In doubt a system is not named.
import type { Domain, System } from "../../../circuits/statement/encoding/code.ts";
import { lastingDomains } from "../../../circuits/statement/encoding/domains.ts";
import { CODED_SYSTEMS, type CodedSystem } from "../../../circuits/statement/encoding/header.ts";
import type { Coded, Draft, LeftOut, NoteCoded, WrittenCode } from "../read/draft.ts";

const SYSTEMS_OF: Readonly<Record<Coded, readonly CodedSystem[]>> = {
  condition: ["icd10cm", "icd10", "icd10gm"],
  medication: ["atc"],
};
/** Editions whose codes are also written under their three characters in the WHO's. */
const EDITIONS: readonly System[] = ["icd10cm", "icd10", "icd10gm"];
/** An ATC code of a substance; a shorter one may be any of its group. */
const WHOLE_ATC_LENGTH = 7;
/** An ICD-10 category; what is shorter has none to be written under. */
const CATEGORY_LENGTH = 3;

/** The systems in which one coded concept is coded. */
export function systemsOf(codes: readonly Pick<WrittenCode, "system" | "code">[]): CodedSystem[] {
  const found = new Set<CodedSystem>();
  for (const { system, code } of codes) {
    const isCategory = code.trim().length >= CATEGORY_LENGTH;
    if (EDITIONS.includes(system) && isCategory) found.add("icd10").add(system as CodedSystem);
    if (system === "atc" && code.trim().length === WHOLE_ATC_LENGTH) found.add("atc");
  }
  return [...found];
}

/** A statement is coded as its first concept is (a product), or as every other one (its ingredients). */
export function systemsOfAll(groups: readonly (readonly CodedSystem[])[]): CodedSystem[] {
  const [first = [], ...rest] = groups;
  const shared = rest.length === 0 ? [] : inAll(rest);
  return [...new Set([...first, ...shared])];
}

function inAll(groups: readonly (readonly CodedSystem[])[]): CodedSystem[] {
  return groups[0]!.filter((system) => groups.every((group) => group.includes(system)));
}

/** Gathers over a chart in which systems all of a kind are coded. */
export class CodedTally {
  readonly #left = new Set<CodedSystem>(Object.keys(CODED_SYSTEMS) as CodedSystem[]);
  #noted = new Set<Coded>();

  readonly note: NoteCoded = (of, systems) => {
    this.#noted.add(of);
    for (const system of SYSTEMS_OF[of]) if (!systems.includes(system)) this.#left.delete(system);
  };

  /** Ends a resource. Facts of a kind of which no statement was noted are coded who knows how. */
  endResource(drafts: readonly Pick<Draft, "domain">[]): void {
    for (const of of Object.keys(SYSTEMS_OF) as Coded[]) {
      const isSilent = !this.#noted.has(of) && drafts.some(({ domain }) => isAbout(of, domain));
      if (isSilent) this.note(of, []);
    }
    this.#noted = new Set();
  }

  /** The systems in the end. What was left out of a kind may have been coded otherwise. */
  result(leftOut: readonly LeftOut[]): CodedSystem[] {
    const lost = (Object.keys(SYSTEMS_OF) as Coded[]).filter((of) =>
      leftOut.some(({ clears }) => clears.some((domain) => isAbout(of, domain))),
    );
    const dropped = new Set(lost.flatMap((of) => SYSTEMS_OF[of]));
    return [...this.#left].filter((system) => !dropped.has(system));
  }
}

function isAbout(of: Coded, domain: Domain): boolean {
  return (lastingDomains(of) as readonly Domain[]).includes(domain);
}
