// Contracts stay small: what no longer fits becomes a contract of its own.
import { describe, expect, test } from "vitest";
import { CONTRACT_NAMES, readArtifact } from "../../contracts/artifact.ts";

const LIMIT_BYTES = 20_000;
/** Of others, and as they publish them. */
const STOCK = ["Semaphore", "SemaphoreVerifier", "PoseidonT3", "PoseidonT4", "ERC2771Forwarder"];

describe("a contract of ours", () => {
  test.each(CONTRACT_NAMES.filter((name) => !STOCK.includes(name)))(
    "has at most 20,000 bytes: %s",
    (name) => {
      const { deployedBytecode } = readArtifact(name) as unknown as { deployedBytecode: string };
      expect((deployedBytecode.length - 2) / 2).toBeLessThanOrEqual(LIMIT_BYTES);
    },
  );
});
