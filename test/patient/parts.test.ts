// A trial of more than 32 leaves: each part from whichever record shows it.
import { describe, expect, it } from "vitest";
import { type Check, checkTrial } from "../../client/patient/check.ts";
import { importRecord } from "../../client/patient/import.ts";
import type { Wallet } from "../../client/patient/wallet.ts";
import { reviewTrial } from "../../client/trial/review.ts";
import { attestedFor, CLINIC, OTHER_CLINIC, registryOf, seededWallet, TODAY } from "./support.ts";
import { publish, TWO_PARTS } from "./trial.ts";

type Shown = Parameters<typeof attestedFor>[1] & { anchored?: boolean };

async function checkWith(shown: readonly Shown[]): Promise<Check> {
  let wallet: Wallet = seededWallet(1);
  const slots: { value: bigint; size: number; issuer: string }[] = [
    { value: 77n, size: 1, issuer: CLINIC },
  ];
  for (const { anchored = true, ...one } of shown) {
    const made = await attestedFor(wallet, one);
    wallet = (await importRecord({ wallet, attested: made.attested })).wallet;
    const [, batch] = made.registry.leaves;
    if (anchored) {
      slots.push({ value: batch!.batchRoot!, size: batch!.size, issuer: batch!.issuer });
    }
  }
  const registry = registryOf(slots);
  const reviewed = await reviewTrial({ downloads: publish({ criteria: TWO_PARTS, registry }) });
  expect(reviewed.compiled.programs.length).toBe(2);
  return checkTrial({ wallet, reviewed, registry, asOfDay: TODAY });
}

const codes = ({ refusals }: Check) => refusals.map(({ code }) => code);
const issuers = ({ plan }: Check) => plan?.map(({ record }) => record.record.header.issuer);

describe("a trial in two parts", () => {
  it("is shown from one clinic's record when that shows all of it", async () => {
    const both = await checkWith([{ issuer: OTHER_CLINIC, diabetic: false }, {}]);
    expect(codes(both)).toEqual([]);
    expect(issuers(both)).toEqual([CLINIC, CLINIC]);
    expect(both.reveals.mixed).toBeUndefined();
  });

  it("is shown from two clinics' records when neither shows all, and says what that tells", async () => {
    const mixed = await checkWith([
      { hba1c: "6.1" },
      { issuer: OTHER_CLINIC, diabetic: false, hba1c: "8.1" },
    ]);
    expect(codes(mixed)).toEqual([]);
    expect(issuers(mixed)).toEqual([CLINIC, OTHER_CLINIC]);
    expect(mixed.parts.map(({ shownBy }) => shownBy)).toEqual([0, 1]);
    const tells =
      "A yes also shows that you have records at two clinics (part 1 from one, part 2 from another), but not which.";
    expect(mixed.reveals.mixed).toBe(tells);
    expect(mixed.warnings).toContain(tells);
  });

  it("names the part that no record answers, and what the closest one lacks", async () => {
    const lacking = await checkWith([
      { hba1c: "6.1" },
      { issuer: OTHER_CLINIC, diabetic: false, hba1c: "6.9" },
    ]);
    expect(codes(lacking)).toEqual(["NotEligible"]);
    expect(lacking.plan).toBeUndefined();
    expect(lacking.parts.map(({ shownBy }) => shownBy)).toEqual([0, undefined]);
    expect(lacking.parts[1]!.missing.map(({ id }) => id)).toEqual(["I3"]);
  });

  it("says when the record that shows a part is not in the registry", async () => {
    const gone = await checkWith([
      { hba1c: "6.1" },
      { issuer: OTHER_CLINIC, diabetic: false, anchored: false },
    ]);
    expect(codes(gone)).toEqual(["RecordNotAnchored"]);
    expect(gone.parts.map(({ isOnlyUnanchored }) => isOnlyUnanchored)).toEqual([false, true]);
  });

  it("is refused while a voided clinic's leaves are being cleared", async () => {
    const { wallet, registry, reviewed } = await blocked();
    const check = checkTrial({ wallet, reviewed, registry, asOfDay: TODAY });
    expect(codes(check)).toEqual(["RegistryBlocked"]);
  });
});

async function blocked() {
  const blank = seededWallet(1);
  const made = await attestedFor(blank);
  const registry = { ...made.registry, blocked: true };
  const { wallet } = await importRecord({ wallet: blank, attested: made.attested });
  const reviewed = await reviewTrial({ downloads: publish({ registry }) });
  return { wallet, registry, reviewed };
}
