// Which document came to this desk under which pseudonym of a trial: one person with two identities
// is two pseudonyms and one document. Kept: a slow salted hash, never the document's number.
import { hexlify, randomBytes, scrypt, toUtf8Bytes } from "ethers";
import { z } from "zod";
import type { Field } from "../../circuits/statement/encoding/field.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import type { Bytes32 } from "../../circuits/statement/trial/trial.ts";
import { normaliseDocument } from "../desk/idTag.ts";
import { bytes32, fieldCodec } from "../files/codecs.ts";

const FORMAT = "cohort-zero/desk-memory/1";
/** scrypt's N: a fifth of a second and 32 MiB a guess. Document numbers are few, so guesses shall be dear. */
const WORK = 2 ** 15;

/** What one desk noted of one trial, under its own salt. A memory that took in another has several of a trial. */
const book = z.strictObject({
  trialId: bytes32,
  salt: bytes32,
  people: z.array(z.strictObject({ mark: bytes32, pseudonym: fieldCodec })),
});
const memory = z.strictObject({ format: z.literal(FORMAT), books: z.array(book) });
type Book = z.output<typeof book>;
/** All that a desk remembers, of each of its trials. Plain data: keep it for as long as the trial runs. */
export type DeskMemory = z.output<typeof memory>;

export const EMPTY_MEMORY: DeskMemory = { format: FORMAT, books: [] };

/** One document at one trial, and the pseudonyms under which it came here before. */
export type Sighting = {
  readonly trialId: Bytes32;
  /** Its hash under each salt; at least one. */
  readonly marks: readonly { readonly salt: Bytes32; readonly mark: Bytes32 }[];
  readonly known: readonly bigint[];
};
/** What is to be kept about somebody who was admitted. */
export type Note = Sighting & { readonly pseudonym: bigint };

/** Reads a memory, strictly: a damaged one is refused (`MalformedInput`), never taken for an empty one. */
export function parseMemory(json: unknown): DeskMemory {
  const parsed = memory.safeParse(json);
  if (parsed.success) return parsed.data;
  const part = parsed.error.issues[0]?.path.join(".") ?? "";
  throw new Refusal("MalformedInput", { what: "desk's memory", part });
}

/** The memory as JSON text. */
export function writeMemory(of: DeskMemory): string {
  return `${JSON.stringify(z.encode(memory, of), null, 2)}\n`;
}

/** Looks a document up. Throws RangeError when nothing is left of its text. */
export async function lookUp(of: {
  memory: DeskMemory;
  trialId: Bytes32;
  document: string;
}): Promise<Sighting> {
  const { trialId } = of;
  const text = normaliseDocument(of.document);
  if (text.length === 0) throw new RangeError("the document's text holds no letter or digit");
  const found = of.memory.books.filter((one) => one.trialId === trialId);
  const books = found.length > 0 ? found : [{ salt: hexlify(randomBytes(32)), people: [] }];
  const marks: Sighting["marks"][number][] = [];
  const known = new Set<bigint>();
  for (const { salt, people } of books) {
    const mark = await scrypt(toUtf8Bytes(text), salt, WORK, 8, 1, 32);
    marks.push({ salt, mark });
    for (const person of people) if (person.mark === mark) known.add(person.pseudonym);
  }
  return { trialId, marks, known: [...known] };
}

/** The memory with one more person in it: of a document known already, the pseudonym of now alone. */
export function remember(of: DeskMemory, { trialId, marks, pseudonym }: Note): DeskMemory {
  const [first] = marks;
  const forget = (one: Book): Book => {
    const own = marks.find(({ salt }) => one.trialId === trialId && one.salt === salt);
    return { ...one, people: one.people.filter(({ mark }) => mark !== own?.mark) };
  };
  const { mark, salt } = first!;
  const person = { mark, pseudonym: pseudonym as Field };
  return mergeMemories(
    { ...of, books: of.books.map(forget) },
    { ...EMPTY_MEMORY, books: [{ trialId, salt, people: [person] }] },
  );
}

/** Two memories as one. What both say of a document, the first one knows better. */
export function mergeMemories(one: DeskMemory, other: DeskMemory): DeskMemory {
  const isSame = (a: Book, b: Book) => a.trialId === b.trialId && a.salt === b.salt;
  const merged = one.books.map((book) => {
    const more = other.books.filter((b) => isSame(book, b)).flatMap(({ people }) => people);
    const isNew = ({ mark }: Book["people"][number]) => book.people.every((p) => p.mark !== mark);
    return { ...book, people: [...book.people, ...more.filter(isNew)] };
  });
  const added = other.books.filter((book) => !one.books.some((b) => isSame(b, book)));
  return { ...one, books: [...merged, ...added] };
}

/** How many of these pseudonyms the desk has nothing about. */
export function countUnknown(of: {
  memory: DeskMemory;
  trialId: Bytes32;
  pseudonyms: readonly bigint[];
}): number {
  const books = of.memory.books.filter(({ trialId }) => trialId === of.trialId);
  const known = new Set<bigint>(books.flatMap(({ people }) => people.map((p) => p.pseudonym)));
  return of.pseudonyms.filter((pseudonym) => !known.has(pseudonym)).length;
}
