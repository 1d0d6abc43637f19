// The audit of a recruitment with real proofs, on a real chain, beside a real server.
import { readFileSync } from "node:fs";
import { Wallet } from "ethers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dayOfTimestamp } from "../../circuits/statement/day.ts";
import { parseTrialFile } from "../../circuits/statement/trialFile.ts";
import { connect } from "../../client/api.ts";
import { audit } from "../../client/auditor/audit.ts";
import { openChain } from "../../client/auditor/chain.ts";
import { startChronicle } from "../../client/auditor/chronicle.ts";
import { compareServer } from "../../client/auditor/compareServer.ts";
import { checkToldCriteria } from "../../client/auditor/criteria.ts";
import { publishedKeys } from "../../client/auditor/published.node.ts";
import { connectNode } from "../../client/auditor/rpc.ts";
import { readServerLeaves, readTold } from "../../client/auditor/serverState.ts";
import { readBundle } from "../../client/clinic/bundle.ts";
import { generateSample } from "../../client/clinic/sample.ts";
import { type JourneyResult, playJourney } from "../../client/journey.ts";
import { localArtifacts } from "../../client/patient/artifacts.node.ts";
import { KEYS, startChain, type TestChain } from "../support/chain.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { argsAt, change, copy, find, play, type Recording, rulesOf } from "./recording.ts";

const PATIENTS = 8;
const keys = await publishedKeys();
const trialUrl = new URL("../../client/sponsor/examples/diabetes.json", import.meta.url);

let chain: TestChain;
let server: TestServer;
let journey: JourneyResult;
beforeAll(async () => {
  chain = await startChain();
  server = await startTestServer(chain);
  const api = connect({ url: server.url });
  const today = dayOfTimestamp((await api.deployment()).chainTime);
  const bundles = generateSample({ today, size: PATIENTS });
  journey = await playJourney({
    api,
    signers: {
      governance: KEYS.governance,
      sponsor: KEYS.sponsor,
      board: KEYS.board,
      clinics: [
        { name: "North Clinic", signer: KEYS.clinic },
        { name: "South Clinic", signer: new Wallet(`0x${"b1".repeat(32)}`) },
      ],
      sites: [KEYS.site],
    },
    sources: bundles.map((bundle, i) => readBundle(bundle, `patient ${i + 1}`)),
    trial: parseTrialFile(JSON.parse(readFileSync(trialUrl, "utf8"))),
    artifacts: localArtifacts(),
    today,
    withdrawals: 1,
  });
}, 600_000);
afterAll(async () => {
  await server?.end();
  await chain?.stop();
});

test("is clean with the published keys, and agrees with the server", async () => {
  expect(journey.funnel.screened).toBeGreaterThan(1);
  const api = connect({ url: server.url });
  const told = await readTold(api);
  const request = connectNode(chain.anvil.url);
  const { deployment } = chain;
  const source = await openChain({ request, deployment, to: told.block, isProven: true });
  const leaves = await readServerLeaves(api, told);
  const { chronicle, onEvent } = startChronicle();
  const result = await audit({ source, leaves, keys, onEvent });
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
