// What coded statements are about, each kind in one place: its numbers in facts, how criteria may ask for it, where
// clinics record it, and its words. Whoever treats kinds alike goes through this table and names none.

type KindShape = {
  /** Fact domains with their numbers, the main one first; of what lasts, its start and the last day it was so. */
  readonly domains: Readonly<Record<string, number>>;
  readonly timing: "lasts" | "happens" | "measured" | "undated";
  /** The kind whose codes and concepts it uses, if not its own. */
  readonly base?: string;
  /** The kind that a statement can name as its reason. */
  readonly reason?: string;
  /** Code systems in which clinics record it. */
  readonly systems: readonly string[];
  /** Systems in which every concept lists all its codes: one outside the list is surely no member. */
  readonly closed?: readonly string[];
  /** Dictionary version since which records hold it, if not the first. */
  readonly since?: number;
  /** One statement can be about two things: a tablet of two drugs, a vaccine against two diseases. */
  readonly canCombine?: true;
  /** A terminology server can tell of which concepts its codes are members. */
  readonly isServed?: true;
  /** FHIR resource types that give it. */
  readonly resources: readonly string[];
  /** Sections of clinical documents about it (LOINC; hl7.org/fhir/uv/ips). */
  readonly sections: readonly string[];
  /** Its form in the criteria's JSON Schema. */
  readonly form: string;
  /** As the subject of a criterion: "type 1 diabetes", "on insulin". */
  readonly subject: (name: string) => string;
  /** Headings of its domains in the clinic's report, where there are several. */
  readonly headings?: readonly string[];
  readonly words: {
    /** What a record can be complete for. */
    readonly all: string;
    /** The same in the wallet, which leaves some kinds out. */
    readonly patient?: string;
    /** The same at the clinic's desk. */
    readonly clinic: string;
    /** One code's kind, at the clinic's desk; of kinds with codes of their own. */
    readonly code?: string;
    /** One criterion, in the sponsor's editor. */
    readonly sponsor: string;
  };
};

const ICD10 = ["icd10cm", "icd10", "icd10gm"] as const;
const CLAIMS = ["Claim", "ExplanationOfBenefit"] as const;
const plain = (name: string) => name;

const TABLE = {
  condition: {
    domains: { conditionStart: 2, conditionLast: 3 },
    timing: "lasts",
    systems: ["snomed", ...ICD10],
    closed: ICD10,
    isServed: true,
    resources: ["Condition", "DiagnosticReport", ...CLAIMS],
    sections: ["11450-4", "11348-0"],
    form: "A diagnosis; `within` also counts one that began earlier and lasted into the window",
    subject: plain,
    headings: ["Conditions: began", "Conditions: last known true"],
    words: {
      all: "conditions",
      patient: "conditions",
      clinic: "Conditions",
      code: "Condition",
      sponsor: "Condition",
    },
  },
  medication: {
    domains: { medicationStart: 4, medicationLast: 5 },
    timing: "lasts",
    systems: ["rxnorm", "atc", "snomed"],
    closed: ["atc"],
    canCombine: true,
    resources: [
      ...["MedicationRequest", "MedicationStatement", "MedicationDispense"],
      ...["MedicationAdministration", ...CLAIMS],
    ],
    sections: ["10160-0", "29549-3", "10183-2", "42346-7"],
    form: "A drug taken; `within` also counts one that began earlier and lasted into the window",
    subject: (name) => `on ${name}`,
    headings: ["Drugs: began", "Drugs: last known taken"],
    words: {
      all: "drugs",
      patient: "medication",
      clinic: "Drugs",
      code: "Drug",
      sponsor: "Medication",
    },
  },
  allergy: {
    domains: { allergyStart: 11, allergyLast: 12 },
    timing: "lasts",
    systems: ["snomed", "rxnorm", "atc", ...ICD10],
    closed: ["atc"],
    canCombine: true,
    isServed: true,
    resources: ["AllergyIntolerance"],
    sections: ["48765-2"],
    form: "An allergy or intolerance",
    subject: (name) => (/allerg|intoleran|hypersens/i.test(name) ? name : `allergy to ${name}`),
    headings: ["Allergies: began", "Allergies: last known true"],
    words: {
      all: "allergies",
      patient: "allergies",
      clinic: "Allergies",
      code: "Allergy",
      sponsor: "Allergy",
    },
  },
  observation: {
    /** Beside the value itself, its multiples of the report's upper and lower reference limits. */
    domains: { observation: 6, observationUpper: 7, observationLower: 8 },
    timing: "measured",
    systems: ["loinc"],
    resources: ["Observation", "DiagnosticReport"],
    sections: ["29545-1", "30954-2", "8716-3", "29762-2", "47420-5", "10162-6"],
    form: "A laboratory result, vital sign, score or coded answer",
    subject: (name) => `a result of ${name}`,
    headings: [
      "Results",
      "Results as multiples of the upper reference limit",
      "Results as multiples of the lower reference limit",
    ],
    words: {
      all: "results",
      patient: "results",
      clinic: "Results",
      code: "Result",
      sponsor: "Measurement or finding",
    },
  },
  procedure: {
    domains: { procedure: 9 },
    timing: "happens",
    systems: ["snomed", "loinc"],
    isServed: true,
    resources: ["Procedure", ...CLAIMS],
    sections: ["47519-4"],
    form: "A procedure that was done",
    subject: plain,
    words: {
      all: "procedures",
      patient: "procedures",
      clinic: "Procedures",
      code: "Procedure",
      sponsor: "Procedure",
    },
  },
  immunization: {
    domains: { immunization: 10 },
    timing: "happens",
    systems: ["cvx", "atc", "snomed"],
    closed: ["cvx"],
    canCombine: true,
    resources: ["Immunization", ...CLAIMS],
    sections: ["11369-6"],
    form: "A vaccination that was given",
    subject: (name) => (/vaccin|immuni[sz]/i.test(name) ? name : `vaccination: ${name}`),
    words: {
      all: "vaccinations",
      patient: "vaccines",
      clinic: "Immunizations",
      code: "Immunization",
      sponsor: "Vaccination",
    },
  },
  /** Contacts with a hospital or practice: class, type and reasons. */
  encounter: {
    domains: { encounter: 13 },
    timing: "happens",
    reason: "condition",
    systems: ["actCode", "snomed"],
    since: 2,
    resources: ["Encounter"],
    sections: ["46240-8"],
    form: "A contact with a hospital or practice; `reason` is one condition that it was for",
    subject: plain,
    words: {
      all: "contacts with hospitals and practices",
      clinic: "Hospital stays and visits",
      code: "Visit",
      sponsor: "Hospital stay or visit",
    },
  },
  /** What first-degree relatives have or had. A Condition may be one of theirs. */
  familyHistory: {
    domains: { familyHistory: 14 },
    timing: "undated",
    base: "condition",
    systems: ["snomed", ...ICD10],
    since: 2,
    resources: ["FamilyMemberHistory", "Condition"],
    sections: ["10157-6"],
    form: "A condition that a parent, sibling or child has or had",
    subject: (name) => `${name} in a parent, sibling or child`,
    words: {
      all: "family history",
      clinic: "Family history",
      sponsor: "Family history",
    },
  },
} as const satisfies Record<string, KindShape>;

type Table = typeof TABLE;
/** A kind of coded statement, under the name of its form in criteria. */
export type CodedKind = keyof Table;
type Where<Shape> = { [K in CodedKind]: Table[K] extends Shape ? K : never }[CodedKind];
/** Kinds with concepts of their own. */
export type BaseDomain = Exclude<CodedKind, Where<{ readonly base: string }>>;
/** Kinds with a start and a last day. */
export type LastingKind = Where<{ readonly timing: "lasts" }>;
/** Kinds by how time counts in their criteria. */
export type TimingOf<K extends CodedKind> = Table[K]["timing"];
/** Kinds that can name a reason. */
export type ReasonedKind = Where<{ readonly reason: string }>;
/** What a fact's code is about. One code means different things in two domains: a drug taken, a drug one reacts to. */
export type Domain = "demographic" | { [K in CodedKind]: keyof Table[K]["domains"] }[CodedKind];
/** A FHIR resource type that gives facts. */
export type MappedType = Table[CodedKind]["resources"][number];
/** A code system in which some kind is recorded. */
type RecordedSystem = Table[CodedKind]["systems"][number];

type Kind = Omit<KindShape, "base" | "reason" | "systems"> & {
  readonly base?: BaseDomain;
  readonly reason?: BaseDomain;
  readonly systems: readonly RecordedSystem[];
};
export const KINDS: Readonly<Record<CodedKind, Kind>> = TABLE;
/** Every kind, in the order of the criteria's forms. */
export const CODED_KINDS = Object.keys(TABLE) as readonly CodedKind[];

/** Every domain of facts with its number, ascending. */
export const DOMAINS = Object.fromEntries(
  [
    ["demographic", 1] as const,
    ...CODED_KINDS.flatMap((kind) => Object.entries(KINDS[kind].domains)),
  ].sort(([, a], [, b]) => a - b),
) as Readonly<Record<Domain, number>>;

/** The domains of a kind. */
export function domainsOfKind<K extends CodedKind>(
  kind: K,
): readonly (keyof Table[K]["domains"] & Domain)[] {
  return Object.keys(KINDS[kind].domains) as (keyof Table[K]["domains"] & Domain)[];
}

/** Whether a kind has a start and a last day. */
export function isLasting<K extends CodedKind>(kind: K): kind is K & LastingKind {
  return KINDS[kind].timing === "lasts";
}

/** The two domains of what lasts: its start, and the last day on which it was so. */
export function lastingDomains(kind: LastingKind): readonly [Domain, Domain] {
  const [start, last] = domainsOfKind(kind);
  return [start!, last!];
}

/** The kind that a domain belongs to; none for demographic facts. */
export function kindOfDomain(domain: Domain): CodedKind | undefined {
  return CODED_KINDS.find((kind) => Object.hasOwn(KINDS[kind].domains, domain));
}

/** Kinds in the order of their domains' numbers. */
export const KINDS_BY_NUMBER = (Object.keys(DOMAINS) as Domain[]).flatMap((domain) => {
  const kind = kindOfDomain(domain);
  return kind !== undefined && domainsOfKind(kind)[0] === domain ? [kind] : [];
});

/** The kind whose concepts a kind uses: a relative's diseases are conditions. */
export function baseOf(kind: CodedKind): BaseDomain {
  return KINDS[kind].base ?? (kind as BaseDomain);
}

/** Every kind with concepts of its own. */
export const BASE_DOMAINS = KINDS_BY_NUMBER.filter(
  (kind): kind is BaseDomain => KINDS[kind].base === undefined,
);

/** The domains that a FHIR resource of a type can be about; none for types that give no facts. */
export function domainsGivenBy(resourceType: string): readonly Domain[] {
  return KINDS_BY_NUMBER.filter((kind) => KINDS[kind].resources.includes(resourceType)).flatMap(
    (kind) => domainsOfKind(kind),
  );
}
