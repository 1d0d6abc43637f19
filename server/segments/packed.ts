// Bytes by their digest, packed once: those asked for last stay, up to a bound.
import { promisify } from "node:util";
import { gzip } from "node:zlib";

const pack = promisify(gzip);
/** All that is kept of this server's segments. What is dropped is made again from its events. */
const MOST_BYTES = 64 * 2 ** 20;

export class PackedBytes {
  readonly #kept = new Map<string, Buffer>();
  readonly #packing = new Map<string, Promise<Buffer>>();
  #size = 0;

  get(digest: string): Promise<Buffer> | Buffer | undefined {
    const found = this.#kept.get(digest);
    if (found === undefined) return this.#packing.get(digest);
    // The newest stands last.
    this.#kept.delete(digest);
    this.#kept.set(digest, found);
    return found;
  }

  put(digest: string, bytes: string): Promise<Buffer> {
    const packing = pack(bytes).then((packed) => {
      this.#packing.delete(digest);
      if (!this.#kept.has(digest)) this.#size += packed.length;
      this.#kept.set(digest, packed);
      for (const [oldest, { length }] of this.#kept) {
        if (this.#size <= MOST_BYTES) break;
        this.#kept.delete(oldest);
        this.#size -= length;
      }
      return packed;
    });
    this.#packing.set(digest, packing);
    return packing;
  }
}
