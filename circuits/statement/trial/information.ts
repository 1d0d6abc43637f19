// What a study asks of a person and whom to call: optional texts of a trial file, in people's own words. The version's
// digest binds them with the rest of the file; no contract and no circuit knows them.
import { z } from "zod";

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

export const Information = z.strictObject({
  duration: text(2000).optional(),
  visits: text(5000).optional(),
  risks: text(5000).optional(),
  benefits: text(5000).optional(),
  payments: text(2000).optional(),
  contacts: z.array(Contact).min(1).max(10).optional(),
  questions: z.array(Question).min(1).max(10).optional(),
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

/** All of it as names and words, for those who review it: each text, whom to ask, each question with its answers. */
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
