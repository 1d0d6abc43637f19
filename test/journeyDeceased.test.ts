// A journey with a patient who has died: named, and given a record only when that is asked for.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { localArtifacts } from "../client/artifacts/artifacts.node.ts";
import { readFiles } from "../client/clinic/read/read.ts";
import { playJourney } from "../client/journey/journey.ts";
import { CAST, type Exchange, exampleTrial, openExchange } from "./web/exchange.ts";

let exchange: Exchange;
beforeAll(async () => {
  exchange = await openExchange();
});
afterAll(async () => {
  await exchange?.stop();
});

/** Plays a patient who has died and who does not fit the trial. */
async function play(includeDeceased: boolean) {
  const bundle = exchange.bundle(1) as { entry: { resource: { deceasedBoolean?: boolean } }[] };
  bundle.entry[0]!.resource.deceasedBoolean = true;
  const sources = await readFiles("late.json", [new File([JSON.stringify(bundle)], "late.json")]);
  const steps: string[] = [];
  const result = await playJourney({
    api: exchange.api,
    signers: {
      governance: CAST.governance,
      sponsor: CAST.sponsor,
      board: CAST.board,
      clinics: [{ name: "North Clinic", signer: CAST["clinic-1"] }],
      sites: [CAST["site-1"], CAST["site-2"]],
    },
    sources,
    trial: exampleTrial("vaccine-registry"),
    artifacts: localArtifacts(),
    today: exchange.today,
    includeDeceased,
    onStep: (_step, detail) => steps.push(detail),
  });
  return { ...result, steps };
}

describe("a journey with a patient who has died", () => {
  test("names the patient and attests no record", async () => {
    const { deceased, verdicts, steps } = await play(false);
    expect(deceased).toEqual(["patient-001 (late.json)"]);
    expect(steps).toContain("patient-001 (late.json) has died: no record is attested");
    expect(steps).toContain("North Clinic attests 0 records and anchors them as one batch");
    expect(verdicts[0]!.unmet).toEqual(["has died; no record was attested"]);
  });

  test("attests the record when asked to, and still names the patient", async () => {
    const { deceased, verdicts, steps } = await play(true);
    expect(deceased).toEqual(["patient-001 (late.json)"]);
    expect(steps).toContain("North Clinic attests 1 records and anchors them as one batch");
    expect(verdicts[0]!.unmet.join()).not.toContain("has died");
  });
});
