// A trial as its sponsor writes it: one JSON file with criteria, consent form, what is collected, sites and places.
import { z } from "zod";
import { Criteria } from "../criteria/criteria.ts";
import { parseCriteria } from "../criteria/criteriaParse.ts";
import { issueWords, valueAt } from "../criteria/issueWords.ts";
import { CriteriaError, type Problem } from "../criteria/problem.ts";
import { type Collection, Collections, collectionProblems } from "../exchange/collection.ts";
import { languagesOf, MAX_FORM_LANGUAGES } from "./formLanguages.ts";
import { Information, Phone } from "./information.ts";
import { PROTOCOL_NUMBER_RULE, suggestProtocolNumber } from "./protocolNumber.ts";
import { Representation } from "./representation.ts";
import { isProtocolNumber, PERMISSIONS, type Permission } from "./trial.ts";

const permissionNames = Object.keys(PERMISSIONS) as [Permission, ...Permission[]];

const LANGUAGE_RULE = 'a language is its tag: "de", "pt-BR", "zh-Hant"';
const LanguageTag = z.string().regex(/^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$/, LANGUAGE_RULE);
const formTitle = z.string().min(1).max(200);
const formText = z.string().min(1).max(50_000);
const permissionLabel = z.string().min(1).max(300);

const ConsentForm = z.strictObject({
  /** Rises with every change of the text, a translation or the permissions. */
  version: z.int().min(1),
  /** Of title, text and labels; English when left out. */
  language: LanguageTag.optional(),
  title: formTitle,
  text: formText,
  /** Each is asked and stored separately. */
  permissions: z
    .array(
      z.strictObject({
        id: z.enum(permissionNames),
        label: permissionLabel,
        required: z.boolean(),
      }),
    )
    .min(1),
  /** The same form in other languages, by tag: a consent says which one was read. */
  translations: z
    .record(
      LanguageTag,
      z.strictObject({
        title: formTitle,
        text: formText,
        /** A label for each permission asked. */
        permissions: z.partialRecord(z.enum(permissionNames), permissionLabel),
      }),
    )
    .optional(),
  /** Who may consent for somebody else; nobody when left out. */
  representation: Representation.optional(),
});
export type ConsentForm = z.infer<typeof ConsentForm>;

/** A collection whose permission the form asks for: {@link parseTrialFile} takes no other. */
export type TrialCollection = Collection & { readonly permission: Permission };

export const TrialFile = z.strictObject({
  /** Registered once on the chain: its hash is the trial's id. */
  protocolNumber: z
    .string()
    .min(1)
    .refine((text) => text === "" || isProtocolNumber(text), PROTOCOL_NUMBER_RULE),
  title: z.string().min(1).max(300),
  phase: z.enum(["n-a", "early-phase-1", "phase-1", "phase-2", "phase-3", "phase-4"]),
  sponsor: z.string().min(1).max(200),
  summary: z.string().min(1).max(5000),
  /** Published protocols that the criteria were written from. */
  sources: z.array(z.string().min(1).max(300)).optional(),
  /** The one document that the sites' desks check: two kinds would make two people of one. */
  identityDocument: z.string().min(1).max(200),
  criteria: Criteria,
  consentForm: ConsentForm,
  /** What the study asks of a person, whom to call, and questions on what was read. */
  information: Information.optional(),
  /** What is collected after arrival; none when left out. */
  collections: (Collections as unknown as z.ZodType<TrialCollection[]>).optional(),
  sites: z
    .array(
      z.strictObject({
        id: z.int().min(1).max(4_294_967_295),
        name: z.string().min(1).max(200),
        address: z.string().min(1).max(300).optional(),
        phone: Phone.optional(),
        /** 0, in an amendment: takes nobody new, and still signs for its participants. */
        capacity: z.int().min(0).max(1_000_000),
      }),
    )
    .min(1),
  /** Places of the whole trial. */
  capacity: z.int().min(1).max(1_000_000),
  /** Days from enrollment to the last moment of arrival. */
  arrivalDeadlineDays: z.int().min(1).max(3650),
  /** What an amendment asks of those already in; both false for a first version. */
  requires: z.strictObject({ reconsent: z.boolean(), rescreening: z.boolean() }),
});
export type TrialFile = z.infer<typeof TrialFile>;

/** Reads a trial file (JSON, already read). Throws CriteriaError with every problem and its path. */
export function parseTrialFile(json: unknown): TrialFile {
  const problems: Problem[] = [];
  const { criteria, collections, ...rest } = Object(json) as {
    criteria?: unknown;
    collections?: unknown;
  };
  try {
    parseCriteria(criteria);
  } catch (error) {
    if (!(error instanceof CriteriaError)) throw error;
    problems.push(...error.problems.map((p) => ({ ...p, path: underCriteria(p.path) })));
  }
  const outer = TrialFile.omit({ criteria: true, collections: true }).safeParse(rest);
  for (const issue of outer.error?.issues ?? []) {
    const path = issue.path.reduce<string>(
      (text, key) => (typeof key === "number" ? `${text}[${key}]` : `${text}.${String(key)}`),
      "",
    );
    const { message, hint } = issueWords(issue, valueAt(rest, issue.path));
    problems.push({
      path: path.replace(/^\./, ""),
      message,
      hint:
        spellingHint(issue, rest) ?? hint ?? "See the example trials in client/sponsor/examples.",
    });
  }
  if (outer.success) problems.push(...inconsistencies(outer.data));
  if (collections !== undefined) {
    problems.push(...collectionProblems(collections, offeredBy(rest)));
  }
  if (problems.length > 0) throw new CriteriaError(problems);
  return TrialFile.parse(json);
}

/** The permissions that a form asks for, be the rest of it as it may. */
function offeredBy({ consentForm }: { consentForm?: unknown }): Permission[] {
  const { permissions } = Object(consentForm) as { permissions?: unknown };
  if (!Array.isArray(permissions)) return [];
  const ids = permissions.map((permission) => (Object(permission) as { id?: unknown }).id);
  return permissionNames.filter((name) => ids.includes(name));
}

/** How a protocol number may be spelt, where that is all that is wrong with it. */
function spellingHint(
  { path: [key], message }: z.core.$ZodIssue,
  trial: Partial<TrialFile>,
): string | undefined {
  const isSpelling = key === "protocolNumber" && message === PROTOCOL_NUMBER_RULE;
  const suggested = isSpelling ? suggestProtocolNumber(trial.protocolNumber ?? "") : undefined;
  return suggested === undefined ? undefined : `Write ${suggested}.`;
}

/** A path of the criteria as one of the whole file. */
export function underCriteria(path: string): string {
  return path === "" ? "criteria" : `criteria.${path}`;
}

/** What no field shows alone: repeated ids, places beyond those of the sites, nothing to consent to. */
function inconsistencies(trial: Omit<TrialFile, "criteria" | "collections">): Problem[] {
  const problems: Problem[] = [];
  const { permissions } = trial.consentForm;
  const repeated = (values: readonly (string | number)[]) =>
    values.find((value, i) => values.indexOf(value) !== i);
  const permission = repeated(permissions.map(({ id }) => id));
  if (permission !== undefined) {
    const path = "consentForm.permissions";
    problems.push({ path, message: `"${permission}" is asked twice`, hint: "Remove one." });
  }
  if (!permissions.some(({ id, required }) => id === "participate" && required)) {
    const message = 'the permission "participate" must be asked and required';
    problems.push({ path: "consentForm.permissions", message, hint: "Add it." });
  }
  problems.push(...languageProblems(trial.consentForm));
  const site = repeated(trial.sites.map(({ id }) => id));
  if (site !== undefined) {
    problems.push({ path: "sites", message: `site ${site} twice`, hint: "Renumber one." });
  }
  const places = trial.sites.reduce((sum, { capacity }) => sum + capacity, 0);
  if (places < trial.capacity) {
    const message = `the sites have ${places} places, the trial ${trial.capacity}`;
    problems.push({ path: "capacity", message, hint: "Lower it, or give the sites more." });
  }
  return problems;
}

/** A translation that lacks a label, or has one that nobody is asked for; a language twice; too many. */
function languageProblems(form: ConsentForm): Problem[] {
  const { permissions, translations = {} } = form;
  const problems: Problem[] = [];
  const [own, ...others] = languagesOf(form);
  const path = "consentForm.translations";
  if (others.length >= MAX_FORM_LANGUAGES) {
    const message = `a form has at most ${MAX_FORM_LANGUAGES} languages`;
    problems.push({ path, message, hint: "Leave some out." });
  }
  if (others.includes(own!)) {
    const message = `"${own}" is the form's own language`;
    problems.push({
      path: `${path}.${own}`,
      message,
      hint: "Remove it, or set consentForm.language.",
    });
  }
  for (const [language, { permissions: labels }] of Object.entries(translations)) {
    const at = `${path}.${language}.permissions`;
    const asked = permissions.map(({ id }) => id);
    for (const id of asked.filter((one) => labels[one] === undefined)) {
      const message = `no label for "${id}"`;
      problems.push({ path: at, message, hint: "Translate each permission that is asked." });
    }
    for (const id of permissionNames.filter((one) => labels[one] && !asked.includes(one))) {
      problems.push({ path: at, message: `"${id}" is not asked`, hint: "Remove it." });
    }
  }
  return problems;
}
