// Which files proving needs, how large they are, and what they must hash to: built into this program, not asked
// of the server.
import manifest from "../../../circuits/artifacts/manifest.json" with { type: "json" };
import { manifestHashes, SEMAPHORE_CIRCUIT } from "../../artifacts/artifacts.ts";
import { SEMAPHORE_HASHES } from "../../artifacts/semaphoreHashes.ts";

type KeyFile = { readonly name: string; readonly bytes: number; readonly packedBytes: number };

/** Sizes of npm's @zk-kit/semaphore-artifacts at the one depth in use; they travel as they are. */
const SEMAPHORE_BYTES = { wasm: 1_847_949, zkey: 3_890_175 } as const;

const semaphore = Object.entries(SEMAPHORE_BYTES).map(([type, bytes]) => ({
  name: `${SEMAPHORE_CIRCUIT}.${type}`,
  bytes,
  packedBytes: bytes,
}));
const own = Object.values(manifest.circuits).flatMap(({ files }) =>
  Object.entries(files).map(([name, { bytes, packedBytes }]) => ({ name, bytes, packedBytes })),
);

/** Everybody fetches all of them, whatever fits: a download that followed a private yes would tell it. */
export const KEY_FILES: readonly KeyFile[] = [...semaphore, ...own];
export const KEY_HASHES: Readonly<Record<string, string>> = {
  ...manifestHashes(manifest as unknown as Parameters<typeof manifestHashes>[0]),
  ...SEMAPHORE_HASHES,
};

/** What they take on the device. */
export const KEY_BYTES = KEY_FILES.reduce((sum, { bytes }) => sum + bytes, 0);
/** What travels. */
export const KEY_PACKED_BYTES = KEY_FILES.reduce((sum, { packedBytes }) => sum + packedBytes, 0);
