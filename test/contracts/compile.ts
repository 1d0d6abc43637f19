// Compiles Solidity of the tests in the process, with the compiler that Hardhat uses.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Artifact } from "../../contracts/artifact.ts";
import { renderVerifier } from "../../contracts/verifier.ts";
import { keyOf, type Trapdoor } from "./trapdoor.ts";

const CONTRACTS = new URL("../../contracts/", import.meta.url);
const CACHE = new URL("build/cache/tests/", CONTRACTS);
/** Beside the generated verifiers, so that the same imports work: "../Signals.sol". */
const FILE = "generated/Test.sol";

type Output = {
  errors?: { severity: string; formattedMessage: string }[];
  contracts: Record<
    string,
    Record<
      string,
      { abi: Artifact["abi"]; evm: { bytecode: { object: string; linkReferences: object } } }
    >
  >;
};

/**
 * Compiles one contract; imports are read from contracts/. Kept on disk by the hash of its source
 * and of what it may import.
 */
export function compileSolidity(name: string, source: string): Artifact {
  const hash = createHash("sha256").update(source);
  for (const file of /^import /m.test(source) ? readdirSync(CONTRACTS).sort() : []) {
    if (file.endsWith(".sol")) hash.update(readFileSync(new URL(file, CONTRACTS)));
  }
  const key = hash.digest("hex").slice(0, 24);
  const cached = new URL(`${name}-${key}.json`, CACHE);
  if (existsSync(cached)) return JSON.parse(readFileSync(cached, "utf8")) as Artifact;
  const artifact = compile(name, source);
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(cached, JSON.stringify(artifact));
  return artifact;
}

function compile(name: string, source: string): Artifact {
  const solc = createRequire(import.meta.url)("solc") as {
    compile(input: string, callbacks: object): string;
  };
  const input = {
    language: "Solidity",
    sources: { [FILE]: { content: source } },
    settings: {
      evmVersion: "cancun",
      optimizer: { enabled: true, runs: 20_000 },
      outputSelection: { "*": { "*": ["abi", "evm.bytecode"] } },
    },
  };
  const read = (path: string) => ({
    contents: readFileSync(new URL(path, CONTRACTS), "utf8"),
  });
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: read })) as Output;
  const errors = output.errors?.filter(({ severity }) => severity === "error") ?? [];
  if (errors.length > 0) throw new Error(errors.map((e) => e.formattedMessage).join("\n"));
  const { abi, evm } = output.contracts[FILE]![name]!;
  return { abi, bytecode: `0x${evm.bytecode.object}`, linkReferences: {} };
}

/** The generated verifier of a trapdoor's key. */
export function compileVerifier(trapdoor: Trapdoor): Artifact {
  return compileSolidity("Verifier", renderVerifier({ name: "Verifier", key: keyOf(trapdoor) }));
}

/** Semaphore's verifier for one depth, with a trapdoor's key of four signals. */
export function compileSemaphoreVerifier(trapdoor: Trapdoor): Artifact {
  const base = renderVerifier({ name: "Base", key: keyOf(trapdoor) });
  return compileSolidity(
    "SemaphoreVerifier",
    `${base}
contract SemaphoreVerifier is Base {
    function verifyProof(
        uint[2] calldata a, uint[2][2] calldata b, uint[2] calldata c, uint[4] calldata signals, uint depth
    ) external view returns (bool) {
        return depth == 20 && this.verifyProof(a, b, c, signals);
    }
}`,
  );
}
