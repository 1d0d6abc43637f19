import { createRequire } from "node:module";
import hardhatEthers from "@nomicfoundation/hardhat-ethers";
import { defineConfig } from "hardhat/config";

const require = createRequire(import.meta.url);

export default defineConfig({
  plugins: [hardhatEthers],
  paths: {
    sources: "contracts",
    artifacts: "contracts/build/artifacts",
    cache: "contracts/build/cache",
  },
  solidity: {
    version: "0.8.37",
    // The compiler comes from npm: nothing is downloaded.
    path: require.resolve("solc/soljson.js"),
    settings: {
      evmVersion: "cancun",
      // No viaIR: it makes PoseidonT3 too large to deploy. Many runs: a hash costs 43k gas, not 54k.
      optimizer: { enabled: true, runs: 20_000 },
    },
    npmFilesToBuild: [
      "@semaphore-protocol/contracts/Semaphore.sol",
      "@semaphore-protocol/contracts/base/SemaphoreVerifier.sol",
      "poseidon-solidity/PoseidonT3.sol",
      "poseidon-solidity/PoseidonT4.sol",
      "@openzeppelin/contracts/metatx/ERC2771Forwarder.sol",
      "@openzeppelin/contracts/governance/TimelockController.sol",
    ],
  },
  networks: { sim: { type: "edr-simulated", chainType: "l1", hardfork: "cancun" } },
});
