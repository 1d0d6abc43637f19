// Attacks at the site's desk, by the command line on a real chain: a secret that was sold, one person
// with two identities, a stranger in the place of a lost wallet. In order: they tell one story.
import { copyFileSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Field } from "../../circuits/statement/encoding/field.ts";
import { issuerTagOf } from "../../circuits/statement/encoding/identity.ts";
import { releaseProver } from "../../circuits/witness/prove.ts";
import { localArtifacts } from "../../client/artifacts/artifacts.node.ts";
import { parseChallenge, writeAnswer } from "../../client/desk/arrival.ts";
import { proveArrival } from "../../client/patient/arrival.ts";
import { deriveRecordSecret } from "../../client/patient/derive.ts";
import { openWallet } from "../../client/patient/store.node.ts";
import { chainDay, downloadTrial, reviewTrial } from "../../client/trial/review.ts";
import { PASSPHRASE, PROTOCOL } from "../cli/story.ts";
import { type DeskStage, openDeskStage } from "../support/deskStage.ts";

vi.setConfig({ testTimeout: 600_000 });

let stage: DeskStage;
let identities: Record<string, string>;
/** Pseudonyms of Ann, of Ben, and of Ann's second identity. */
let pseudonyms: Record<string, string>;
let codes: Record<string, string>;

beforeAll(async () => {
  stage = await openDeskStage();
  const { ok, init, attest, walletOf } = stage;
  [identities, pseudonyms, codes] = [{}, {}, {}];
  for (const [name, chart, clinic] of [
    ["ann", "ann", "clinic-1"],
    ["ben", "ben", "clinic-1"],
    ["second", "ann", "stranger"],
  ] as const) {
    identities[name] = await init(name);
    const record = await attest({ chart, identity: identities[name], clinic });
    await ok("clinic", "anchor", record, "--as", clinic);
    await ok("patient", "import", record, ...walletOf(name));
    codes[name] = await stage.join(name);
    pseudonyms[name] = (await stage.enroll())[0]!;
  }
}, 600_000);
afterAll(async () => {
  await stage?.stop();
  await releaseProver();
});

/**
 * What a wallet answers that was changed to believe it was screened with the records of another clinic: the honest one
 * looks for a record of the clinic that was.
 */
async function answerByChangedWallet(name: string, document: string): Promise<void> {
  const { file, api } = stage;
  const wallet = await openWallet({ path: file(`${name}.age`), passphrase: PASSPHRASE });
  const downloads = await downloadTrial(api, PROTOCOL);
  const reviewed = await reviewTrial({ downloads });
  const secret = await deriveRecordSecret(wallet.seed);
  const issuer = wallet.records.at(-1)!.record.header.issuer;
  const tag = issuerTagOf({ scope: reviewed.scope, secret, issuer }) as Field;
  const screenings = downloads.state.screenings.map((one) => ({ ...one, issuerTags: [tag] }));
  const { registry, deployment } = downloads;
  const answer = await proveArrival({
    ...{ wallet, reviewed, registry, document, artifacts: localArtifacts() },
    state: { ...downloads.state, screenings },
    challenge: parseChallenge(JSON.parse(readFileSync(file("challenge.json"), "utf8"))),
    now: deployment.chainTime,
    asOfDay: chainDay(deployment),
  });
  writeFileSync(file("answer.json"), writeAnswer(answer));
}

describe("a sold secret", () => {
  test("refuses the buyer, though an honest second clinic attested them under the seller's identity", async () => {
    const { ok, no, file, attest, challenge, desk, answering, walletOf } = stage;
    copyFileSync(file("ann.age"), file("sold.age"));
    const record = await attest({
      ...{ chart: "eve", identity: identities.ann!, clinic: "stranger" },
    });
    await ok("clinic", "anchor", record, "--as", "stranger");
    await ok("patient", "import", record, ...walletOf("sold"));
    await challenge();
    // The wallet as it is shows the record that was screened, and that is Ann's.
    expect(await no(...answering("sold", "P eve"))).toBe("NotThisPerson");
    await answerByChangedWallet("sold", "P eve");
    const { persons } = JSON.parse(readFileSync(file("answer.json"), "utf8"));
    const { screenings } = (await downloadTrial(stage.api, PROTOCOL)).state;
    // One nullifier in both proofs, as before: without the tag they would fit.
    expect(String(screenings[0]!.nullifier)).toBe(persons[0].signals[0]);
    const shown = await stage.run(...desk("arrive", "eve"));
    expect([shown.code, shown.out]).toEqual([3, ""]);
    expect(shown.err).toContain("OtherIssuer");
    expect(shown.err).toContain("do not admit them");
    expect(await stage.stateOf(pseudonyms.ann!)).toBe("pending-on-study");
  });
});

describe("one person with two identities", () => {
  test("arrives once: the first pseudonym is let in", async () => {
    const { ok, challenge, answering, desk } = stage;
    expect(await challenge()).toMatchObject({ identityDocument: stage.trial.identityDocument });
    await ok(...answering("ann", "P ann"));
    expect((await ok(...desk("arrive", "ann"))).arrived).toBe(pseudonyms.ann);
  });

  test("refuses the second pseudonym for the same document, however it is spelt", async () => {
    const { ok, no, challenge, answering, desk, file } = stage;
    await challenge();
    await ok(...answering("second", "P ann"));
    expect(await no(...desk("arrive", "ann"))).toBe("DocumentKnown");
    expect(await no(...desk("arrive", "ann", "p-ANN"))).toBe("DocumentKnown");
    expect(await stage.stateOf(pseudonyms.second!)).toBe("pending-on-study");
    expect(readFileSync(file("memory.json"), "utf8")).not.toMatch(/P ?ANN/i);
  });

  test("refuses to go by a damaged memory, and says what a new one cannot know", async () => {
    const { no, run, desk, file } = stage;
    renameSync(file("memory.json"), file("memory.kept"));
    writeFileSync(file("memory.json"), "{}");
    expect(await no(...desk("arrive", "ann"))).toBe("MalformedInput");
    const other = ["--book", file("book.json"), "--memory", file("memory.none")];
    const asked = ["site", "challenge", PROTOCOL, "1", "--out", file("x.json"), ...other];
    expect((await run(...asked)).out).toContain("has nothing about 1 of 1 on study here");
    renameSync(file("memory.kept"), file("memory.json"));
    expect((await run(...asked.slice(0, -1), file("memory.json"))).out).not.toContain("nothing");
  });
});

describe("a stranger in the place of a participant", () => {
  beforeAll(async () => {
    const { ok, init, attest, walletOf } = stage;
    for (const [name, chart] of [
      ["eve", "eve"],
      ["cat", "cat"],
    ] as const) {
      const record = await attest({ chart, identity: await init(name), clinic: "clinic-1" });
      await ok("clinic", "anchor", record, "--as", "clinic-1");
      await ok("patient", "import", record, ...walletOf(name));
    }
  }, 120_000);

  test("is refused when the participant arrived: the desk has seen another document", async () => {
    const { ok, no, challenge, answering, desk } = stage;
    await challenge("--succeeds", pseudonyms.ann!);
    await ok(...answering("eve", "P eve"));
    expect(await no(...desk("succeed", "eve"))).toBe("NotTheirPseudonym");
    expect(await stage.stateOf(pseudonyms.ann!)).toBe("on-study");
  });

  test("is refused before arrival without the printed code, and with another one", async () => {
    const { ok, no, run, challenge, answering, desk } = stage;
    await challenge("--succeeds", pseudonyms.ben!);
    await ok(...answering("eve", "P eve"));
    const unasked = await run(...desk("succeed", "eve"));
    expect([unasked.code, unasked.out]).toEqual([2, ""]);
    expect(unasked.err).toContain("COHORT_WITHDRAWAL_CODE");
    process.env.COHORT_WITHDRAWAL_CODE = codes.second;
    expect(await no(...desk("succeed", "eve"))).toBe("WrongCode");
    process.env.COHORT_WITHDRAWAL_CODE = "no code at all";
    expect(await no(...desk("succeed", "eve"))).toBe("WrongCode");
    delete process.env.COHORT_WITHDRAWAL_CODE;
    expect(await stage.stateOf(pseudonyms.ben!)).toBe("pending-on-study");
  });

  test("is refused without being eligible, by the wallet and by the desk", async () => {
    const { no, answering, desk, file } = stage;
    // Eve's answer of before, and the challenge that it was to.
    const answer = JSON.parse(readFileSync(file("answer.json"), "utf8"));
    expect(await no(...answering("cat", "P cat"))).toBe("NotEligible");
    writeFileSync(file("answer.json"), JSON.stringify({ ...answer, eligibility: null }));
    process.env.COHORT_WITHDRAWAL_CODE = codes.ben;
    expect(await no(...desk("succeed", "eve"))).toBe("NotEligible");
    delete process.env.COHORT_WITHDRAWAL_CODE;
  });
});

describe("whoever lost the wallet", () => {
  test("is replaced by their document alone once they arrived, and arrives anew under it", async () => {
    const { ok, challenge, answering, desk, init, attest, walletOf } = stage;
    const { commitment } = (
      await openWallet({ path: stage.file("ann.age"), passphrase: PASSPHRASE })
    ).records[0]!;
    await ok("clinic", "revoke", String(commitment), "--as", "clinic-1");
    const identity = await init("new");
    const record = await attest({ chart: "ann", identity, clinic: "clinic-1", rebind: true });
    await ok("clinic", "anchor", record, "--as", "clinic-1");
    await ok("patient", "import", record, ...walletOf("new"));
    await challenge("--succeeds", pseudonyms.ann!);
    await ok(...answering("new", "P ann"));
    expect(await ok(...desk("succeed", "ann"))).toEqual({ retired: pseudonyms.ann });
    expect(await stage.stateOf(pseudonyms.ann!)).toBe("off-study");
    const consent = ["patient", "consent", PROTOCOL, "--site", "1", "--yes", "--now"];
    await ok(...consent, ...walletOf("new"));
    const [again] = await stage.enroll();
    await challenge();
    await ok(...answering("new", "P ann"));
    expect((await ok(...desk("arrive", "ann"))).arrived).toBe(again);
  });

  test("is replaced before arrival with the printed code", async () => {
    const { ok, challenge, answering, desk } = stage;
    await challenge("--succeeds", pseudonyms.ben!);
    // Eve here is whom Ben gave his code to: the desk cannot tell, and the code is all there is to go by.
    await ok(...answering("eve", "P eve"));
    process.env.COHORT_WITHDRAWAL_CODE = codes.ben;
    expect(await ok(...desk("succeed", "eve"))).toEqual({ retired: pseudonyms.ben });
    delete process.env.COHORT_WITHDRAWAL_CODE;
    expect(await stage.stateOf(pseudonyms.ben!)).toBe("off-study");
  });
});
