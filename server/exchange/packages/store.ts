// Where packages lie, by the SHA-256 of their bytes (0x and 64 digits).
import type { Readable } from "node:stream";

export type PackageStore = {
  /** Answers once the bytes are safe; the same again changes nothing. Throws what the disk or the network throws. */
  readonly put: (hash: string, bytes: Uint8Array) => Promise<void>;
  /** Undefined when there is none. */
  readonly open: (hash: string) => Promise<OpenPackage | undefined>;
  readonly has: (hash: string) => Promise<boolean>;
  /** Also when there is none. */
  readonly remove: (hash: string) => Promise<void>;
  /** Removes what a crash has left half-written. */
  readonly tidy: () => Promise<void>;
};

export type OpenPackage = { readonly size: number; readonly bytes: Readable };
