// Whether a record is about the person with this identity document, looked up on the device.
import { decodeCode } from "../../circuits/statement/encoding/code.ts";
import { unpackFact } from "../../circuits/statement/encoding/fact.ts";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { type Person, personProgram, SEX_VALUES, type Sex } from "../desk/person.ts";
import type { Wallet, WalletRecord } from "./wallet.ts";

/** A record, and the person that it is about. */
export type About = {
  readonly record: WalletRecord;
  readonly person: Person;
  readonly idTagSalt: string;
};

/** To find the document's hash among the facts, any challenge will do. */
const NO_CHALLENGE = `0x${"11".repeat(32)}`;

/**
 * The person of a record, if it holds the hash of this document's text. Refuses with
 * `NoDocumentTag` and `NotThisPerson`.
 */
export function recordAbout(record: WalletRecord, document: string): About {
  const { idTagSalt } = record;
  if (idTagSalt === null) throw new Refusal("NoDocumentTag", { clinic: record.clinicName });
  const about = readPerson(record);
  if (about === undefined) throw new Refusal("NotThisPerson");
  const person: Person = { ...about, document };
  const [, , tag] = personProgram({ person, idTagSalt, challenge: NO_CHALLENGE }).leaves;
  const matches = record.record.facts.some((packed) => {
    const { code, value } = unpackFact(packed);
    return code === tag?.codeLo && value === tag.valueLo;
  });
  if (!matches) throw new Refusal("NotThisPerson");
  return { record, person, idTagSalt };
}

/** When this wallet's person was born (YYYY-MM-DD), by the first record that says it. */
export function birthDateIn({ records }: Pick<Wallet, "records">): string | undefined {
  return records.map(readPerson).find((one) => one !== undefined)?.birthDate;
}

/** Birth date and sex as the record has them. */
function readPerson({ record }: WalletRecord): Omit<Person, "document"> | undefined {
  const values = new Map<string, bigint>();
  for (const packed of record.facts) {
    const { code, value } = unpackFact(packed);
    const { domain, code: name } = decodeCode(code);
    if (domain !== "demographic") break;
    values.set(name, value);
  }
  const birth = values.get("21112-8")?.toString().padStart(8, "0");
  const sexes = Object.entries(SEX_VALUES) as [Sex, bigint][];
  const sex = sexes.find(([, value]) => value === values.get("46098-0"))?.[0];
  if (birth === undefined || sex === undefined) return undefined;
  return { birthDate: `${birth.slice(0, 4)}-${birth.slice(4, 6)}-${birth.slice(6)}`, sex };
}
