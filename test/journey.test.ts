// The one story end to end on real records: 100 Synthea patients, two clinics, a diabetes trial, a chain in April 2021.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compile } from "../circuits/statement/criteria/compile.ts";
import { DOMAINS, type Domain } from "../circuits/statement/encoding/code.ts";
import { EPOCH_DAY, parseDay } from "../circuits/statement/encoding/day.ts";
import { parseTrialFile } from "../circuits/statement/trial/trialFile.ts";
import { evaluateCriteria } from "../circuits/witness/evaluate.ts";
import { connect } from "../client/api/api.ts";
import { localArtifacts } from "../client/artifacts/artifacts.node.ts";
import { readSources } from "../client/clinic/read/read.node.ts";
import type { Source } from "../client/clinic/read/source.ts";
import { buildRecord } from "../client/clinic/record/issue.ts";
import { reachCustodian } from "../client/exchange/custodian.ts";
import { type JourneyResult, playJourney } from "../client/journey/journey.ts";
import type { RunningCustodian } from "../custodian/start.ts";
import { CUSTODIANS, KEYS, SIGNERS, startChain, type TestChain } from "./support/chain.ts";
import { startTestCustodian } from "./support/custodians.ts";
import { startTestServer, type TestServer } from "./support/server.ts";

const folder = fileURLToPath(new URL("../../shared/fhir/synthea", import.meta.url));
const isHere = existsSync(folder);
if (!isHere)
  console.log("journey.test.ts: no Synthea bundles here; the test with them is left out");

const TODAY = parseDay("2021-04-01");
const trialUrl = new URL("../client/sponsor/examples/diabetes.json", import.meta.url);
const trial = parseTrialFile(JSON.parse(readFileSync(trialUrl, "utf8")));

describe.skipIf(!isHere)("a journey over 100 Synthea patients", () => {
  let chain: TestChain;
  let server: TestServer;
  let custodians: RunningCustodian[] = [];
  let sources: Source[];
  let result: JourneyResult;

  beforeAll(async () => {
    const chainTime = (TODAY + EPOCH_DAY) * 86_400 + 43_200;
    chain = await startChain({ chainTime });
    server = await startTestServer(chain);
    const { url } = server;
    // They live on the chain's day.
    const environment = { CLOCK_OFFSET: String(chainTime - Math.floor(Date.now() / 1000)) };
    custodians = await Promise.all(
      CUSTODIANS.map((wallet) => startTestCustodian({ url, chain }, { wallet, environment })),
    );
    sources = await readSources(folder);
    result = await playJourney({
      api: connect({ url }),
      signers: {
        ...SIGNERS,
        custodians: custodians.map(({ address }) => address),
        operator: KEYS.relayer.address,
      },
      custodians: await Promise.all(custodians.map(reachCustodian)),
      sources,
      trial,
      artifacts: localArtifacts(),
      today: TODAY,
      withdrawals: 1,
    });
  }, 900_000);

  afterAll(async () => {
    await Promise.all(custodians.map(({ stop }) => stop()));
    await server?.end();
    await chain?.stop();
  });

  /** The evaluator's verdict on a record built independently of the journey. */
  function isEligible(source: Source): boolean {
    const issued = buildRecord({
      source,
      issuer: `0x${"11".repeat(20)}`,
      issuedDay: TODAY,
      identityCommitment: 1n,
      identitySince: 0,
      completeFor: Object.keys(DOMAINS) as Domain[],
    });
    const compiled = compile(trial.criteria, { salt: 1n << 200n, latestIdentitySince: TODAY });
    const { eligible } = evaluateCriteria({ compiled, record: issued.record, asOf: TODAY });
    return eligible && !issued.person.deceased;
  }

  test("gives every patient the evaluator's verdict", () => {
    expect(result.verdicts).toHaveLength(100);
    const verdicts = result.verdicts.map(({ eligible }) => eligible);
    expect(verdicts).toEqual(sources.map(isEligible));
  });

  test("recruits exactly those who are eligible, and takes the withdrawn one out", () => {
    const eligible = result.verdicts.filter((verdict) => verdict.eligible).length;
    expect(eligible).toBeGreaterThan(0);
    expect(result.funnel).toEqual({
      assessed: 100,
      eligible,
      screened: eligible,
      consented: eligible,
      enrolled: eligible - 1,
      onStudy: eligible - 1,
      withdrawn: 1,
    });
  });

  test("says to each patient who does not fit what stands in the way", () => {
    const silent = result.verdicts.filter(({ eligible, unmet }) => !eligible && unmet.length === 0);
    expect(silent).toEqual([]);
  });

  test("registers a tag of everybody who has arrived", async () => {
    const api = connect({ url: server.url });
    const tagged = (await api.trialEvents(trial.protocolNumber)).filter(
      ({ name }) => name === "PersonTagged",
    );
    expect(tagged).toHaveLength(result.funnel.onStudy + result.funnel.withdrawn);
  });

  test("counts nobody twice", async () => {
    const { screenings, participants } = await connect({ url: server.url }).publicState(
      (await connect({ url: server.url }).trial(trial.protocolNumber)).trialId,
    );
    expect(new Set(screenings.map(({ nullifier }) => nullifier)).size).toBe(screenings.length);
    expect(new Set(participants.map((p) => p.pseudonym)).size).toBe(participants.length);
  });
});
