// What a patient is told, in words that a patient knows.
import { describe, expect, test } from "vitest";
import { REFUSALS, Refusal, type RefusalCode } from "../../circuits/statement/refusal.ts";
import { ServerUnavailable } from "../../client/api/unavailable.ts";
import { Cancelled } from "../../client/web/prover/worker.ts";
import { judgeStrength } from "../../client/web/shared/strength.ts";
import { wordsFor } from "../../client/web/wallet/words.ts";

const JARGON = /nullifier|commitment|witness|merkle|scope|artifact|pseudonym|root|hash|anchor/i;

describe("what a patient is told", () => {
  test.each(Object.keys(REFUSALS) as RefusalCode[])("%s is said without jargon", (code) => {
    const { title, text } = wordsFor(new Refusal(code, { file: "eligibility-8.zkey" }));
    // A code that no patient's act can meet is named, for whoever is asked about it.
    expect(`${title} ${text.replace(code, "")}`).not.toMatch(JARGON);
  });

  test("names the file of a damaged key", () => {
    const refusal = new Refusal("CorruptArtifact", { file: "eligibility-8.zkey" });
    expect(wordsFor(refusal).text).toContain("eligibility-8.zkey");
  });

  test("tells a lost connection and a stopped proof from other failures", () => {
    expect(wordsFor(new ServerUnavailable("no connection")).title).toBe("No connection");
    expect(wordsFor(new Cancelled("stopped")).text).toContain("Nothing was sent");
  });
});

describe("the hint at a passphrase's strength", () => {
  test.each([
    ["short", 0],
    ["aaaaaaaaaaaaaaaa", 1],
    ["password1234", 1],
    ["granite otter lantern", 1],
    ["granite otter lantern plum seven", 2],
    ["granite otter lantern plum seven harbour violet", 3],
  ])("calls %j level %d", (passphrase, level) => {
    expect(judgeStrength(passphrase).level).toBe(level);
  });
});
