// The parts of the exchange's benchmark, one after another: each makes up what it needs and takes it down again.
import { buildContracts } from "../../scripts/contracts.ts";
import { measureDataset } from "./exchangeDataset.ts";
import { measureEntries } from "./exchangeEntries.ts";
import { measureOpening } from "./exchangeOpen.ts";
import { measureSealing } from "./exchangeSeal.ts";
import { measureStart } from "./exchangeStart.ts";
import type { Result } from "./measure.ts";

type Say = (progress: string) => void;

const PARTS: Readonly<Record<string, (say: Say) => Promise<Result[]>>> = {
  seal: measureSealing,
  open: measureOpening,
  dataset: measureDataset,
  entries: measureEntries,
  start: measureStart,
};

/** All parts, or those named. Throws an Error for one that there is not. */
export async function runExchange(say: Say, names: readonly string[] = []): Promise<Result[]> {
  const unknown = names.find((name) => PARTS[name] === undefined);
  if (unknown !== undefined) {
    throw new Error(`there is no part ${unknown}: name some of ${Object.keys(PARTS).join(", ")}`);
  }
  buildContracts(say);
  const results: Result[] = [];
  for (const [name, measure] of Object.entries(PARTS)) {
    if (names.length > 0 && !names.includes(name)) continue;
    results.push(...(await measure((progress) => say(`${name}: ${progress}`))));
  }
  return results;
}
