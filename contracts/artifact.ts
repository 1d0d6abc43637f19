// Reads what `hardhat build` wrote: ABI and bytecode of a contract (Node only; for deploying and
// exporting).
import { readFileSync } from "node:fs";
import type { InterfaceAbi } from "ethers";

const SOURCES = {
  Accreditation: "contracts/Accreditation.sol",
  CircuitRegistry: "contracts/CircuitRegistry.sol",
  RecordRegistry: "contracts/RecordRegistry.sol",
  TrialRegistry: "contracts/TrialRegistry.sol",
  Screening: "contracts/Screening.sol",
  Enrollment: "contracts/Enrollment.sol",
  StaffRegistry: "contracts/exchange/StaffRegistry.sol",
  DepositLog: "contracts/exchange/DepositLog.sol",
  CutRegistry: "contracts/exchange/CutRegistry.sol",
  CustodyLog: "contracts/exchange/CustodyLog.sol",
  EmergencyAccess: "contracts/exchange/EmergencyAccess.sol",
  PersonTags: "contracts/exchange/PersonTags.sol",
  EligibilityVerifier8: "contracts/generated/EligibilityVerifier8.sol",
  EligibilityVerifier32: "contracts/generated/EligibilityVerifier32.sol",
  Semaphore: "@semaphore-protocol/contracts/Semaphore.sol",
  SemaphoreVerifier: "@semaphore-protocol/contracts/base/SemaphoreVerifier.sol",
  PoseidonT3: "poseidon-solidity/PoseidonT3.sol",
  PoseidonT4: "poseidon-solidity/PoseidonT4.sol",
  ERC2771Forwarder: "@openzeppelin/contracts/metatx/ERC2771Forwarder.sol",
} as const;
export type ContractName = keyof typeof SOURCES;

type Links = Record<string, Record<string, { start: number; length: number }[]>>;
export type Artifact = {
  readonly abi: InterfaceAbi;
  readonly bytecode: string;
  readonly linkReferences: Links;
};

/** A contract's build output. Throws an Error that says how to build. */
export function readArtifact(name: ContractName): Artifact {
  const file = new URL(`./build/artifacts/${SOURCES[name]}/${name}.json`, import.meta.url);
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Artifact;
  } catch (cause) {
    const advice = "build the contracts first: npx hardhat build (Node 22 or later)";
    throw new Error(`no build output for ${name}; ${advice}`, { cause });
  }
}

/** Bytecode with libraries' addresses filled in. Throws when one is missing. */
export function linkBytecode(artifact: Artifact, libraries: Record<string, string>): string {
  let code = artifact.bytecode;
  for (const byName of Object.values(artifact.linkReferences)) {
    for (const [library, places] of Object.entries(byName)) {
      const address = libraries[library];
      if (address === undefined) throw new Error(`library ${library} is not deployed`);
      for (const { start, length } of places) {
        const at = 2 + start * 2;
        code = code.slice(0, at) + address.slice(2).toLowerCase() + code.slice(at + length * 2);
      }
    }
  }
  return code;
}
