// A chart of a person who does not exist, as a file: it takes the same way as every other.
import { generateBundle } from "../../../clinic/sample/sample.ts";

/** Stories are dealt in turn: this many people later comes somebody with the same one. */
const STORIES = 16;
const MOST = 2 ** 32;

/** Somebody new each time. The first has type 2 diabetes, which many of the example trials take. */
export function makeUpChart({ today, made }: { today: number; made: number }): File {
  // The clinic's roster outlives the page: the same person again would be one who lost the wallet.
  const [drawn] = crypto.getRandomValues(new Uint32Array(1));
  const index = Math.floor((drawn! / MOST) * 10_000) * STORIES + (made % STORIES);
  const text = JSON.stringify(generateBundle({ index, today }));
  return new File([text], `made-up-${index}.json`, { type: "application/json" });
}
