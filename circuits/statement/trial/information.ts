// What a study asks of a person and whom to call: optional texts of a trial file, in people's own words. The version's
// digest binds them with the rest of the file; no contract and no circuit knows them.
import { z } from "zod";
import { hashDocument } from "./trial.ts";

const text = (longest: number) => z.string().min(1).max(longest);

/** Each text by its key, with the title that sponsor, board and patient see, in the order in which they see them. */
export const INFORMATION_TITLES = {
  duration: "How long it takes",
  visits: "Visits and what happens there",
  risks: "Risks and side effects",
  benefits: "What you may gain",
  payments: "Payments and costs",
} as const;
export type InformationKey = keyof typeof INFORMATION_TITLES;
export const INFORMATION_KEYS = Object.keys(INFORMATION_TITLES) as InformationKey[];

const PHONE_RULE = 'a phone number is "+", digits, spaces, "-" and brackets: "+49 30 23125 410"';
/** As people dial it; nothing that would be a link to somewhere else. */
export const Phone = z.string().regex(/^\+?[0-9][0-9 ()/-]{2,39}$/, PHONE_RULE);

const Contact = z.strictObject({
  name: text(200),
  /** "Study doctor", "Day and night". */
  role: text(200).optional(),
  phone: Phone.optional(),
  email: z.email().max(200).optional(),
});
export type Contact = z.infer<typeof Contact>;

/** A short question on what was read. Nobody but the reader learns the answer. */
const Question = z
  .strictObject({
    question: text(500),
    answers: z.array(text(300)).min(2).max(5),
    /** Which of the answers is right, from 0. */
    right: z.int().min(0),
    /** Shown to whoever chose another. */
    why: text(1000),
  })
  .refine(({ right, answers }) => right < answers.length, {
    path: ["right"],
    message: "there is no such answer",
  });
export type Question = z.infer<typeof Question>;

/** Of a document of at most 200,000 characters. */
const MAX_PICTURE_CHARACTERS = 60_000;
const PICTURE_RULE =
  'a picture is the file itself, PNG, JPEG or WebP, of at most 45 kB: "data:image/png;base64,…"';
const VIDEO_RULE = "a video is a link that begins with https://, without a name or password in it";
const about = {
  title: text(200),
  /** For those who do not see it. */
  description: text(1000),
};
/**
 * Pictures stand in the file itself, so that its hash binds them and nothing is fetched from strangers; a video is a link
 * that people may follow.
 */
const Medium = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("picture"),
    ...about,
    image: z
      .string()
      .max(MAX_PICTURE_CHARACTERS, PICTURE_RULE)
      .regex(/^data:image\/(?:png|jpeg|webp);base64,[A-Za-z0-9+/]+={0,2}$/, PICTURE_RULE),
  }),
  z.strictObject({
    kind: z.literal("video"),
    ...about,
    url: z
      .string()
      .max(500)
      .regex(/^https:\/\/[a-z0-9.-]+(?:\/[^\s"<>]*)?$/i, VIDEO_RULE),
  }),
]);
export type Medium = z.infer<typeof Medium>;

export const Information = z.strictObject({
  duration: text(2000).optional(),
  visits: text(5000).optional(),
  risks: text(5000).optional(),
  benefits: text(5000).optional(),
  payments: text(2000).optional(),
  contacts: z.array(Contact).min(1).max(10).optional(),
  questions: z.array(Question).min(1).max(10).optional(),
  media: z.array(Medium).min(1).max(5).optional(),
});
export type Information = z.infer<typeof Information>;

/** A contact in one line: "Dr. Okafor, study doctor: +49 30 23125 410, ask@example.org". */
function contactWords({ name, role, phone, email }: Contact): string {
  const who = [name, role].filter((one) => one !== undefined).join(", ");
  const ways = [phone, email].filter((one) => one !== undefined).join(", ");
  return ways === "" ? who : `${who}: ${ways}`;
}

function questionWords({ question, answers, right, why }: Question): string {
  const lines = answers.map((answer, i) => `${i === right ? "(right) " : ""}${answer}`);
  return [question, ...lines, why].join("\n");
}

/** A picture by the hash of what stands in the file, a video by where it leads. */
function mediumFact(medium: Medium): [name: string, words: string] {
  const { title, description } = medium;
  if (medium.kind === "video") return [`Video: ${title}`, `${medium.url}\n${description}`];
  return [`Picture: ${title}`, `${description}\nkeccak256 ${hashDocument(medium.image)}`];
}

/**
 * All of it as names and words, for those who review it: each text, pictures and videos, whom to ask, each question with
 * its answers.
 */
export function informationFacts(information: Information = {}): [name: string, words: string][] {
  const texts = INFORMATION_KEYS.flatMap((key): [string, string][] => {
    const words = information[key];
    return words === undefined ? [] : [[INFORMATION_TITLES[key], words]];
  });
  const contacts = (information.contacts ?? []).map(contactWords).join("\n");
  const asked = (information.questions ?? []).map((one, i): [string, string] => [
    `Question ${i + 1} on what was read`,
    questionWords(one),
  ]);
  return [
    ...texts,
    ...(information.media ?? []).map(mediumFact),
    ...(contacts === "" ? [] : [["Whom to ask", contacts] as [string, string]]),
    ...asked,
  ];
}

/** Where a site is and how to call it, as far as the trial says so: "1 Main Street; +49 30 23125 410". */
export function reachWords(site: {
  address?: string | undefined;
  phone?: string | undefined;
}): string {
  return [site.address, site.phone].filter((one) => one !== undefined).join("; ");
}
