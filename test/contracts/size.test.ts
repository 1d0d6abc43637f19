// Contracts stay small: what no longer fits becomes a contract of its own.
import { describe, expect, test } from "vitest";
import { type ContractName, readArtifact } from "../../contracts/artifact.ts";

const LIMIT_BYTES = 20_000;
/** Every contract, and whether it is ours; the others are as they are published. */
const IS_OURS: Readonly<Record<ContractName, boolean>> = {
  Accreditation: true,
  CircuitRegistry: true,
  RecordRegistry: true,
  TrialRegistry: true,
  Screening: true,
  Enrollment: true,
  StaffRegistry: true,
  DepositLog: true,
  CutRegistry: true,
  CustodyLog: true,
  EmergencyAccess: true,
  PersonTags: true,
  EligibilityVerifier8: true,
  EligibilityVerifier32: true,
  Semaphore: false,
  SemaphoreVerifier: false,
  PoseidonT3: false,
  PoseidonT4: false,
  ERC2771Forwarder: false,
};
const NAMES = Object.keys(IS_OURS) as ContractName[];

describe("a contract of ours", () => {
  test.each(NAMES.filter((name) => IS_OURS[name]))("has at most 20,000 bytes: %s", (name) => {
    const { deployedBytecode } = readArtifact(name) as unknown as { deployedBytecode: string };
    expect((deployedBytecode.length - 2) / 2).toBeLessThanOrEqual(LIMIT_BYTES);
  });
});
