// Gas of anchoring, screening and consent against what stock Semaphore asks for the same, with real keys and proofs,
// on Hardhat's network in this process.
import { existsSync } from "node:fs";
import type { Bench, Result } from "./measure.ts";
import { median } from "./measure.ts";
import { haveArtifacts } from "./proofs.ts";

/** Members that join each group: a join's gas depends on its position, so both sides are measured at the same ones. */
const MEMBERS = 8;
const BATCH = 4096;
const MANY = 20;
const TARGETS = { anchor: 70, screening: 450_000, many: 250_000, consent: 360_000 } as const;
const CONTRACTS = new URL(
  "../../contracts/build/artifacts/contracts/Enrollment.sol",
  import.meta.url,
);

export const gas: Bench = {
  name: "gas",
  about: "gas of anchoring, screening and consent, with real proofs",
  async run(say) {
    if (!haveArtifacts()) return { skipped: "circuits/artifacts are not built" };
    if (!existsSync(CONTRACTS)) return { skipped: "contracts are not built: npx hardhat build" };
    // Hardhat looks for its configuration when loaded, so only this row loads it.
    const { openGasWorld } = await import("./gasWorld.ts");
    const world = await openGasWorld(MEMBERS);
    say("anchoring");
    const anchor = await world.anchorBatches(BATCH);
    say(`stock Semaphore: ${MEMBERS} members, ${MEMBERS} proofs`);
    const stock = await world.stockSemaphore();
    say(`${MEMBERS} screenings with proofs of eligibility-8`);
    const screening = await world.screenAll();
    say(`${MANY} screenings in one transaction`);
    const many = [await world.screenMany(MANY)];
    say(`${MEMBERS} consents with Semaphore proofs`);
    const consent = await world.consentAll();
    await world.close();
    return resultsOf({ ...stock, anchor, screening, many, consent });
  },
};

type Used = Record<
  "addMember" | "validateProof" | "anchor" | "screening" | "many" | "consent",
  number[]
>;

function resultsOf(used: Used): Result[] {
  const of = (name: keyof Used) => Math.round(median(used[name]));
  const perRecord = of("anchor") / BATCH;
  const k = (gas: number) => `${(gas / 1000).toFixed(1)} k`;
  const row = (what: string, baseline: string, measured: number, limit: number, unit = k) => ({
    what,
    baseline,
    measured: unit(measured),
    target: `at most ${unit(limit)}`,
    reached: measured <= limit,
  });
  const [add, validate] = [of("addMember"), of("validateProof")];
  return [
    row(
      `anchor a record, gas, in a batch of ${BATCH}`,
      `Semaphore addMember, ${k(add)}`,
      perRecord,
      TARGETS.anchor,
      (gas) => gas.toFixed(0),
    ),
    row(
      "screening, gas, all included",
      `Semaphore validateProof + addMember, ${k(validate + add)}`,
      of("screening"),
      TARGETS.screening,
    ),
    row(
      `screening, gas, one of ${MANY} in a transaction`,
      `Semaphore validateProof + addMember, ${k(validate + add)}`,
      of("many"),
      TARGETS.many,
    ),
    row("consent, gas", `Semaphore validateProof, ${k(validate)}`, of("consent"), TARGETS.consent),
  ];
}
