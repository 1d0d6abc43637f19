// Where a draft starts: blank, or one of the example trials.
import type { FormName } from "../../../../circuits/statement/criteria/criteria.ts";
import {
  CODED_KINDS,
  type CodedKind,
  KINDS,
} from "../../../../circuits/statement/encoding/domains.ts";

/** A trial with nothing in it yet but the one permission that every consent form asks. */
export const BLANK_TRIAL = {
  protocolNumber: "",
  title: "",
  phase: "n-a",
  sponsor: "",
  summary: "",
  identityDocument: "",
  criteria: { inclusion: [], exclusion: [] },
  consentForm: {
    version: 1,
    title: "",
    text: "",
    permissions: [{ id: "participate", label: "I take part in this study.", required: true }],
  },
  sites: [{ id: 1, name: "", capacity: 10 }],
  capacity: 10,
  arrivalDeadlineDays: 30,
  requires: { reconsent: false, rescreening: false },
};

/** Loaded when chosen: a draft rarely starts from more than one. */
export const EXAMPLES = [
  {
    title: "Type 2 diabetes",
    text: "Glucose control with laboratory windows and drug exclusions.",
    load: async () => (await import("../../../sponsor/examples/diabetes.json")).default,
  },
  {
    title: "Heart failure",
    text: "Reduced ejection fraction, biomarkers and background treatment.",
    load: async () => (await import("../../../sponsor/examples/heart-failure.json")).default,
  },
  {
    title: "Colorectal cancer",
    text: "Treatment windows and nested rules: takes the larger circuit, 12 seconds a proof.",
    load: async () => (await import("../../../sponsor/examples/colorectal-cancer.json")).default,
  },
  {
    title: "Lung cancer",
    text: "Immunotherapy: stage, PD-L1, ECOG and the blood counts of a month.",
    load: async () => (await import("../../../sponsor/examples/lung-cancer.json")).default,
  },
  {
    title: "Preserved heart failure",
    text: "NYHA class, natriuretic peptides and a course of treatment that is still going on.",
    load: async () =>
      (await import("../../../sponsor/examples/preserved-heart-failure.json")).default,
  },
  {
    title: "Diabetic kidney disease",
    text: "Two ranges of albumin and eGFR, and drugs that exclude each other.",
    load: async () =>
      (await import("../../../sponsor/examples/diabetic-kidney-disease.json")).default,
  },
  {
    title: "Alzheimer's disease",
    text: "More than 80 criteria, shown in three parts.",
    load: async () => (await import("../../../sponsor/examples/alzheimers-disease.json")).default,
  },
  {
    title: "Vaccine registry",
    text: "Few criteria: fits the smaller circuit, 6 seconds a proof.",
    load: async () => (await import("../../../sponsor/examples/vaccine-registry.json")).default,
  },
] as const;

/** The kinds in the order of the menu: what was measured comes last, before what is calculated. */
const MENU = [...CODED_KINDS.filter((kind) => kind !== "observation"), "observation"] as const;

/** An entry for each kind, in that order. */
function each<T>(make: (kind: CodedKind) => T): Readonly<Record<CodedKind, T>> {
  return Object.fromEntries(MENU.map((kind) => [kind, make(kind)])) as Record<CodedKind, T>;
}

/** What a new criterion of each form begins as; what it lacks is said beside it. */
export const BLANK_CRITERIA: Readonly<Record<FormName, () => object>> = {
  age: () => ({ age: { min: 18 } }),
  sex: () => ({ sex: "female" }),
  ...each((kind) => () => ({ [kind]: {} })),
  derived: () => ({ derived: "" }),
  attestation: () => ({ attestation: { id: "", text: "", by: "site", when: "site" } }),
  all: () => ({ all: [] }),
  any: () => ({ any: [] }),
  atLeast: () => ({ atLeast: { n: 1, of: [] } }),
  not: () => ({ not: {} }),
};

/** The forms by the names that people give them, in the order of the menu. */
export const FORM_TITLES: Readonly<Record<FormName, string>> = {
  age: "Age",
  sex: "Sex",
  ...each((kind) => KINDS[kind].words.sponsor),
  derived: "Calculated value",
  attestation: "Attestation by a person",
  all: "All of",
  any: "Any of",
  atLeast: "At least n of",
  not: "Not",
};

export const GROUPS: readonly FormName[] = ["all", "any", "atLeast", "not"];
