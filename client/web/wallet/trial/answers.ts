// A consent form as far as it is filled in. It is kept sealed: auto-lock discards nothing of it.
import { z } from "zod";
import { GIVEN_BY, type GivenBy } from "../../../../circuits/statement/trial/consent.ts";
import {
  closestLanguage,
  formIn,
  languageMark,
} from "../../../../circuits/statement/trial/formLanguages.ts";
import {
  RELATION_NAMES,
  type Relation,
} from "../../../../circuits/statement/trial/representation.ts";
import type { Permission } from "../../../../circuits/statement/trial/trial.ts";
import type { Grant } from "../../../patient/consent.ts";
import { type Mandate, mandate } from "../../../patient/wallet.ts";
import type { ReviewedTrial } from "../../../trial/review.ts";
import { useLanguage } from "../../shared/language.ts";
import { type Answered, allAnswered } from "../../shared/YesNo.tsx";
import { useFormDraft } from "../vault/formDraft.tsx";
import type { Chosen } from "./Questions.tsx";
import type { Granted } from "./standing.ts";

export const YEARS = ["1", "2", "5", "10"] as const;

const draft = z.strictObject({
  given: z.array(z.string()),
  stated: z.array(z.tuple([z.string(), z.boolean()])),
  chosen: z.array(z.tuple([z.int(), z.int()])),
  siteId: z.int().nullable(),
  years: z.enum(YEARS),
  givenBy: z.enum(Object.keys(GIVEN_BY) as [GivenBy, ...GivenBy[]]),
  /** Of the form, once it was chosen here. */
  language: z.string().nullable().default(null),
  /** Where somebody else consents: what they are to the person, and what they signed. */
  relation: z.enum(RELATION_NAMES).nullable().default(null),
  mandate: mandate.nullable().default(null),
});
type Draft = z.output<typeof draft>;

export type Answers = ReturnType<typeof useAnswers>;

/** Of a trial, what its form is made of. */
export type FormOf = Pick<ReviewedTrial, "document" | "compiled">;

/** What the patient states at consent, by the trial's own attestations. */
export const statementsOf = ({ compiled }: FormOf) =>
  compiled.attestations.filter(({ by, when }) => by === "patient" && when === "consent");

export const questionsOf = ({ document }: FormOf) => document.trial.information?.questions ?? [];

/** What has been ticked and chosen so far. */
export function useAnswers(of: {
  reviewed: FormOf;
  /** Of the version: ticks under another form are none under this one. */
  digest: string;
  before: Granted | undefined;
}) {
  const { reviewed, digest, before } = of;
  const { consentForm, sites } = reviewed.document.trial;
  const onlySite = sites.length === 1 ? sites[0]!.id : null;
  const start: Draft = {
    given: [...(before?.permissions ?? [])],
    stated: [],
    chosen: [],
    siteId: before?.siteId ?? onlySite,
    years: "2",
    givenBy: "self",
    language: null,
    relation: null,
    mandate: null,
  };
  const name = `consent ${digest} ${before === undefined ? "first" : "again"}`;
  const { value, change, ...kept } = useFormDraft({ name, start, schema: draft });
  const { siteId, years, givenBy, relation, mandate: signed } = value;
  const page = useLanguage() ?? "en";
  const language = closestLanguage(consentForm, value.language ?? page);
  const given: ReadonlySet<string> = new Set(value.given);
  const stated: Answered = new Map(value.stated);
  const chosen: Chosen = new Map(value.chosen);
  const isComplete =
    siteId !== null &&
    (givenBy === "self" || signed !== null) &&
    consentForm.permissions.every(({ id, required }) => !required || given.has(id)) &&
    allAnswered(statementsOf(reviewed), stated) &&
    questionsOf(reviewed).every((_, i) => chosen.has(i));
  return {
    ...{ given, stated, chosen, siteId: siteId ?? undefined, years, givenBy, isComplete },
    ...{ language, relation: relation ?? undefined, mandate: signed ?? undefined },
    /** As it is read in that language. */
    form: formIn(consentForm, language),
    // A representative signs for one text, these permissions and this site, and for no others.
    setLanguage: (next: string) => change({ language: next, mandate: null }),
    setGiven: (next: ReadonlySet<string>) => change({ given: [...next], mandate: null }),
    setStated: (next: Answered) => change({ stated: [...next] }),
    setChosen: (next: Chosen) => change({ chosen: [...next] }),
    setSite: (next: number) => change({ siteId: next, mandate: null }),
    setYears: (next: (typeof YEARS)[number]) => change({ years: next }),
    setGivenBy: (next: GivenBy) => change({ givenBy: next, relation: null, mandate: null }),
    setRelation: (next: Relation) => change({ relation: next, mandate: null }),
    setMandate: (next: Mandate) => change({ mandate: next }),
    ...kept,
    grant: (): Grant => {
      const permissions = [...given] as Permission[];
      const readIn = languageMark(consentForm, language);
      const grant = { permissions, siteId: siteId!, years: Number(years), givenBy };
      return {
        ...grant,
        ...(readIn !== 0 && { readIn }),
        ...(signed !== null && { mandate: signed }),
      };
    },
  };
}
