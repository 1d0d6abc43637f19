// Hardhat for the fuzz and invariant tests: their build stays apart from that of the contracts.
// CONTRACT_FUZZ=10 runs ten times as many cases; CONTRACT_SEED another seed.
import { createRequire } from "node:module";
import { defineConfig } from "hardhat/config";

const factor = Number(process.env.CONTRACT_FUZZ ?? 1);
const seed = `0x${Number(process.env.CONTRACT_SEED ?? 20_261_125)
  .toString(16)
  .padStart(64, "0")}`;

export default defineConfig({
  paths: {
    sources: "contracts",
    tests: { solidity: "test/solidity" },
    artifacts: "contracts/build/solidity-tests/artifacts",
    cache: "contracts/build/solidity-tests/cache",
  },
  solidity: {
    version: "0.8.37",
    path: createRequire(import.meta.url).resolve("solc/soljson.js"),
    // Compiles in a fifth of the time, and line coverage and mutants need it like this too.
    settings: { evmVersion: "cancun", optimizer: { enabled: false } },
    npmFilesToBuild: ["poseidon-solidity/PoseidonT3.sol", "poseidon-solidity/PoseidonT4.sol"],
  },
  test: {
    solidity: {
      fuzz: { runs: 256 * factor, seed },
      invariant: { runs: 40 * factor, depth: 120 },
    },
  },
});
