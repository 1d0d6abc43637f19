// A wallet shared among guardians and brought back by them, through the command line, without any server.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { sealQuickly } from "../support/quickSeal.ts";
import { cohort, printed } from "./command.ts";

const PASSPHRASE = "five words nobody would guess";
const GUARDIANS = ["aunt's ten letters", "brother's ten letters", "friend's ten letters"];
const folder = mkdtempSync(join(tmpdir(), "cohort-guardians-"));
const file = (name: string) => join(folder, name);
const share = (number: number) => file(`shares/share-${number}.age`);

let sealAsEver = () => {};
beforeAll(() => {
  sealAsEver = sealQuickly();
  process.env.COHORT_PASSPHRASE = PASSPHRASE;
});
afterEach(() => {
  for (const number of [1, 2, 3]) delete process.env[`COHORT_SHARE_${number}`];
});
afterAll(() => {
  sealAsEver();
  delete process.env.COHORT_PASSPHRASE;
  rmSync(folder, { recursive: true, force: true });
});

/** `cohort patient` with JSON, in a folder where no server is named. */
const patient = (...args: string[]) =>
  cohort("patient", ...args, "--data", join(folder, "none"), "--json");

/** Says what opens the shares, by their place among those that are brought. */
function tell(...secrets: readonly string[]): void {
  for (const [i, secret] of secrets.entries()) process.env[`COHORT_SHARE_${i + 1}`] = secret;
}

async function kindOf(...args: string[]): Promise<string> {
  const ran = await patient(...args);
  expect(ran.code).toBe(3);
  return ran.json().error.kind;
}

const ANN = ["--wallet", file("ann.age")];

describe("a wallet and its guardians", () => {
  it("is shared: a file for each guardian, which names nobody", async () => {
    await patient("init", ...ANN);
    expect((await patient("guardians", ...ANN)).json()).toBeNull();
    tell(...GUARDIANS);
    const ran = await patient("guardians", file("shares"), ...ANN);
    expect(ran.json()).toMatchObject({ needed: 2, of: 3, files: [1, 2, 3].map(share) });
    expect(ran.json().code).toMatch(/^\d{5}( \d{5}){5}$/);
    expect((await patient("guardians", ...ANN)).json().code).toBe(ran.json().code);
    expect(readdirSync(file("shares"))).toEqual(["share-1.age", "share-2.age", "share-3.age"]);
    expect(new Set([1, 2, 3].map((n) => readFileSync(share(n)).length)).size).toBe(1);
    expect(readFileSync(share(1)).toString("latin1")).not.toMatch(/cohort|guardian/i);
  });

  it("overwrites no share, and makes none for numbers that protect nothing", async () => {
    tell(...GUARDIANS);
    const again = await patient("guardians", file("shares"), ...ANN);
    expect([again.code, again.json().error.message]).toEqual([
      2,
      expect.stringContaining("exists already"),
    ]);
    const one = await patient("guardians", file("more"), "--needed", "1", ...ANN);
    expect(one.code).toBe(2);
    expect(existsSync(file("more"))).toBe(false);
  });

  it("comes back from two of them, with the same code for clinics, and overwrites no wallet", async () => {
    tell(GUARDIANS[2]!, GUARDIANS[0]!);
    const { code } = (await patient("guardians", ...ANN)).json();
    const back = ["--wallet", file("back.age")];
    const recovering = ["recover", share(3), share(1), "--code", code];
    const ran = await patient(...recovering, ...back);
    expect(ran.json()).toMatchObject({ code, leftAside: [], trials: [] });
    expect(ran.json().notes[0]).toContain("No server could be asked");
    expect((await patient("identity", ...back)).json()).toEqual(
      (await patient("identity", ...ANN)).json(),
    );
    expect(await kindOf(...recovering, ...ANN)).toBe("WalletExists");
  });

  it("does not come back from one, from a changed share, or with another check code", async () => {
    const back = ["--wallet", file("never.age")];
    tell(GUARDIANS[0]!);
    expect(await kindOf("recover", share(1), ...back)).toBe("TooFewShares");
    tell(GUARDIANS[0]!, "not the passphrase");
    expect(await kindOf("recover", share(1), share(2), ...back)).toBe("WrongPassphrase");
    tell(GUARDIANS[0]!, GUARDIANS[1]!);
    const code = ["--code", "0".repeat(30)];
    expect(await kindOf("recover", share(1), share(2), ...code, ...back)).toBe("WrongCheckCode");
    writeFileSync(file("half.age"), readFileSync(share(2)).subarray(0, 400));
    expect(await kindOf("recover", share(1), file("half.age"), ...back)).toBe("NotAShare");
    expect(existsSync(file("never.age"))).toBe(false);
  });

  it("tells none of it to whoever reads what was printed", () => {
    const all = printed.join("\n");
    expect(all).toContain("share-1.age");
    for (const secret of [PASSPHRASE, ...GUARDIANS]) expect(all).not.toContain(secret);
  });
});
