// The audit of a recruitment with real proofs, on a real chain, beside a real server.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dayOfTimestamp } from "../../circuits/statement/encoding/day.ts";
import { parseTrialFile } from "../../circuits/statement/trial/trialFile.ts";
import { connect } from "../../client/api/api.ts";
import { localArtifacts } from "../../client/artifacts/artifacts.node.ts";
import { audit } from "../../client/auditor/audit/audit.ts";
import { openChain } from "../../client/auditor/node/chain.ts";
import { connectNode } from "../../client/auditor/node/rpc.ts";
import { publishedKeys } from "../../client/auditor/proof/published.node.ts";
import { compareServer } from "../../client/auditor/server/compareServer.ts";
import { checkToldCriteria } from "../../client/auditor/server/criteria.ts";
import { readBundle } from "../../client/clinic/read/bundle.ts";
import { generateSample } from "../../client/clinic/sample/sample.ts";
import { reachCustodian } from "../../client/exchange/custodian.ts";
import { type JourneyResult, playJourney } from "../../client/journey/journey.ts";
import type { RunningCustodian } from "../../custodian/start.ts";
import { CUSTODIANS, KEYS, SIGNERS, startChain, type TestChain } from "../support/chain.ts";
import { startTestCustodian } from "../support/custodians.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { auditBeside } from "./auditBeside.ts";
import { argsAt, change, copy, find, play, type Recording, rulesOf } from "./recording.ts";

const PATIENTS = 8;
const keys = await publishedKeys();
const trialUrl = new URL("../../client/sponsor/examples/diabetes.json", import.meta.url);

let chain: TestChain;
let server: TestServer;
let custodians: RunningCustodian[] = [];
let journey: JourneyResult;
beforeAll(async () => {
  chain = await startChain();
  server = await startTestServer(chain);
  const { url } = server;
  custodians = await Promise.all(
    CUSTODIANS.map((wallet) => startTestCustodian({ url, chain }, { wallet })),
  );
  const api = connect({ url });
  const today = dayOfTimestamp((await api.deployment()).chainTime);
  const bundles = generateSample({ today, size: PATIENTS });
  journey = await playJourney({
    api,
    signers: {
      ...SIGNERS,
      custodians: custodians.map(({ address }) => address),
      operator: KEYS.relayer.address,
    },
    custodians: await Promise.all(custodians.map(reachCustodian)),
    sources: bundles.map((bundle, i) => readBundle(bundle, `patient ${i + 1}`)),
    trial: parseTrialFile(JSON.parse(readFileSync(trialUrl, "utf8"))),
    artifacts: localArtifacts(),
    today,
    withdrawals: 1,
  });
}, 600_000);
afterAll(async () => {
  await Promise.all(custodians.map(({ stop }) => stop()));
  await server?.end();
  await chain?.stop();
});

test("is clean with the published keys, and agrees with the server", async () => {
  expect(journey.funnel.screened).toBeGreaterThan(1);
  const api = connect({ url: server.url });
  const { told, audit: result, chronicle } = await auditBeside(api, chain, { keys });
  expect(result.findings).toEqual([]);
  expect(compareServer(told, result, chronicle)).toEqual([]);
  expect(await checkToldCriteria(told, result.world)).toMatchObject([
    { opened: { version: 1, documentChecked: true } },
  ]);
  expect(result.leaves).toEqual({ batches: 2, checked: 2 });
  const { screeningProofs, consentProofs } = result.world.counts;
  expect(screeningProofs).toBe(journey.funnel.screened);
  expect(consentProofs).toBe(journey.funnel.consented + 1);
  expect(result.verifiedProofs).toBe(screeningProofs + consentProofs);
});

test("names a real proof that was swapped for another person's", async () => {
  const request = connectNode(chain.anvil.url);
  const source = await openChain({ request, deployment: chain.deployment });
  const recording: Recording = {
    ...{ deployment: source.deployment, head: source.head },
    ...{ logs: [], blocks: new Map(), calls: new Map(), codes: new Map() },
  };
  for await (const { logs, blocks } of source.chunks(source.deployment.deployBlock)) {
    recording.logs.push(...logs);
    for (const [number, block] of blocks) recording.blocks.set(number, block);
  }
  const h = copy(recording);
  const { points } = argsAt(h, "Screened", find(h, "Screened", 1)).parts[0]!;
  change(h, ["Screened", 0], ({ parts }) => ({ parts: [{ ...parts[0]!, points }] }));
  const { call, codeHash } = source;
  const result = await audit({ source: { ...play(h), call, codeHash }, keys });
  expect(rulesOf(result)).toEqual(["screening/proof"]);
  expect(result.findings[0]!.place!.transaction).toBe(h.logs[find(h, "Screened")]!.transactionHash);
});
