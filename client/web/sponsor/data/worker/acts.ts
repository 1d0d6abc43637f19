// What the worker of the sponsor's data does.
import type { Bytes32 } from "../../../../../circuits/statement/trial/trial.ts";
import { InputError } from "../../../../files/inputError.ts";
import { zipOf } from "../../../wallet/data/zip.ts";
import { openData } from "./fetching.ts";
import { forgetHeld } from "./held.ts";
import type { FetchInput, OpenedData, OpeningProgress, Which } from "./messages.ts";

/** Files of what was opened last, by request. */
const written = new Map<string, ReadonlyMap<string, Uint8Array>>();
const nameOf = ({ registry, requestId }: Which) => `${registry.toLowerCase()} ${requestId}`;

function filesOf(which: Which): ReadonlyMap<string, Uint8Array> {
  const files = written.get(nameOf(which));
  if (files === undefined) throw new InputError("nothing of this request is open: fetch it again");
  return files;
}

export const acts = {
  "dataset.fetch": async (
    input: FetchInput & { readonly which: Which },
    report: (progress: OpeningProgress) => void,
  ): Promise<OpenedData> => {
    const { files, opened } = await openData(input, report);
    written.set(nameOf(input.which), files);
    return opened;
  },
  /** One file of it. */
  "dataset.file": async ({ which, path }: { which: Which; path: string }): Promise<Uint8Array> => {
    const bytes = filesOf(which).get(path);
    if (bytes === undefined) throw new InputError(`there is no file ${path}`);
    return bytes;
  },
  /** The folder as one archive: unpacked, the auditor's commands read it. */
  "dataset.archive": async (of: { which: Which; folder: string }): Promise<Blob> => {
    const files = [...filesOf(of.which)];
    return zipOf(files.map(([path, bytes]) => ({ name: `${of.folder}/${path}`, bytes })));
  },
  /** Destroys what is here of a request: opened files, shares and packages. */
  "dataset.forget": async (of: { which: Which; packages: readonly Bytes32[] }): Promise<void> => {
    written.delete(nameOf(of.which));
    await forgetHeld(of.which, of.packages);
  },
};
