// Verifying 1, 100 and 1,000 proofs against sequential snarkjs.groth16.verify, subgroup check included on our side.
import { buildBn128 } from "ffjavascript";
import { groth16 } from "snarkjs";
import {
  type Claim,
  type VerificationKey,
  verifyMany,
} from "../../circuits/statement/proof/proof.ts";
import { openVerifyPool } from "../../server/verify/verifyPool.ts";
import { type Bench, type Cost, cheaper, cost, inTurns, ms, type Result } from "./measure.ts";
import { someProofs } from "./proofs.ts";

const ROUNDS = 5;
/** Sequential verifications per round: what one costs does not depend on how many follow. */
const SEQUENTIAL = 25;
const shared = globalThis as { curve_bn128?: { terminate(): Promise<void> } | undefined };

export const verify: Bench = {
  name: "verify",
  about: "verify 1, 100 and 1,000 proofs, one bad in 100, two workers",
  async run(say) {
    const { key, claims, about } = await someProofs(say);
    const many = (count: number) =>
      Array.from({ length: count }, (_, i) => claims[i % claims.length]!);
    const ours = (items: readonly Claim[]) => () => verifyMany({ key, items });
    const spoilt: Claim[] = many(100);
    spoilt[37] = { ...spoilt[37]!, signals: claims[1]!.signals };
    await verifyMany({ key, items: many(8) });
    say(`${about}; sequential snarkjs and ours in turns, ${ROUNDS} rounds`);
    const pool = openVerifyPool({ workers: 2 });
    await pool.verifyMany({ key, items: many(16) });
    const costs = await inTurns(ROUNDS, {
      snarkjs: () => sequential(key, many(SEQUENTIAL)),
      one: async () => {
        for (const claim of many(SEQUENTIAL)) await verifyMany({ key, items: [claim] });
      },
      hundred: ours(many(100)),
      spoilt: ours(spoilt),
      thousand: ours(many(1000)),
      parallel: () => pool.verifyMany({ key, items: many(1000) }),
    });
    await pool.close();
    await shared.curve_bn128?.terminate();
    const seeded = await singleThreaded(key, many(SEQUENTIAL));
    return resultsOf({ ...costs, seeded });
  },
};

type Costs = Record<
  "snarkjs" | "one" | "hundred" | "spoilt" | "thousand" | "parallel" | "seeded",
  Cost
>;

function resultsOf(costs: Costs): Result[] {
  const { snarkjs, one, hundred, spoilt, thousand, parallel, seeded } = costs;
  const [cpu, wall] = [snarkjs.cpuMs / SEQUENTIAL, snarkjs.wallMs / SEQUENTIAL];
  const baseline = `snarkjs ${ms(cpu)} CPU, ${ms(wall)} wall`;
  const bad = spoilt.cpuMs / hundred.cpuMs;
  return [
    cheaper("verify 1, CPU", cpu / (one.cpuMs / SEQUENTIAL), 3.5, baseline),
    cheaper("verify 100, CPU per proof", cpu / (hundred.cpuMs / 100), 8, baseline),
    cheaper("verify 1,000, CPU per proof", cpu / (thousand.cpuMs / 1000), 8, baseline),
    cheaper("verify 1,000, wall, two workers", (wall * 1000) / parallel.wallMs, 12, baseline),
    {
      what: "one bad in 100, CPU",
      baseline: `clean batch ${ms(hundred.cpuMs)}`,
      measured: `${bad.toFixed(2)}x`,
      target: "at most 3x",
      reached: bad <= 3,
    },
    {
      what: "snarkjs with its curve seeded single-threaded, CPU",
      baseline,
      measured: `${(cpu / (seeded.cpuMs / SEQUENTIAL)).toFixed(1)}x cheaper`,
      target: "",
      reached: undefined,
    },
  ];
}

async function sequential(key: VerificationKey, claims: readonly Claim[]): Promise<void> {
  for (const { proof, signals } of claims) {
    const good = await groth16.verify(key as never, signals as string[], proof as never);
    if (!good) throw new Error("snarkjs refuses an honest proof");
  }
}

/** The baseline's cheapest improvement: a curve without worker threads where snarkjs looks for one. */
async function singleThreaded(key: VerificationKey, claims: readonly Claim[]): Promise<Cost> {
  shared.curve_bn128 = (await buildBn128(true)) as never;
  await sequential(key, claims.slice(0, 2));
  return cost(() => sequential(key, claims));
}
