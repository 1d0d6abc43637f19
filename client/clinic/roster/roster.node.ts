// The roster's file. One process at a time reads and changes it: a lock beside the file keeps the others waiting.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { Refusal } from "../../../circuits/statement/refusal.ts";
import { writeAtomically } from "../../files/atomic.node.ts";
import { InputError } from "../../files/inputError.ts";
import { withLock } from "./lock.node.ts";
import { createRoster, type Roster } from "./roster.ts";
import { sealRoster, unsealRoster } from "./sealed.ts";

export type RosterFile = {
  readonly path: string;
  readonly passphrase: string;
  /** Whose roster it must be. */
  readonly clinic: string;
};

/** Writes an empty roster. Refuses (`RosterExists`) to overwrite one. */
export async function createRosterFile({ path, passphrase, clinic }: RosterFile): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await withLock(path, async () => {
    if (existsSync(path)) throw new Refusal("RosterExists");
    await writeAtomically(path, await sealRoster({ roster: createRoster(clinic), passphrase }));
  });
}

/** A roster that is open: nobody else changes it meanwhile. */
export type OpenRoster = {
  readonly roster: Roster;
  /** Replaces it, in one step. Resolves once it lies on the disk. */
  readonly save: (roster: Roster) => Promise<void>;
};

/** Opens a clinic's roster, and closes it after the act. Refuses with `NoRoster`, `WrongPassphrase`, `NotARoster`. */
export async function withRoster<T>(
  file: RosterFile,
  act: (open: OpenRoster) => Promise<T>,
): Promise<T> {
  const { path, passphrase, clinic } = file;
  if (!existsSync(path)) throw new Refusal("NoRoster");
  return await withLock(path, async () => {
    let bytes = new Uint8Array(await readFile(path));
    const roster = await unsealRoster({ bytes, passphrase, clinic });
    const save = async (changed: Roster) => {
      const next = await sealRoster({ roster: changed, passphrase });
      // The lock is a promise among programs that know it; what others wrote must not be lost either.
      if (digest(await readFile(path)) !== digest(bytes)) {
        throw new InputError(`${path}: changed by another program in the meantime; try again`);
      }
      await writeAtomically(path, next);
      bytes = new Uint8Array(next);
    };
    return await act({ roster, save });
  });
}

function digest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
