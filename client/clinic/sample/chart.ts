// A patient's chart in the making: each function writes one FHIR R4 resource into it.
import type { Bundle, Coding, FhirResource, Observation, Patient, Quantity } from "fhir/r4";
import { SYSTEMS } from "../../../circuits/statement/encoding/code.ts";
import { formatDay } from "../../../circuits/statement/encoding/day.ts";
import { DIASTOLIC, type Lab, SYSTOLIC } from "./codes.ts";
import type { Random } from "./random.ts";

const TERMINOLOGY = "http://terminology.hl7.org/CodeSystem";

export class Chart {
  readonly random: Random;
  /** Days since 1900-01-01 of the day the sample is generated for. */
  readonly today: number;
  readonly #patient: string;
  readonly #entries: { fullUrl: string; resource: FhirResource }[] = [];

  constructor(random: Random, today: number, describePatient: (id: string) => Patient) {
    this.random = random;
    this.today = today;
    const id = random.uuid();
    this.#patient = `urn:uuid:${id}`;
    this.#entries.push({ fullUrl: this.#patient, resource: describePatient(id) });
  }

  toBundle(): Bundle {
    return { resourceType: "Bundle", type: "collection", entry: this.#entries };
  }

  #add(build: (base: { id: string; subject: { reference: string } }) => FhirResource): void {
    const id = this.random.uuid();
    const resource = build({ id, subject: { reference: this.#patient } });
    this.#entries.push({ fullUrl: `urn:uuid:${id}`, resource });
  }

  /** A condition `began` days ago; active, or over since `ended` days ago. */
  condition(
    codings: readonly Coding[],
    began: number,
    { ended, certainty = "confirmed" }: { ended?: number; certainty?: string } = {},
  ): void {
    this.#add((base) => ({
      resourceType: "Condition",
      ...base,
      clinicalStatus: status("condition-clinical", ended === undefined ? "active" : "resolved"),
      verificationStatus: status("condition-ver-status", certainty),
      code: concept(codings),
      onsetDateTime: this.#date(began),
      ...(ended === undefined ? {} : { abatementDateTime: this.#date(ended) }),
    }));
  }

  /** A drug ordered `began` days ago; active, or completed `ended` days ago. */
  drug(codings: readonly Coding[], began: number, ended?: number): void {
    this.#add((base) => ({
      resourceType: "MedicationRequest",
      ...base,
      status: ended === undefined ? "active" : "completed",
      intent: "order",
      medicationCodeableConcept: concept(codings),
      authoredOn: this.#date(began),
      ...(ended === undefined
        ? {}
        : {
            dosageInstruction: [
              {
                timing: {
                  repeat: {
                    boundsPeriod: { start: this.#date(began), end: this.#date(ended) },
                  },
                },
              },
            ],
          }),
    }));
  }

  allergy(codings: readonly Coding[], began: number): void {
    this.#add(({ id, subject }) => ({
      resourceType: "AllergyIntolerance",
      id,
      patient: subject,
      clinicalStatus: status("allergyintolerance-clinical", "active"),
      verificationStatus: status("allergyintolerance-verification", "confirmed"),
      code: concept(codings),
      recordedDate: this.#date(began),
    }));
  }

  procedure(codings: readonly Coding[], ago: number): void {
    this.#add((base) => ({
      resourceType: "Procedure",
      ...base,
      status: "completed",
      code: concept(codings),
      performedPeriod: { start: this.#time(ago, 9), end: this.#time(ago, 10) },
    }));
  }

  vaccine(codings: readonly Coding[], ago: number): void {
    this.#add(({ id, subject }) => ({
      resourceType: "Immunization",
      id,
      patient: subject,
      status: "completed",
      vaccineCode: concept(codings),
      occurrenceDateTime: this.#time(ago, 11),
    }));
  }

  /** A result `ago` days ago, with the report's reference limits. */
  lab(lab: Lab, value: number, ago: number, comparator?: Quantity["comparator"]): void {
    const { low, high } = lab;
    const limits = {
      ...(low === undefined ? {} : { low: measure(lab, low) }),
      ...(high === undefined ? {} : { high: measure(lab, high) }),
    };
    this.#observe(lab, ago, {
      valueQuantity: { ...measure(lab, value), ...(comparator ? { comparator } : {}) },
      ...(low === undefined && high === undefined ? {} : { referenceRange: [limits] }),
    });
  }

  bloodPressure(systolic: number, diastolic: number, ago: number): void {
    const panel = { loinc: "85354-9", display: "Blood pressure panel" };
    this.#observe(panel, ago, {
      component: [
        { code: loincConcept(SYSTOLIC), valueQuantity: measure(SYSTOLIC, systolic) },
        { code: loincConcept(DIASTOLIC), valueQuantity: measure(DIASTOLIC, diastolic) },
      ],
    });
  }

  /** A coded answer, such as a smoking status. */
  answer(question: Pick<Lab, "loinc" | "display">, codings: readonly Coding[], ago: number): void {
    this.#observe(question, ago, { valueCodeableConcept: concept(codings) });
  }

  #observe(code: Pick<Lab, "loinc" | "display">, ago: number, rest: Partial<Observation>): void {
    this.#add((base) => ({
      resourceType: "Observation",
      ...base,
      status: "final",
      code: loincConcept(code),
      effectiveDateTime: this.#time(ago, 8),
      ...rest,
    }));
  }

  #date(ago: number): string {
    return formatDay(this.today - Math.max(0, Math.round(ago)));
  }

  #time(ago: number, hour: number): string {
    const minute = String(this.random.int(0, 59)).padStart(2, "0");
    // Nothing later than 00:59 of today, whatever the hour now.
    const hours = String(ago < 1 ? 0 : hour).padStart(2, "0");
    return `${this.#date(ago)}T${hours}:${minute}:00Z`;
  }
}

function concept(coding: readonly Coding[]) {
  return { coding: [...coding], ...(coding[0]?.display ? { text: coding[0].display } : {}) };
}

function status(system: string, code: string) {
  return { coding: [{ system: `${TERMINOLOGY}/${system}`, code }] };
}

function loincConcept({ loinc, display }: Pick<Lab, "loinc" | "display">) {
  return concept([{ system: SYSTEMS.loinc.uri, code: loinc, display }]);
}

function measure({ unit, decimals }: Lab, value: number): Quantity {
  return {
    value: Number(value.toFixed(decimals)),
    unit,
    system: "http://unitsofmeasure.org",
    code: unit,
  };
}
