// The sample cohort: seeded patients, attested, checked, screened, enrolled and arrived, with every step shown.
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { Wallet as KeyWallet } from "ethers";
import { dayOfTimestamp } from "../circuits/statement/day.ts";
import { parseTrialFile } from "../circuits/statement/trialFile.ts";
import { connect } from "../client/api.ts";
import { developmentSigners, renderFunnel } from "../client/cli/journey.ts";
import { createProgress } from "../client/cli/output.ts";
import { readBundle } from "../client/clinic/bundle.ts";
import { generateSample } from "../client/clinic/sample.ts";
import { playJourney, type WalletStore } from "../client/journey.ts";
import { localArtifacts } from "../client/patient/artifacts.node.ts";
import { openWallet, saveWallet } from "../client/patient/store.node.ts";
import { type Actor, type Home, saveHome } from "./home.ts";

/** Of the sample's wallets only: it is printed. */
export const SAMPLE_PASSPHRASE = "sample passphrase";
const TRIAL = new URL("../client/sponsor/examples/diabetes.json", import.meta.url);
const FAST_WORK_FACTOR = 12;
const PASS_ON = new Set(["accredit", "attest", "publish"]);

type Options = { home: Home; url: string; say: (text: string) => void };

/** Recruits the sample, or goes on where a run that was cut short stopped. */
export async function recruitSample({ home, url, say }: Options): Promise<void> {
  saveHome({ ...home, sample: "running" });
  const api = connect({ url });
  const today = dayOfTimestamp((await api.deployment()).chainTime);
  const bundles = generateSample({ today });
  say(`\nRecruiting a sample cohort: ${bundles.length} made-up patients, a type 2 diabetes trial.`);
  const progress = createProgress();
  const result = await playJourney({
    api,
    signers: developmentSigners({
      signer: (role) => new KeyWallet(home.keys[role as Actor]),
    }),
    sources: bundles.map((bundle, i) => readBundle(bundle, `sample patient ${i + 1}`)),
    trial: parseTrialFile(JSON.parse(readFileSync(TRIAL, "utf8"))),
    artifacts: localArtifacts(),
    today,
    withdrawals: 1,
    store: walletsIn(`${home.folder}/sample`),
    onStep: (step, detail) =>
      PASS_ON.has(step) ? say(`  ${detail}`) : progress.step(`  ${detail}`),
  });
  progress.end();
  say(`\n${renderFunnel(result.funnel)}`);
  say("  Why the others do not fit is known to them alone: it never left their devices.");
  saveHome({ ...home, sample: "done" });
}

function walletsIn(folder: string): WalletStore {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = (name: string) => ({ path: `${folder}/${name}.age`, passphrase: SAMPLE_PASSPHRASE });
  return {
    load: async (name) => (existsSync(file(name).path) ? await openWallet(file(name)) : undefined),
    save: (name, wallet) => saveWallet({ ...file(name), wallet, workFactor: FAST_WORK_FACTOR }),
  };
}
