// What the exchange of data costs each party: the wallet that deposits, the custodian that answers, the sponsor that opens,
// the chain, and whoever reads along. `node test/bench/exchange.ts [part ...]`.
import { pathToFileURL } from "node:url";
import type { Bench } from "./measure.ts";
import { formatTable } from "./table.ts";

export const exchange: Bench = {
  name: "exchange",
  about:
    "deposits, custodians' answers, opened data, gas and scale (only when asked for; 4 minutes)",
  async run(say) {
    // Hardhat looks for its configuration when loaded, so only this row loads it.
    const { runExchange } = await import("./exchangeRun.ts");
    return runExchange(say);
  },
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { runExchange } = await import("./exchangeRun.ts");
  const results = await runExchange(console.log, process.argv.slice(2));
  console.log(`\n${formatTable(results)}`);
  process.exit(0);
}
