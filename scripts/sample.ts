// The sample cohort: seeded patients, attested, checked, screened, enrolled and arrived, then their data deposited and
// opened, with every step shown.
// `sample.ts <data folder> <url of the server>`, started by `npm start`.
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { computeAddress, Wallet as KeyWallet } from "ethers";
import { dayOfTimestamp } from "../circuits/statement/encoding/day.ts";
import { parseTrialFile } from "../circuits/statement/trial/trialFile.ts";
import { type Api, connect } from "../client/api/api.ts";
import { localArtifacts } from "../client/artifacts/artifacts.node.ts";
import { developmentSigners, renderFunnel } from "../client/cli/journeyRun.ts";
import { createProgress } from "../client/cli/output.ts";
import { readBundle } from "../client/clinic/read/bundle.ts";
import { generateSample } from "../client/clinic/sample/sample.ts";
import { type Custodian, reachCustodian } from "../client/exchange/custodian.ts";
import { playJourney, type WalletStore } from "../client/journey/journey.ts";
import { findSelf } from "../client/patient/self.ts";
import { openWallet, saveWallet } from "../client/patient/store.node.ts";
import { downloadTrial, placeOf } from "../client/trial/review.ts";
import { custodianAccounts } from "./custodians.ts";
import { type Actor, type Home, openHome, saveHome } from "./home.ts";
import { depositAndOpen, type Somebody } from "./sampleData.ts";
import { step } from "./step.ts";

/** Of the sample's wallets only: it is printed. */
const SAMPLE_PASSPHRASE = "sample passphrase";
const TRIAL = new URL("../client/sponsor/examples/diabetes.json", import.meta.url);
const FAST_WORK_FACTOR = 12;
const PASS_ON = new Set(["accredit", "attest", "publish"]);
const say = (text: string) => console.log(text);

/** Recruits the sample, or goes on where a run that was cut short stopped. */
async function recruitSample(home: Home, url: string): Promise<void> {
  saveHome({ ...home, sample: "running" });
  const api = connect({ url });
  const today = dayOfTimestamp((await api.deployment()).chainTime);
  const bundles = generateSample({ today });
  say(`\nRecruiting a sample cohort: ${bundles.length} made-up patients, a type 2 diabetes trial.`);
  const progress = createProgress();
  const trial = parseTrialFile(JSON.parse(readFileSync(TRIAL, "utf8")));
  const store = walletsIn(`${home.folder}/sample`);
  const signers = developmentSigners({
    signer: (role) => new KeyWallet(home.keys[role as Actor]),
  });
  const result = await playJourney({
    api,
    signers: {
      ...signers,
      custodians: custodianAccounts(home.folder),
      operator: computeAddress(home.keys.relayer),
      emergency: computeAddress(home.keys.emergency),
    },
    sources: bundles.map((bundle, i) => readBundle(bundle, `sample patient ${i + 1}`)),
    trial,
    artifacts: localArtifacts(),
    today,
    permit: ["emergency"],
    custodians: await custodiansOf(home),
    withdrawals: 1,
    store,
    onStep: (name, detail) =>
      PASS_ON.has(name) ? say(`  ${detail}`) : progress.step(`  ${detail}`),
  });
  progress.end();
  say(`\n${renderFunnel(result.funnel)}`);
  say("  Why the others do not fit is known to them alone: it never left their devices.");
  const { protocolNumber } = trial;
  const names = result.verdicts.flatMap(({ name, eligible }) => (eligible ? [name] : []));
  const people = await onStudy({ api, store, protocolNumber, names });
  await depositAndOpen({ home, protocolNumber, people, passphrase: SAMPLE_PASSPHRASE, say });
  saveHome({ ...home, sample: "done" });
}

/** The custodians that were started beside the server: the desk asks them for persons' tags. */
async function custodiansOf({ folder }: Home): Promise<Custodian[]> {
  const { custodians } = JSON.parse(readFileSync(`${folder}/endpoint.json`, "utf8"));
  return await Promise.all((custodians as string[]).map((at) => reachCustodian({ url: at })));
}

/** Who of them is on study, with the pseudonym that a site knows. */
async function onStudy(of: {
  readonly api: Api;
  readonly store: WalletStore;
  readonly protocolNumber: string;
  readonly names: readonly string[];
}): Promise<Somebody[]> {
  const downloads = await downloadTrial(of.api, of.protocolNumber);
  const { state } = downloads;
  const found: Somebody[] = [];
  for (const name of of.names) {
    const wallet = await of.store.load(name);
    if (wallet === undefined) continue;
    const { participant, pseudonym } = await findSelf({ wallet, place: placeOf(downloads), state });
    if (participant?.state !== "on-study") continue;
    found.push({ name, pseudonym, siteId: participant.siteId });
  }
  return found;
}

function walletsIn(folder: string): WalletStore {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = (name: string) => ({ path: `${folder}/${name}.age`, passphrase: SAMPLE_PASSPHRASE });
  return {
    load: async (name) => (existsSync(file(name).path) ? await openWallet(file(name)) : undefined),
    save: (name, wallet) => saveWallet({ ...file(name), wallet, workFactor: FAST_WORK_FACTOR }),
  };
}

await step(([folder, url]) => recruitSample(openHome(folder!, undefined), url!));
