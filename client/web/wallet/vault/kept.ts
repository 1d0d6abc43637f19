// Public data as last downloaded, for reading without a connection. Encrypted with a key from the wallet's seed:
// what lies here would tell which studies this person looks at.
import { clear, createStore, get, set } from "idb-keyval";

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
    const { content } = await this.#keys;
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const text = JSON.stringify({ value: pack(value), at: Date.now() });
    const bytes = new TextEncoder().encode(text);
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, content, bytes);
    await set(await this.#place(name), { iv, sealed } satisfies Entry, store);
  }

  /** Undefined when there is nothing of that name that this wallet wrote. */
  async get<T>(name: string): Promise<Kept<T> | undefined> {
    const entry = await get<Entry>(await this.#place(name), store);
    if (entry === undefined) return undefined;
    const { content } = await this.#keys;
    try {
      const algorithm = { name: "AES-GCM", iv: entry.iv };
      const bytes = await crypto.subtle.decrypt(algorithm, content, entry.sealed);
      const { value, at } = JSON.parse(new TextDecoder().decode(bytes)) as Kept<unknown>;
      return { value: unpack(value) as T, at };
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
  await clear(store);
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
