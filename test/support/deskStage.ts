// Two clinics, a trial of one site, and people with charts, all by the command line: for attacks at the site's desk.
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dayOfTimestamp } from "../../circuits/statement/encoding/day.ts";
import { trialIdOf } from "../../circuits/statement/trial/trial.ts";
import { type Api, connect } from "../../client/api/api.ts";
import { openStage, PROTOCOL, type Stage } from "../cli/story.ts";
import { samplePatient } from "./samplePatient.ts";

/** Sample patients: the registry's trial takes all but Cat. */
const CHARTS = { ann: 0, cat: 1, ben: 2, eve: 4 } as const;
export type Chart = keyof typeof CHARTS;
/** Development keys; the stranger's becomes the second clinic. */
export type ClinicKey = "clinic-1" | "stranger";

type TrialJson = Record<string, unknown> & { sites: { id: number; capacity: number }[] };

export type DeskStage = Stage & {
  readonly api: Api;
  /** The trial as it was published. */
  readonly trial: TrialJson;
  readonly walletOf: (name: string) => string[];
  /** Makes a wallet, and returns its identity code. */
  readonly init: (name: string) => Promise<string>;
  /** A clinic attests somebody's chart and document for an identity, and anchors it. Returns the patient's file. */
  readonly attest: (of: {
    chart: Chart;
    identity: string;
    clinic: ClinicKey;
    document?: string;
    rebind?: boolean;
  }) => Promise<string>;
  /** Is screened by what the wallet holds and consents at once. Returns the printed code. */
  readonly join: (name: string) => Promise<string>;
  readonly enroll: () => Promise<string[]>;
  /** A challenge of the desk, as `challenge.json`. */
  readonly challenge: (...more: string[]) => Promise<unknown>;
  /** `cohort patient arrive` with what `challenge` wrote, into `answer.json`. */
  readonly answering: (name: string, document: string) => string[];
  /** `cohort site <verb>` about the person of this chart with `answer.json`. */
  readonly desk: (verb: "arrive" | "succeed", chart: Chart, document?: string) => string[];
  readonly stateOf: (pseudonym: string) => Promise<string | undefined>;
};

export async function openDeskStage(change: (trial: TrialJson) => void = () => {}) {
  const stage = await openStage();
  const { ok, file } = stage;
  const api = connect({ url: stage.url });
  const { chainTime } = await api.deployment();
  const bundles = new Map<Chart, ReturnType<typeof samplePatient>>();
  for (const [name, index] of Object.entries(CHARTS) as [Chart, number][]) {
    const bundle = samplePatient({ index, today: dayOfTimestamp(chainTime) });
    bundles.set(name, bundle);
    writeFileSync(file(`${name}.fhir.json`), JSON.stringify(bundle));
  }
  for (const [role, key] of [
    ["sponsor", "sponsor"],
    ["board", "board"],
    ["clinic", "clinic-1"],
    ["clinic", "stranger"],
  ] as const) {
    await ok("governance", "accredit", role, key, `The ${role} ${key}`);
  }
  for (const key of ["clinic-1", "stranger"]) await ok("clinic", "roster", "create", "--as", key);
  const trial = JSON.parse(readFileSync(file("trial.json"), "utf8")) as TrialJson;
  trial.capacity = 20;
  change(trial);
  writeFileSync(file("trial.json"), JSON.stringify(trial));
  const signers = trial.sites.flatMap(({ id }) => [
    "--site",
    `${id}=${id === 1 ? "site-1" : "stranger"}`,
  ]);
  await ok("sponsor", "publish", file("trial.json"), "--board", "board", ...signers);
  await ok("board", "approve", PROTOCOL);
  return { ...stage, api, trial, ...actsOf(stage, api, bundles) } satisfies DeskStage;
}

function actsOf(
  { ok, file }: Stage,
  api: Api,
  bundles: ReadonlyMap<Chart, unknown>,
): Omit<DeskStage, keyof Stage | "api" | "trial"> {
  const walletOf = (name: string) => ["--wallet", file(`${name}.age`)];
  const files = ["--book", file("book.json"), "--memory", file("memory.json")];
  let made = 0;
  return {
    walletOf,
    init: async (name) => (await ok("patient", "init", ...walletOf(name))).identityCode,
    attest: async ({ chart, identity, clinic, document = `P ${chart}`, rebind = false }) => {
      made += 1;
      const out = file(`record-${made}.json`);
      await ok(
        ...["clinic", "attest", file(`${chart}.fhir.json`), "--identity", identity, "--out", out],
        ...["--document", document, "--as", clinic, ...(rebind ? ["--rebind"] : [])],
      );
      return out;
    },
    join: async (name) => {
      await ok("patient", "screen", PROTOCOL, ...walletOf(name));
      const consent = ["patient", "consent", PROTOCOL, "--site", "1", "--yes", "--now"];
      return (await ok(...consent, ...walletOf(name))).withdrawalCode;
    },
    enroll: async () => (await ok("sponsor", "enroll", PROTOCOL)).enrolled,
    challenge: (...more) =>
      ok("site", "challenge", PROTOCOL, "1", "--out", file("challenge.json"), ...files, ...more),
    answering: (name, document) => {
      if (existsSync(file("answer.json"))) rmSync(file("answer.json"));
      return [
        ...["patient", "arrive", PROTOCOL, "--challenge", file("challenge.json")],
        ...["--document", document, "--out", file("answer.json"), ...walletOf(name)],
      ];
    },
    desk: (verb, chart, document = `P ${chart}`) => {
      const { birthDate, gender } = patientIn(bundles.get(chart));
      return [
        ...["site", verb, PROTOCOL, "--answer", file("answer.json"), "--birth-date", birthDate],
        ...["--sex", gender, "--document", document, ...files],
        ...(verb === "arrive" ? ["--attest"] : []),
      ];
    },
    stateOf: async (pseudonym) => {
      const { participants } = await api.publicState(trialIdOf(PROTOCOL));
      return participants.find((one) => one.pseudonym === BigInt(pseudonym))?.state;
    },
  };
}

function patientIn(bundle: unknown): { birthDate: string; gender: string } {
  type Entry = { resource: { resourceType: string; birthDate: string; gender: string } };
  const { entry } = bundle as { entry: Entry[] };
  return entry.find(({ resource }) => resource.resourceType === "Patient")!.resource;
}
