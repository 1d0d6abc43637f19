// A sponsor's folder for one cut (Node): the cut, the request with its key, what custodians answered, the packages, and in
// the end the dataset. All of it is readable by its owner only, and a fetch goes on from it.
import { existsSync } from "node:fs";
import { appendFile, mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { naming, writeAtomically } from "../files/atomic.node.ts";
import { bytes32, bytesCodec, decimalCodec as decimal } from "../files/codecs.ts";
import { InputError } from "../files/inputError.ts";
import type { FetchStore, HeldAnswer } from "./collecting.ts";
import type { OpenRequest, SealedCut } from "./cut.ts";

export const CUT_FILE = "cut.json";
const REQUEST_FILE = "request.json";
const ANSWERS_FILE = "answers.jsonl";
const PACKAGES = "packages";
export const DATASET = "dataset";

const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/);

const cutFile = z.strictObject({
  format: z.literal("cohort-zero/cut/1"),
  protocolNumber: z.string(),
  cutId: decimal,
  trialId: bytes32,
  permission: z.int().min(1),
  packagesRoot: bytes32,
  entries: z.array(bytes32).min(1),
});
export type CutFile = SealedCut & { readonly protocolNumber: string };

const requestFile = z.strictObject({
  format: z.literal("cohort-zero/request/1"),
  recipientKey: bytes32,
  /** Opens what custodians answer to this request, and nothing else. */
  privateKey: bytesCodec,
  purpose: z.string(),
  /** Null until it is known to be on the chain. */
  made: z.strictObject({ registry: address, requestId: decimal, until: z.int().min(0) }).nullable(),
});
export type RequestFile = {
  readonly recipientKey: string;
  readonly privateKey: Uint8Array;
  readonly purpose: string;
  readonly made: Omit<OpenRequest, "privateKey"> | null;
};

const answerLine = z.object({
  custodian: address,
  released: z.object({
    entry: bytes32,
    enc: z.string(),
    body: z.string(),
    receipt: z.object({
      number: decimal,
      registry: address,
      requestId: decimal,
      entry: bytes32,
      outcome: bytes32,
      blockNumber: decimal,
    }),
    signature: z.string(),
  }),
});

/** Makes the folder of a cut. Throws InputError when there is one. */
export async function makeFolder(folder: string): Promise<void> {
  if (existsSync(join(folder, CUT_FILE))) {
    throw new InputError(`${folder} holds another cut: name another folder`);
  }
  await mkdir(join(folder, PACKAGES), { recursive: true, mode: 0o700 });
}

export async function writeCut(folder: string, of: CutFile): Promise<void> {
  const { protocolNumber, cutId, trialId, permission, packagesRoot, entries } = of;
  const written = z.encode(cutFile, {
    format: "cohort-zero/cut/1",
    ...{ protocolNumber, cutId, trialId, permission, packagesRoot },
    entries: [...entries],
  });
  await write(join(folder, CUT_FILE), written);
}

/** The folder's cut. Throws InputError when there is none. */
export async function readCut(folder: string): Promise<CutFile> {
  const { format: _, ...cut } = await read(folder, CUT_FILE, cutFile, "cohort sponsor data cut");
  return cut;
}

export async function writeRequest(folder: string, of: RequestFile): Promise<void> {
  const { recipientKey, privateKey, purpose, made } = of;
  const written = z.encode(requestFile, {
    format: "cohort-zero/request/1",
    ...{ recipientKey, privateKey, purpose },
    made: made === null ? null : { ...made },
  });
  await write(join(folder, REQUEST_FILE), written);
}

/** The folder's request. Throws InputError when there is none. */
export async function readRequest(folder: string): Promise<RequestFile> {
  const next = "cohort sponsor data request";
  const { format: _, ...request } = await read(folder, REQUEST_FILE, requestFile, next);
  return request;
}

export function hasRequest(folder: string): boolean {
  return existsSync(join(folder, REQUEST_FILE));
}

/** What custodians answered to an earlier request is of no use to another. */
export async function forgetAnswers(folder: string): Promise<void> {
  await rm(join(folder, ANSWERS_FILE), { force: true });
}

/** Where a fetch keeps what has come. */
export function folderStore(folder: string): FetchStore {
  const packageAt = (hash: string) => join(folder, PACKAGES, `${hash.slice(2)}.age`);
  return {
    package: async (hash) => await readIfThere(packageAt(hash)),
    keepPackage: async (hash, bytes) => {
      await mkdir(join(folder, PACKAGES), { recursive: true, mode: 0o700 });
      await writeAtomically(packageAt(hash), bytes);
    },
    answers: async () => {
      const bytes = await readIfThere(join(folder, ANSWERS_FILE));
      return bytes === undefined ? [] : new TextDecoder().decode(bytes).split("\n").flatMap(lineOf);
    },
    keepAnswers: async (answers) => {
      const lines = answers.map((one) => `${JSON.stringify(one, asText)}\n`).join("");
      const path = join(folder, ANSWERS_FILE);
      await appendFile(path, lines, { mode: 0o600 }).catch((error: unknown) => {
        throw naming(error, path);
      });
    },
  };
}

/** Removes keys, answers, packages and the dataset; which cut and request it was stays. */
export async function purgeFolder(folder: string): Promise<void> {
  for (const name of [PACKAGES, ANSWERS_FILE, DATASET, `${DATASET}.partial`]) {
    await rm(join(folder, name), { recursive: true, force: true });
  }
  if (!hasRequest(folder)) return;
  await writeRequest(folder, { ...(await readRequest(folder)), privateKey: new Uint8Array() });
}

const asText = (_: string, value: unknown) =>
  typeof value === "bigint" ? value.toString() : value;

/** A line that a crash cut short is no answer: it is asked for again. */
function lineOf(line: string): HeldAnswer[] {
  try {
    const parsed = answerLine.safeParse(JSON.parse(line));
    return parsed.success ? [parsed.data] : [];
  } catch {
    return [];
  }
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

async function write(path: string, content: unknown): Promise<void> {
  await writeAtomically(path, new TextEncoder().encode(`${JSON.stringify(content, null, 2)}\n`));
}

async function read<T>(
  folder: string,
  name: string,
  shape: z.ZodType<T>,
  next: string,
): Promise<T> {
  const bytes = await readIfThere(join(folder, name));
  if (bytes === undefined) throw new InputError(`${folder} has no ${name}: run ${next} first`);
  try {
    return shape.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    // What zod and the parser say may quote a key.
    throw new InputError(`${join(folder, name)} is damaged`);
  }
}
