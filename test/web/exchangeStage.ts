// A served exchange with its pages where data flow: custodians that answer, one trial that collects from all four sources,
// and people who have arrived. `exchangeDeposits.ts` gives what they and their site hand in.
import { trialIdOf } from "../../circuits/statement/trial/trial.ts";
import type { TrialCollection, TrialFile } from "../../circuits/statement/trial/trialFile.ts";
import { localArtifacts } from "../../client/artifacts/artifacts.node.ts";
import { type Custodian, reachCustodian } from "../../client/exchange/custodian.ts";
import { accredit } from "../../client/governance/accredit.ts";
import type { Patient } from "../../client/journey/patient.ts";
import { type Cast, gatherCast, openTrial } from "../../client/journey/setting.ts";
import { type Memories, visitSite } from "../../client/journey/visit.ts";
import type { RunningCustodian } from "../../custodian/start.ts";
import { freePort } from "../../server/embedded/anvil.ts";
import { CUSTODIANS, KEYS } from "../support/chain.ts";
import { startTestCustodian } from "../support/custodians.ts";
import { CAST, type Exchange, exampleTrial, openExchange } from "./exchange.ts";
import { enrolledPatient } from "./participants.ts";

const THRESHOLD = 2;

/** What the stage's trial collects: something of each source, small. */
const COLLECTIONS: readonly TrialCollection[] = [
  {
    ...{ id: "baseline", title: "Where you start from", permission: "shareRecord" },
    why: "The registry compares people of the same age.",
    source: "record",
    facts: [
      { show: "latest", person: "sex" },
      { show: "latest", person: "birthYear" },
    ],
  },
  {
    ...{ id: "visit", title: "Visit", permission: "participate", source: "site" },
    why: "What is measured at the site shows how you are.",
    questionnaire: {
      ...{ resourceType: "Questionnaire", status: "active", title: "Visit" },
      ...{ url: "urn:cohort-zero:questionnaire:stage-visit", version: "1" },
      item: [
        { linkId: "pulse", type: "integer", text: "Pulse at rest, a minute", required: true },
        { linkId: "well", type: "boolean", text: "Feels well", required: true },
      ],
    },
    visits: [
      { id: "first", title: "First visit", day: 0, before: 0, after: 7 },
      { id: "second", title: "Second visit", day: 30, before: 7, after: 7 },
    ],
  },
  {
    ...{ id: "diary", title: "Weekly questions", permission: "participate" },
    why: "Only you know how your week was.",
    source: "participant",
    questionnaire: {
      ...{ resourceType: "Questionnaire", status: "active", title: "Your week" },
      ...{ url: "urn:cohort-zero:questionnaire:stage-diary", version: "1" },
      item: [{ linkId: "fever", type: "boolean", text: "Had a fever this week", required: true }],
    },
    schedule: { firstDay: 0, everyDays: 7, times: 4, openDays: 7 },
  },
  {
    ...{ id: "steps", title: "Steps", permission: "futureResearch", source: "device" },
    why: "Steps show how active you are.",
    streams: [{ loinc: "41950-7", unit: "/d", title: "Steps a day" }],
    days: 30,
  },
];

export type DataStage = Exchange & {
  readonly cast: Cast;
  readonly trial: TrialFile;
  readonly trialId: string;
  readonly custodians: readonly RunningCustodian[];
  /** On study at site 1, in the order asked for. */
  readonly patients: readonly Patient[];
};

type Options = {
  /** Made-up patients by number, who arrive; 0 and 2 fit the trial. */
  readonly people?: readonly number[];
  /** Of the trial's file. */
  readonly change?: (trial: TrialFile) => TrialFile;
  /** The desk registers a tag of each person before the arrival, as the auditor expects. */
  readonly isTagged?: boolean;
  /** Of the server. */
  readonly environment?: Record<string, string>;
};

/** Opens all of it, with nothing deposited yet. A person takes some ten seconds: the proofs are real. */
export async function openDataStage(options: Options = {}): Promise<DataStage> {
  const { people = [0], change = (trial) => trial, environment = {} } = options;
  const undo: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const ports = await Promise.all(CUSTODIANS.map(() => freePort()));
    const known = CUSTODIANS.map(({ address }, i) => `${address}=http://127.0.0.1:${ports[i]}`);
    const exchange = await openExchange({
      ...{ ANCHOR_SECONDS: "1", CUSTODIANS: known.join(",") },
      ...environment,
    });
    undo.push(exchange.stop);
    const custodians: RunningCustodian[] = [];
    for (const [i, wallet] of CUSTODIANS.entries()) {
      const running = await startTestCustodian(exchange, { wallet, port: ports[i]! });
      undo.push(running.stop);
      custodians.push(running);
    }
    const cast = await gatherAll(exchange, custodians);
    const example = exampleTrial("vaccine-registry");
    const trial = change({ ...example, collections: [...COLLECTIONS] });
    const members = custodians.map(({ address }) => address);
    await openTrial(cast, trial, { threshold: THRESHOLD, members });
    const patients: Patient[] = [];
    const taggers = options.isTagged
      ? await Promise.all(custodians.map(reachCustodian))
      : undefined;
    for (const index of people) {
      patients.push(await arrivedPatient(exchange, { cast, trial, index, custodians: taggers }));
    }
    const trialId = trialIdOf(trial.protocolNumber);
    return { ...exchange, cast, trial, trialId, custodians, patients, stop };
  } catch (problem) {
    await stop();
    throw problem;
  }
}

/** Everybody accredited: custodians, the clinician of emergencies, and the relayer who anchors deposits. */
async function gatherAll(
  { api }: Exchange,
  custodians: readonly RunningCustodian[],
): Promise<Cast> {
  const cast = await gatherCast(api, {
    ...{ governance: CAST.governance, sponsor: CAST.sponsor, board: CAST.board },
    clinics: [{ name: "North Clinic", signer: CAST["clinic-1"] }],
    sites: [CAST["site-1"]],
  });
  const { governance } = cast;
  for (const [i, { address }] of custodians.entries()) {
    await accredit(governance, {
      ...{ role: "custodian", account: address, name: `Trustee ${i + 1}` },
    });
  }
  const operator = { account: KEYS.relayer.address, name: "Operator" } as const;
  await accredit(governance, { role: "operator", ...operator });
  const clinician = { account: CAST.emergency.address, name: "Emergency Unit" } as const;
  await accredit(governance, { role: "emergencyClinician", ...clinician });
  return cast;
}

async function arrivedPatient(
  exchange: Exchange,
  of: {
    readonly cast: Cast;
    readonly trial: TrialFile;
    readonly index: number;
    readonly custodians: readonly Custodian[] | undefined;
  },
): Promise<Patient> {
  const { cast, trial, index, custodians } = of;
  const patient = await enrolledPatient(exchange, { cast, trial, index });
  const memories: Memories = new Map();
  const artifacts = localArtifacts();
  const at = { api: exchange.api, artifacts, trial, cast, memories };
  await visitSite(patient, { ...at, ...(custodians && { custodians }) });
  return patient;
}
