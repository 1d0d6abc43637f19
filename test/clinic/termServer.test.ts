// A terminology server is asked about codes, believed where the dictionary defines a concept, and never told of patients.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { canBeAsked, openTermServer } from "../../client/clinic/codes/termServer.ts";
import { type Stand, standTermServer } from "./termServer.ts";

const SNOMED = "http://snomed.info/sct";
/** Codes that are in no list, and what they are kinds of. */
const FAILING = "999999990000000107";
const GESTATIONAL = "999999980000000109";
const BRONCHITIC = "999999970000000101";
const OTHER = "999999960000000105";
const PARENTS = {
  [FAILING]: [FAILING, "84114007"],
  [GESTATIONAL]: [GESTATIONAL, "73211009", "11687002"],
  [BRONCHITIC]: [BRONCHITIC, "10509002"],
  [OTHER]: [OTHER],
};
let stand: Stand;
beforeEach(async () => {
  stand = await standTermServer(PARENTS);
});
afterEach(() => stand.close());

async function decide(code: string, display?: string) {
  const server = await openTermServer(stand.url, 500);
  const asked = { base: "condition", system: SNOMED, code, ...(display && { display }) } as const;
  return server.decide(asked, "Dr Li", "2026-11-29");
}

describe("a terminology server", () => {
  test("places a code below a concept's definition, under its name and version", async () => {
    const answer = await decide(FAILING, "Cardiac pump failure");
    expect(answer).toMatchObject({
      decision: {
        system: SNOMED,
        code: FAILING,
        base: "condition",
        display: "Cardiac pump failure",
        concepts: ["heart-failure"],
        by: "Dr Li",
        at: "2026-11-29",
        source: { server: stand.url, software: "Stand 1.2" },
      },
    });
  });

  test("does not place what a definition leaves out, and leaves it in doubt", async () => {
    const answer = await decide(GESTATIONAL);
    const { concepts, possible } = (
      answer as { decision: { concepts: string[]; possible: string[] } }
    ).decision;
    expect(concepts).not.toContain("diabetes");
    expect(possible).toContain("diabetes");
  });

  test("leaves in doubt what is only below a listed code, or named in words", async () => {
    const told = async (code: string, display?: string) =>
      (await decide(code, display)) as { decision: { concepts: string[]; possible?: string[] } };
    expect((await told(BRONCHITIC)).decision.concepts).toEqual([]);
    const named = (await told(OTHER, "Carcinoma of something")).decision;
    expect(named.concepts).toEqual([]);
    expect(named.possible).toContain("malignancy");
    expect((await told(OTHER)).decision.possible ?? []).not.toContain("malignancy");
  });

  test("decides nothing about a code that it does not know", async () => {
    expect(await decide("999999950000000103")).toMatchObject({
      problem: expect.stringContaining("does not know this code"),
    });
  });

  test("is sent codes and value sets in batches of 50 at most, and no words of a chart", async () => {
    await decide(FAILING, "said by somebody");
    expect(stand.bodies.length).toBeGreaterThan(3);
    for (const body of stand.bodies) {
      expect(body).not.toContain("said by somebody");
      const { type, entry } = JSON.parse(body);
      expect(type).toBe("batch");
      expect(entry.length).toBeLessThanOrEqual(50);
      expect(entry[0].request).toEqual({ method: "POST", url: "ValueSet/$validate-code" });
    }
  });

  test.each([
    ["status", "answered with HTTP status 503"],
    ["html", "the answer is not JSON"],
    ["slow", "no answer in time"],
  ] as const)("that fails (%s) ends the asking with what to do", async (fault, message) => {
    stand.fault = fault;
    await expect(decide(FAILING)).rejects.toThrow(message);
  });

  test.each([
    ["outcome", "is not a Bundle"],
    ["short", "49 of 50 questions were answered"],
    ["entry", "could not answer for every concept"],
  ] as const)("that answers by half (%s) decides nothing", async (fault, message) => {
    stand.fault = fault;
    expect(await decide(FAILING)).toMatchObject({ problem: expect.stringContaining(message) });
  });

  test("that is none is told apart, without the password in its address", async () => {
    await expect(openTermServer(`${stand.url}/nowhere`)).rejects.toThrow("HTTP status 404");
    await expect(openTermServer("ftp://terms")).rejects.toThrow("must begin with https://");
    const secret = openTermServer("http://me:secret@127.0.0.1:9/fhir", 500);
    await expect(secret).rejects.toThrow("http://127.0.0.1:9/fhir: cannot be reached");
    expect(String(await secret.catch((error) => error))).not.toContain("secret");
    await openTermServer(stand.url.replace("http://", "http://me:secret@"));
    expect(stand.secrets).toEqual([`Basic ${btoa("me:secret")}`]);
  });

  test("is asked about SNOMED CT only, and not about drugs", () => {
    const ask = { base: "condition", system: SNOMED, code: FAILING } as const;
    expect(canBeAsked(ask)).toBe(true);
    expect(canBeAsked({ ...ask, base: "medication" })).toBe(false);
    expect(canBeAsked({ ...ask, system: "http://loinc.org" })).toBe(false);
  });
});
