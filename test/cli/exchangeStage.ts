// A stage for the exchange: three custodians as processes of their own, a registry that collects from every source, and
// people who have arrived in it.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { seatCustodians, startCustodians } from "../../scripts/custodians.ts";
import { attestFor, type Name, openStage, type Stage } from "./story.ts";

export const TRIAL = "CZ-DATA-1";

export type ExchangeStage = Stage & {
  /** Accounts of the custodians. */
  readonly accounts: readonly string[];
  /** Stops all three, and starts those whose folders are named. */
  readonly restart: (which: readonly number[]) => Promise<void>;
  readonly custodianFolder: (i: number) => string;
  /** Asks with a command until its answer is as it should be. */
  // biome-ignore lint/suspicious/noExplicitAny: a test looks wherever it wants to
  readonly until: (isGood: (answer: any) => boolean, ...args: string[]) => Promise<any>;
};

export async function openExchangeStage(): Promise<ExchangeStage> {
  const stage = await openStage({ ANCHOR_SECONDS: "1" });
  const folder = stage.file("");
  const seats = await seatCustodians(folder);
  const surroundings = {
    ...{ rpcUrl: stage.rpc, deployment: stage.file("deployment.json"), exchangeUrl: stage.url },
    ...{ clockOffset: 0, logLevel: "warn", onTrouble: (words: string) => console.error(words) },
  };
  let running = await startCustodians(seats, surroundings);
  writeFileSync(
    stage.file("endpoint.json"),
    JSON.stringify({
      url: stage.url,
      custodians: seats.map(({ url }) => url),
      accounts: Object.fromEntries(seats.map(({ name, account }) => [name, account])),
    }),
  );
  writeFileSync(stage.file("collecting.json"), JSON.stringify(collectingTrial()));
  return {
    ...stage,
    accounts: seats.map(({ account }) => account),
    custodianFolder: (i) => join(folder, "custodians", String(i)),
    restart: async (which) => {
      await running.stop();
      const some = seats.filter((_, i) => which.includes(i + 1));
      running = await startCustodians(some, surroundings);
    },
    until: async (isGood, ...args) => {
      for (;;) {
        const answer = await stage.ok(...args);
        if (isGood(answer)) return answer;
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
    },
    stop: async () => {
      await running.stop();
      await stage.stop();
    },
  };
}

const LOINC = "http://loinc.org";
const UCUM = "http://unitsofmeasure.org";
const UNIT = "http://hl7.org/fhir/StructureDefinition/questionnaire-unitOption";

/** The example registry, and what it might collect from each source. */
function collectingTrial() {
  const example = new URL("../../client/sponsor/examples/vaccine-registry.json", import.meta.url);
  const trial = JSON.parse(readFileSync(example, "utf8"));
  const kilograms = { system: UCUM, code: "kg", display: "kg" };
  const weight = {
    ...{ linkId: "weight", text: "Body weight", type: "quantity", required: true },
    code: [{ system: LOINC, code: "29463-7" }],
    extension: [{ url: UNIT, valueCoding: kilograms }],
  };
  const fever = { linkId: "fever", text: "Did you have a fever?", type: "boolean", required: true };
  const form = (url: string, item: unknown) => ({
    ...{ resourceType: "Questionnaire", url: `urn:test:${url}`, version: "1" },
    ...{ status: "active", item: [item] },
  });
  const common = (id: string, title: string, permission: string) => ({
    ...{ id, title, why: "The registry needs it.", permission },
  });
  const weekly = { firstDay: 0, everyDays: 7, times: 20, openDays: 7 };
  const about = [
    { show: "latest", person: "sex" },
    { show: "latest", person: "birthYear" },
  ];
  const emergency = { id: "emergency", label: "Clinicians may open my summary.", required: false };
  trial.consentForm.permissions.push(emergency);
  return {
    ...{ ...trial, protocolNumber: TRIAL, capacity: 5 },
    collections: [
      { ...common("baseline", "Baseline", "shareRecord"), source: "record", facts: about },
      {
        ...common("summary", "Summary", "emergency"),
        ...{ emergency: true, source: "record", facts: about },
      },
      {
        ...common("visit", "Visit", "participate"),
        ...{ source: "site", questionnaire: form("visit", weight) },
        visits: [{ id: "v1", title: "Visit 1", day: 30, before: 30, after: 60 }],
      },
      {
        ...common("diary", "Diary", "participate"),
        ...{ source: "participant", questionnaire: form("diary", fever), schedule: weekly },
      },
      {
        ...common("extra", "Extra questions", "futureResearch"),
        ...{ source: "participant", questionnaire: form("extra", fever), schedule: weekly },
      },
      {
        ...common("scale", "Weight at home", "participate"),
        ...{ source: "device", days: 100 },
        streams: [{ loinc: "29463-7", unit: "kg", title: "Body weight" }],
      },
    ],
  };
}

/** Writes a form with one answer; its path. */
export function writeAnswer(
  { file }: Stage,
  name: string,
  of: { form: string; linkId: string; answer: unknown },
): string {
  const path = file(name);
  const { form, linkId, answer } = of;
  const content = {
    ...{ resourceType: "QuestionnaireResponse", status: "completed" },
    ...{ questionnaire: `urn:test:${form}|1`, item: [{ linkId, answer: [answer] }] },
  };
  writeFileSync(path, JSON.stringify(content));
  return path;
}

export const kilos = (value: number) => ({
  valueQuantity: { value, unit: "kg", system: UCUM, code: "kg" },
});

/** A weight as a scale's app exports it. */
export const weighed = (effectiveDateTime: string, value: number) => ({
  ...{ resourceType: "Observation", status: "final", effectiveDateTime, ...kilos(value) },
  code: { coding: [{ system: LOINC, code: "29463-7" }] },
});

/** Attests and anchors a record for each of these. */
export async function giveRecords(stage: Stage, names: readonly Name[]): Promise<void> {
  const { ok, wallet, file } = stage;
  await ok("clinic", "roster", "create");
  for (const name of names) {
    const { identityCode } = await ok("patient", "init", ...wallet(name));
    await attestFor(stage, name, identityCode);
  }
  await ok("clinic", "anchor", ...names.map((name) => file(`${name}.json`)));
  for (const name of names) await ok("patient", "import", file(`${name}.json`), ...wallet(name));
}

/** From screening to arrival; the pseudonym. */
export async function arrive(stage: Stage, name: Name, permit: readonly string[]): Promise<string> {
  const { ok, wallet, file } = stage;
  await ok("patient", "screen", TRIAL, ...wallet(name));
  const more = permit.length === 0 ? [] : ["--permit", ...permit];
  await ok("patient", "consent", TRIAL, "--site", "1", "--yes", "--now", ...more, ...wallet(name));
  const { enrolled } = await ok("sponsor", "enroll", TRIAL);
  const book = ["--book", file(`${name}.book`), "--memory", file("memory.json")];
  const [challenge, answer] = [file(`${name}.challenge`), file(`${name}.answer`)];
  await ok("site", "challenge", TRIAL, "1", "--out", challenge, ...book);
  const to = ["--challenge", challenge, "--out", answer, "--document", `P ${name}`];
  await ok("patient", "arrive", TRIAL, ...to, ...wallet(name));
  const bundle = JSON.parse(readFileSync(file(`${name}.fhir.json`), "utf8"));
  const { birthDate, gender } = bundle.entry
    .map(({ resource }: { resource: { resourceType: string } }) => resource)
    .find(({ resourceType }: { resourceType: string }) => resourceType === "Patient");
  const person = ["--birth-date", birthDate, "--sex", gender, "--document", `P ${name}`];
  await ok("site", "arrive", TRIAL, "--answer", answer, ...person, ...book, "--attest");
  return enrolled[0];
}
