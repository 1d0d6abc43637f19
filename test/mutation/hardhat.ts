// Hardhat for mutants: nothing to compile, and room for contracts that no optimizer made smaller.
import hardhatEthers from "@nomicfoundation/hardhat-ethers";
import { defineConfig } from "hardhat/config";

export default defineConfig({
  plugins: [hardhatEthers],
  paths: { artifacts: "contracts/build/artifacts", cache: "contracts/build/cache" },
  networks: {
    sim: {
      type: "edr-simulated",
      chainType: "l1",
      hardfork: "cancun",
      allowUnlimitedContractSize: true,
    },
  },
});
