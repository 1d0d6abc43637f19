// Statuses by system, certainty, statements of nothing, and elements that turn a meaning round.
import { describe, expect, it } from "vitest";
import { about, coded, factsOf, issue, problemsOf, proves, status, WITHIN } from "./given.ts";

const CODE = "snomed 44054006";
const LAST = ["conditionLast", CODE] as const;
const HL7 = "http://terminology.hl7.org/CodeSystem";

const condition = (fields: object) =>
  about("Condition", { code: coded(CODE), onsetDateTime: "2020-01-01", ...fields });
const last = (fields: object) => factsOf(issue([condition(fields)]), ...LAST);
const codings = (...coding: object[]) => ({ clinicalStatus: { coding } });

describe("a clinical status", () => {
  it.each([`${HL7}/condition-clinical`, "http://hl7.org/fhir/condition-clinical", undefined])(
    "is read wherever it stands, under %s",
    (system) => {
      const foreign = { system: "http://snomed.info/sct", code: "55561003" };
      expect(last(codings(foreign, { ...(system && { system }), code: "active" }))).toEqual([
        "ongoing 2",
      ]);
    },
  );

  it("that is foreign, in words, or two that contradict each other leaves the end open", () => {
    const open = ["ongoing 3", "2020-01-01 1"];
    expect(last(codings({ system: "http://snomed.info/sct", code: "55561003" }))).toEqual(open);
    expect(last({ clinicalStatus: { text: "active" } })).toEqual(open);
    expect(last(codings({ code: "active" }, { code: "resolved" }))).toEqual(open);
    expect(last(codings({ code: "active" }, { code: "relapse" }))).toEqual(["ongoing 2"]);
  });

  it("of the right system that FHIR R4 does not know is refused", () => {
    const wrong = condition({
      id: "c1",
      ...codings({ system: `${HL7}/condition-clinical`, code: "maybe" }),
    });
    expect(problemsOf(() => issue([wrong]))).toEqual([
      {
        path: "test.json: Bundle.entry[1] (Condition/c1).clinicalStatus",
        reason: "is not a code of FHIR R4",
      },
    ]);
  });
});

describe("a verification", () => {
  const active = { clinicalStatus: status("active") };

  it.each(["provisional", "differential", "unconfirmed"])(
    "of %s blocks absence and satisfies nothing",
    (code) => {
      const issued = issue([condition({ ...active, verificationStatus: status(code) })]);
      expect(factsOf(issued, "conditionStart", CODE)).toEqual(["2020-01-01 ?"]);
      expect(factsOf(issued, ...LAST)).toEqual(["ongoing ?"]);
      expect(proves(issued, "none", [...LAST])).toBe(false);
      expect(proves(issued, "any", [...LAST])).toBe(false);
    },
  );

  it("that nobody can read, or that contradicts itself, is only a suspicion", () => {
    expect(last({ ...active, verificationStatus: { text: "sure" } })).toEqual(["ongoing ?"]);
    const both = { coding: [{ code: "confirmed" }, { code: "refuted" }] };
    expect(last({ ...active, verificationStatus: both })).toEqual(["ongoing ?"]);
  });

  it.each(["entered-in-error", "refuted"])("of %s leaves it out and says so", (code) => {
    const issued = issue([condition({ verificationStatus: status(code) })]);
    expect(factsOf(issued, ...LAST)).toEqual([]);
    expect(issued.leftOut.map(({ reason }) => reason)).toEqual([`verificationStatus ${code}`]);
    expect(issued.completeFor).toContain("conditionLast");
  });

  it("of the right system that FHIR R4 does not know is refused", () => {
    const verificationStatus = {
      coding: [{ system: `${HL7}/condition-ver-status`, code: "maybe" }],
    };
    const [problem] = problemsOf(() => issue([condition({ verificationStatus })]));
    expect(problem?.path).toMatch(/verificationStatus$/);
  });
});

describe("a statement that nothing is known", () => {
  const IPS = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips";
  const allergy = (code: object) => about("AllergyIntolerance", { code });
  const drug = (concept: object) =>
    about("MedicationStatement", {
      status: "active",
      effectiveDateTime: "2020-01-01",
      medicationCodeableConcept: concept,
    });

  it.each([
    ["an allergy", allergy({ coding: [{ system: IPS, code: "no-known-allergies" }] })],
    ["an allergy, SNOMED CT", allergy(coded("snomed 716186003"))],
    ["an allergy in words", allergy({ text: "No known drug allergies" })],
    ["a drug", drug({ coding: [{ system: IPS, code: "no-known-medications" }] })],
    ["a drug, SNOMED CT", drug(coded("snomed 787481004"))],
    ["a problem", about("Condition", { code: coded("snomed 160245001") })],
    ["a procedure", about("Procedure", { status: "completed", code: coded("snomed 787480003") })],
    [
      "a vaccination",
      about("Immunization", { status: "completed", vaccineCode: coded("snomed 787482006") }),
    ],
  ])("is no fact and leaves all complete: %s", (_, resource) => {
    const issued = issue([resource]);
    expect(Object.keys(issued.counts.byDomain)).toEqual(["demographic"]);
    expect(issued.leftOut.flatMap(({ clears }) => clears)).toEqual([]);
  });

  it("is not one that there is no information", () => {
    const none = allergy({ coding: [{ system: IPS, code: "no-allergy-info" }] });
    expect(issue([none]).completeFor).not.toContain("allergyLast");
    const unknown = drug(coded("snomed 1287211007"));
    expect(issue([unknown]).completeFor).not.toContain("medicationLast");
  });
});

describe("an element that we do not know and that may change the meaning", () => {
  const modifierExtension = [{ url: "urn:any" }];

  it("leaves a condition that blocks, as if it went on, and satisfies nothing", () => {
    const fields = {
      clinicalStatus: status("resolved"),
      abatementDateTime: "2021-01-01",
      modifierExtension,
    };
    const issued = issue([condition(fields)]);
    expect(factsOf(issued, ...LAST)).toEqual(["ongoing ?"]);
    expect(proves(issued, "any", ["conditionStart", CODE], WITHIN)).toBe(false);
    expect(issued.completeFor).toContain("conditionLast");
  });

  it("clears the domains when there is nothing to block under", () => {
    const refuted = condition({ verificationStatus: status("refuted"), implicitRules: "urn:x" });
    expect(issue([refuted]).completeFor).not.toContain("conditionLast");
  });

  it("in a drug's Medication makes the drug doubtful", () => {
    const drug = {
      resourceType: "Medication",
      id: "m",
      code: coded("rxnorm 6809"),
      modifierExtension,
    };
    const order = about("MedicationRequest", {
      status: "active",
      intent: "order",
      authoredOn: "2020-01-01",
      medicationReference: { reference: "Medication/m" },
    });
    expect(factsOf(issue([order, drug]), "medicationLast", "rxnorm 6809")).toEqual(["ongoing ?"]);
  });
});
