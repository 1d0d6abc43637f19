// Hardhat for copies: nothing to build for mutants, whose build output is put in place, and all of
// it for coverage. Room for contracts that no optimizer made smaller.
import { createRequire } from "node:module";
import hardhatEthers from "@nomicfoundation/hardhat-ethers";
import { defineConfig } from "hardhat/config";

export default defineConfig({
  plugins: [hardhatEthers],
  paths: {
    sources: "contracts",
    artifacts: "contracts/build/artifacts",
    cache: "contracts/build/cache",
  },
  solidity: {
    version: "0.8.37",
    path: createRequire(import.meta.url).resolve("solc/soljson.js"),
    settings: { evmVersion: "cancun", optimizer: { enabled: false } },
    npmFilesToBuild: [
      "@semaphore-protocol/contracts/Semaphore.sol",
      "@semaphore-protocol/contracts/base/SemaphoreVerifier.sol",
      "poseidon-solidity/PoseidonT3.sol",
      "poseidon-solidity/PoseidonT4.sol",
      "@openzeppelin/contracts/metatx/ERC2771Forwarder.sol",
    ],
  },
  networks: {
    sim: {
      type: "edr-simulated",
      chainType: "l1",
      hardfork: "cancun",
      allowUnlimitedContractSize: true,
    },
  },
});
