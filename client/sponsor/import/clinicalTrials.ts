// ClinicalTrials.gov API v2 (clinicaltrials.gov/data-api): free text of criteria, age and sex as fields.
import { z } from "zod";
import { splitText } from "./criteriaList.ts";
import {
  hasAt,
  ImportError,
  type Imported,
  type ImportedLine,
  inForm,
  lineOf,
} from "./imported.ts";
import { readSentence } from "./sentence.ts";

const schema = z.looseObject({
  protocolSection: z.looseObject({
    identificationModule: z.looseObject({
      nctId: z.string().optional(),
      briefTitle: z.string().optional(),
      officialTitle: z.string().optional(),
    }),
    eligibilityModule: z.looseObject({
      eligibilityCriteria: z.string().optional(),
      /** ALL, FEMALE, MALE. */
      sex: z.string().optional(),
      genderBased: z.boolean().optional(),
      genderDescription: z.string().optional(),
      minimumAge: z.string().optional(),
      maximumAge: z.string().optional(),
      healthyVolunteers: z.boolean().optional(),
      studyPopulation: z.string().optional(),
    }),
    sponsorCollaboratorsModule: z
      .looseObject({ leadSponsor: z.looseObject({ name: z.string().optional() }).optional() })
      .optional(),
    descriptionModule: z.looseObject({ briefSummary: z.string().optional() }).optional(),
    designModule: z.looseObject({ phases: z.array(z.string()).optional() }).optional(),
  }),
});

/** True for a study of the registry's API v2. */
export function isClinicalTrials(json: unknown): boolean {
  return hasAt(json, "protocolSection");
}

/** Reads a study. Throws ImportError when it has no criteria. */
export function importClinicalTrials(json: unknown): Imported {
  const { protocolSection: section } = inForm(schema, json, "a study of ClinicalTrials.gov v2");
  const { identificationModule, eligibilityModule } = section;
  const lines: ImportedLine[] = fieldLines(eligibilityModule);
  for (const { list, text, reason } of splitText(eligibilityModule.eligibilityCriteria ?? "")) {
    const number = lines.filter((line) => line.list === list).length + 1;
    const read = reason === undefined ? readSentence(text, list) : { notes: [reason] };
    lines.push(lineOf({ list, source: text, number, read }));
  }
  if (lines.length === 0) {
    throw new ImportError(
      "protocolSection.eligibilityModule: holds no criteria; export the study again",
    );
  }
  return {
    format: "ClinicalTrials.gov v2",
    title: identificationModule.briefTitle ?? identificationModule.officialTitle ?? "",
    number: identificationModule.nctId,
    lines,
    about: aboutOf(section),
    notes: notesOf(eligibilityModule),
  };
}

type Section = z.infer<typeof schema>["protocolSection"];

const PHASES: Readonly<Record<string, string>> = {
  NA: "n-a",
  EARLY_PHASE1: "early-phase-1",
  PHASE1: "phase-1",
  PHASE2: "phase-2",
  PHASE3: "phase-3",
  PHASE4: "phase-4",
};

function aboutOf(section: Section): NonNullable<Imported["about"]> {
  const sponsor = section.sponsorCollaboratorsModule?.leadSponsor?.name;
  const summary = section.descriptionModule?.briefSummary;
  const phases = section.designModule?.phases ?? [];
  const phase = phases.length === 1 ? PHASES[phases[0]!] : undefined;
  return {
    ...(sponsor !== undefined && { sponsor }),
    ...(summary !== undefined && { summary }),
    ...(phase !== undefined && { phase }),
  };
}

type Eligibility = Section["eligibilityModule"];

function notesOf({ healthyVolunteers, studyPopulation }: Eligibility): string[] {
  const volunteers = healthyVolunteers ? "accepts" : "does not accept";
  return [
    ...(healthyVolunteers === undefined ? [] : [`the study ${volunteers} healthy volunteers`]),
    ...(studyPopulation === undefined ? [] : [`study population: ${studyPopulation}`]),
  ];
}

/** Age and sex stand in fields of their own. */
function fieldLines(given: Eligibility): ImportedLine[] {
  const lines: ImportedLine[] = [];
  const add = (source: string, read: Parameters<typeof lineOf>[0]["read"]) =>
    lines.push(lineOf({ list: "inclusion", source, number: lines.length + 1, read }));
  const { minimumAge, maximumAge, sex, genderBased, genderDescription } = given;
  for (const [name, side, text] of [
    ["Minimum age", "min", minimumAge],
    ["Maximum age", "max", maximumAge],
  ] as const) {
    if (text === undefined || /^n\/?a$/i.test(text)) continue;
    const years = /^(\d{1,3}) Years?$/i.exec(text)?.[1];
    const notes = ["only whole years can be asked for"];
    add(`${name}: ${text}`, years ? { criterion: { age: { [side]: Number(years) } } } : { notes });
  }
  const only = { FEMALE: "female", MALE: "male" }[sex ?? ""];
  if (only === "female" || only === "male") {
    const words = genderBased === true ? `: ${genderDescription ?? "by gender identity"}` : "";
    const notes = ["the study goes by gender; a record holds administrative sex"];
    add(`Sex: ${sex}${words}`, genderBased === true ? { notes } : { criterion: { sex: only } });
  }
  return lines;
}
