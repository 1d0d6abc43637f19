// Names for the delegation log: they stay in files of the site, and the chain has a hash of each. A name is shown only where
// its hash is the one that was delegated.
import { z } from "zod";
import type { Bytes32 } from "../../../../circuits/statement/trial/trial.ts";
import { hashPerson } from "../../../exchange/staff.ts";
import { InputError } from "../../../files/inputError.ts";

const MAX_BYTES = 10_000;
const line = z.looseObject({
  name: z.string().min(1).max(200),
  role: z.string().min(1).max(200),
  salt: z.string().regex(/^0x[0-9a-f]{64}$/),
});

/** Name and role by the hash on the chain. */
export type StaffNames = ReadonlyMap<Bytes32, string>;

/** The text of the file that a site keeps about somebody it delegated to. */
export function staffFile(of: {
  readonly name: string;
  readonly role: string;
  readonly salt: Bytes32;
  readonly key: string;
  readonly tasks: readonly string[];
}): string {
  return JSON.stringify({ ...of, person: hashPerson(of) }, null, 2);
}

/** Reads such files. Throws InputError naming the first that is none. */
export async function readStaffNames(files: readonly File[]): Promise<StaffNames> {
  const read = await Promise.all(
    files.map(async (file) => {
      const text = file.size > MAX_BYTES ? "" : await file.text();
      const parsed = line.safeParse(parse(text));
      if (!parsed.success) throw new InputError(`${file.name}: not a file of the delegation log`);
      const { name, role, salt } = parsed.data;
      return [hashPerson({ name, role, salt }), `${name}, ${role}`] as const;
    }),
  );
  return new Map(read);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
