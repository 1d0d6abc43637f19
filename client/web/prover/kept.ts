// Public data as last downloaded, for reading without a connection, and what is on its way: drafts of answers, deposits
// that have not arrived. Encrypted with a key from the wallet's seed: what lies here would tell which studies this person
// looks at, and what they answer.
import { clear, createStore, del, delMany, get, set } from "idb-keyval";
import type { LogKeeper, Received } from "../../api/log/head.ts";
import { withStorage } from "../shared/storage.ts";

const store = createStore("cohort-zero-kept", "public");
const LABEL = "cohort-zero/kept-public-data/1";

type Entry = { readonly iv: Uint8Array<ArrayBuffer>; readonly sealed: ArrayBuffer };
export type Kept<T> = { readonly value: T; readonly at: number };

/** Public data of one wallet, by name. */
export class KeptData {
  readonly #keys: Promise<{ name: CryptoKey; content: CryptoKey }>;

  constructor(seed: Uint8Array) {
    this.#keys = deriveKeys(seed);
  }

  async put(name: string, value: unknown): Promise<void> {
    await this.#seal(name, JSON.stringify({ value: pack(value), at: Date.now() }));
  }

  /** Undefined when there is nothing of that name that this wallet wrote. */
  async get<T>(name: string): Promise<Kept<T> | undefined> {
    const text = await this.#unseal(name);
    if (text === undefined) return undefined;
    const { value, at } = JSON.parse(text) as Kept<unknown>;
    return { value: unpack(value) as T, at };
  }

  async remove(name: string): Promise<void> {
    await del(await this.#place(name), store);
  }

  /**
   * Logs of public state, for this wallet's workers. A device that is full keeps less: nothing here
   * is missed, it is downloaded again.
   */
  get logs(): LogKeeper {
    const orNothing = (act: Promise<void>) => act.catch(() => {});
    const headOf = (subject: string) => `head ${subject}`;
    const bytesOf = (subject: string, digest: string) => `bytes ${subject} ${digest}`;
    return {
      head: async (subject) => (await this.get<Received>(headOf(subject)))?.value,
      keepHead: (subject, head) => orNothing(this.put(headOf(subject), head)),
      bytes: (subject, digest) => this.#unseal(bytesOf(subject, digest)),
      keepBytes: (subject, digest, bytes) =>
        orNothing(
          this.#changeList(subject, async (digests) => {
            if (digests.has(digest)) return digests;
            await this.#seal(bytesOf(subject, digest), bytes);
            return new Set([...digests, digest]);
          }),
        ),
      keepOnly: (subject, wanted) =>
        orNothing(
          this.#changeList(subject, async (digests) => {
            const old = [...digests].filter((digest) => !wanted.has(digest));
            if (old.length === 0) return digests;
            const places = old.map((digest) => this.#place(bytesOf(subject, digest)));
            await delMany(await Promise.all(places), store);
            return new Set([...digests].filter((digest) => wanted.has(digest)));
          }),
        ),
    };
  }

  /** Which digests are kept of a subject: names are hidden, so nothing else could tell. */
  async #changeList(
    subject: string,
    change: (digests: ReadonlySet<string>) => Promise<ReadonlySet<string>>,
  ): Promise<void> {
    const name = `digests ${subject}`;
    // Two workers of one wallet keep what they download.
    await navigator.locks.request(`cohort-zero/kept ${await this.#place(name)}`, async () => {
      const before = new Set((await this.get<string[]>(name))?.value);
      const after = await change(before);
      if (after !== before) await this.put(name, [...after]);
    });
  }

  async #seal(name: string, text: string): Promise<void> {
    const { content } = await this.#keys;
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const bytes = new TextEncoder().encode(text);
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, content, bytes);
    await set(await this.#place(name), { iv, sealed } satisfies Entry, store);
  }

  async #unseal(name: string): Promise<string | undefined> {
    try {
      const entry = await get<Entry>(await this.#place(name), store);
      if (entry === undefined) return undefined;
      const { content } = await this.#keys;
      const algorithm = { name: "AES-GCM", iv: entry.iv };
      const bytes = await crypto.subtle.decrypt(algorithm, content, entry.sealed);
      return new TextDecoder().decode(bytes);
    } catch {
      return undefined;
    }
  }

  /** The names say what they are of, so they are hidden too. */
  async #place(name: string): Promise<string> {
    const { name: key } = await this.#keys;
    const bytes = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(name));
    return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }
}

/** Forgets everything kept, of whichever wallet. */
export async function forgetKept(): Promise<void> {
  await withStorage(() => clear(store));
}

async function deriveKeys(seed: Uint8Array) {
  const base = await crypto.subtle.importKey("raw", new Uint8Array(seed), "HKDF", false, [
    "deriveKey",
  ]);
  const derive = (use: string, to: AesKeyGenParams | HmacKeyGenParams, usages: KeyUsage[]) => {
    const info = new TextEncoder().encode(`${LABEL}/${use}`);
    const from = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info };
    return crypto.subtle.deriveKey(from, base, to, false, usages);
  };
  return {
    name: await derive("name", { name: "HMAC", hash: "SHA-256", length: 256 }, ["sign"]),
    content: await derive("content", { name: "AES-GCM", length: 256 }, ["encrypt", "decrypt"]),
  };
}

/** JSON has no bigints: each becomes an object of its own kind, which no download holds. */
function pack(value: unknown): unknown {
  if (typeof value === "bigint") return { $bigint: value.toString() };
  if (Array.isArray(value)) return value.map(pack);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, pack(part)]));
}

function unpack(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unpack);
  if (typeof value !== "object" || value === null) return value;
  if ("$bigint" in value) return BigInt(String(value.$bigint));
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, unpack(part)]));
}
