// Who may consent to a trial for somebody else, and until when: a part of the consent form, so that the form's hash,
// which every consent names, binds it. A version's offered permissions say it too, by two of the bits that are free for a
// trial's own: so everybody who reads the chain knows it, also of a sealed text. No consent ever has these bits.
import { z } from "zod";
import type { GivenBy } from "./consent.ts";

export const Representation = z
  .strictObject({
    /** Parents and guardians, until the person comes of age. */
    minors: z.strictObject({ ageOfMajority: z.int().min(16).max(21) }).optional(),
    /** Legal representatives of adults who cannot decide for themselves. */
    adults: z.literal(true).optional(),
  })
  .refine(({ minors, adults }) => minors !== undefined || adults !== undefined, {
    message: "names nobody who may be represented",
  });
export type Representation = z.infer<typeof Representation>;

/** What a representative is to the person, and whom such a one speaks for. */
export const RELATIONS = {
  parent: { of: "minors", words: "parent" },
  guardian: { of: "minors", words: "guardian of a minor" },
  courtAppointed: { of: "adults", words: "guardian whom a court appointed" },
  healthProxy: { of: "adults", words: "holder of a power of attorney for health care" },
} as const;
export type Relation = keyof typeof RELATIONS;
export const RELATION_NAMES = Object.keys(RELATIONS) as [Relation, ...Relation[]];

const MARKS = { minors: 1 << 8, adults: 1 << 9 } as const;

type Form = { readonly representation?: Representation | undefined };

/** Where no form says otherwise. */
const USUAL_MAJORITY = 18;

/** The age from which a person consents themselves, by this form. */
export function majorityIn({ representation }: Form): number {
  return representation?.minors?.ageOfMajority ?? USUAL_MAJORITY;
}

/** What a version offers so that the chain says who may be represented. */
export function representationMarks({ representation = {} }: Form): number {
  const { minors, adults } = representation;
  return (minors === undefined ? 0 : MARKS.minors) | (adults === undefined ? 0 : MARKS.adults);
}

/** Whether a version's terms let such a one give a consent. Only the young assent. */
export function mayGive(givenBy: GivenBy, offeredPermissions: number): boolean {
  if (givenBy === "self") return true;
  const marks = givenBy === "representative" ? MARKS.minors | MARKS.adults : MARKS.minors;
  return (offeredPermissions & marks) !== 0;
}

/** The relations that a form allows, for whoever speaks as `givenBy` says: only the young assent. */
export function relationsOf({ representation }: Form, givenBy: GivenBy): Relation[] {
  if (givenBy === "self" || representation === undefined) return [];
  return RELATION_NAMES.filter((name) => {
    const { of } = RELATIONS[name];
    const isAllowed = representation[of] !== undefined;
    return isAllowed && (givenBy === "representative" || of === "minors");
  });
}

/** Who may consent, as name and words, for board and patient. */
export function representationFacts(
  representation: Representation | undefined,
): [name: string, words: string][] {
  if (representation === undefined) return [["Who consents", "Each person alone, for themselves."]];
  const { minors, adults } = representation;
  const lines = [
    "Each person for themselves, or:",
    ...(minors === undefined
      ? []
      : [
          `A parent or guardian for someone under ${minors.ageOfMajority}, who may assent as well. It ends before the day on which they turn ${minors.ageOfMajority}; then they are on hold until their own consent.`,
        ]),
    ...(adults === undefined
      ? []
      : ["A legal representative for an adult who cannot decide for themselves."]),
    "The site checks the representative's authority when the person arrives.",
  ];
  return [["Who consents", lines.join("\n")]];
}

/** What the site attests of everybody at arrival, in a trial where somebody else may consent. */
export const AUTHORITY = {
  id: "representatives-authority",
  text: "The person consented for themselves; or whoever consented for them was here, and showed papers that give them the authority",
  by: "site",
  when: "site",
  path: "consentForm.representation",
  negated: false,
} as const;

/** The beginning (UTC, Unix seconds) of the day on which somebody reaches an age. `birthDate`: YYYY-MM-DD. */
export function reaches(birthDate: string, age: number): number {
  const [year, month, day] = birthDate.split("-").map(Number);
  return Date.UTC(year! + age, month! - 1, day!) / 1000;
}
