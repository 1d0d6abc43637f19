// Every exported resource against the published definitions of FHIR R4, and resources broken on
// purpose against the validator.
import type { AuditEvent, Consent, Resource } from "fhir/r4";
import { describe, expect, test } from "vitest";
import { PARTICIPANT_STATES, TRIAL_STATUSES } from "../../circuits/statement/trial/trial.ts";
import { audit } from "../../client/auditor/audit/audit.ts";
import type { Event } from "../../client/auditor/node/event.ts";
import { addressesOf } from "../../client/auditor/node/source.ts";
import { toAuditEvent, toConsent, toResearchStudy } from "../../client/auditor/report/fhir.ts";
import { toResearchSubject } from "../../client/files/fhir.ts";
import { loadDefinitions, problemsOf } from "./fhirValidator.ts";
import { KEYS, openHistory, openPlayed } from "./history.ts";

loadDefinitions();
const source = await openHistory(await openPlayed());
const addresses = addressesOf(source.deployment);
const resources: Resource[] = [];
const onEvent = (event: Event) => {
  resources.push(toAuditEvent(event, addresses[event.contract]!));
};
const result = await audit({ source, keys: KEYS, onEvent });
for (const trial of result.world.trials.values()) {
  resources.push(toResearchStudy(trial));
  for (const [pseudonym, who] of trial.participants) {
    resources.push(toResearchSubject(trial, pseudonym, who));
    resources.push(toConsent(trial, { pseudonym, who, now: source.head.timestamp }));
  }
}

/** A copy of a resource with parts replaced; undefined takes a part out. */
function broken(of: Resource, parts: Record<string, unknown>): Resource {
  return JSON.parse(JSON.stringify({ ...of, ...parts })) as Resource;
}

describe("every resource of the export", () => {
  test("is valid FHIR R4 by the published structure definitions and value sets", () => {
    const wrong = resources.map((resource) => [resource.id, problemsOf(resource)] as const);
    expect(wrong.filter(([, problems]) => problems.length > 0)).toEqual([]);
    const types = new Set(resources.map(({ resourceType }) => resourceType));
    expect([...types].sort()).toEqual([
      "AuditEvent",
      "Consent",
      "ResearchStudy",
      "ResearchSubject",
    ]);
  });

  test("is valid in every status that a trial and a participant can have", () => {
    const [trial] = result.world.trials.values();
    for (const status of TRIAL_STATUSES.keys()) {
      if (status === 0) continue;
      expect(problemsOf(toResearchStudy({ ...trial!, status })), TRIAL_STATUSES[status]).toEqual(
        [],
      );
    }
    const [[pseudonym, who] = []] = trial!.participants;
    for (const state of PARTICIPANT_STATES.keys()) {
      if (state === 0) continue;
      const subject = toResearchSubject(trial!, pseudonym!, { ...who!, state });
      expect(problemsOf(subject), PARTICIPANT_STATES[state]).toEqual([]);
    }
  });

  test("points only to what is in the export too", () => {
    const known = new Set(resources.map(({ resourceType, id }) => `${resourceType}/${id}`));
    const text = JSON.stringify(resources);
    const references = [...text.matchAll(/"reference":"([^"]+)"/g)].map(([, target]) => target!);
    expect(references.length).toBeGreaterThan(50);
    expect([...new Set(references)].filter((target) => !known.has(target))).toEqual([]);
  });

  test("of a consent that permits nothing denies, and of another permits what was granted", () => {
    const consents = resources.filter((one): one is Consent => one.resourceType === "Consent");
    for (const { status, provision } of consents) {
      expect(provision!.type).toBe(provision!.action === undefined ? "deny" : "permit");
      if (status === "active") expect(provision!.action!.length).toBeGreaterThan(0);
    }
    expect(new Set(consents.map(({ provision }) => provision!.type))).toEqual(
      new Set(["deny", "permit"]),
    );
  });

  test("of an event names who acted where the chain does", () => {
    const events = resources.filter((one): one is AuditEvent => one.resourceType === "AuditEvent");
    const named = (name: string) => events.filter(({ subtype }) => subtype![0]!.code === name);
    for (const name of ["Anchored", "TrialRegistered", "StatusChanged", "SiteSigned"]) {
      for (const { agent } of named(name)) {
        expect(agent.map(({ requestor }) => requestor)).toEqual([false, true]);
      }
    }
    expect(named("Screened").every(({ agent }) => agent.length === 1)).toBe(true);
  });
});

describe("the validator", () => {
  const SYSTEM = "http://terminology.hl7.org/CodeSystem";
  const policy = undefined;
  const lifecycle = `${SYSTEM}/iso-21089-lifecycle`;
  test.each([
    ["a consent's status that FHIR does not have", "Consent", { status: "withdrawn" }],
    ["a consent without a scope", "Consent", { scope: undefined }],
    ["a consent without a category", "Consent", { category: [] }],
    ["a consent of no policy (ppc-1)", "Consent", { policy }],
    [
      "a scope that its code system lacks",
      "Consent",
      {
        scope: { coding: [{ system: `${SYSTEM}/consentscope`, code: "studies" }] },
      },
    ],
    ["a provision that is neither permit nor deny", "Consent", { provision: { type: "maybe" } }],
    ["a time without its zone", "AuditEvent", { recorded: "2030-01-01T00:00:00" }],
    ["an audit event's unknown action", "AuditEvent", { action: "X" }],
    ["an audit event's unknown outcome", "AuditEvent", { outcome: "1" }],
    ["an audit event without an agent", "AuditEvent", { agent: undefined }],
    ["an agent that does not say whether it asked", "AuditEvent", { agent: [{ name: "x" }] }],
    [
      "a type that its code system lacks",
      "AuditEvent",
      {
        type: { system: lifecycle, code: "invent" },
      },
    ],
    [
      "a code under another name than its own",
      "AuditEvent",
      {
        type: { system: lifecycle, code: "amend", display: "Rewrite" },
      },
    ],
    [
      "a code of a system that nobody publishes",
      "AuditEvent",
      {
        type: { system: "http://example.org/codes", code: "amend" },
      },
    ],
    ["a study's status that FHIR does not have", "ResearchStudy", { status: "recruiting" }],
    ["a study's id with a character too many", "ResearchStudy", { id: "a".repeat(65) }],
    ["a subject's status that FHIR does not have", "ResearchSubject", { status: "no-show" }],
    ["a subject without a study", "ResearchSubject", { study: undefined }],
    ["a subject of two people", "ResearchSubject", { individual: [{}, {}] }],
    ["a part that FHIR does not have", "ResearchSubject", { pseudonym: "1" }],
    ["a number in place of text", "ResearchStudy", { title: 7 }],
  ] as const)("names %s", (_, type, parts) => {
    const one = resources.find(({ resourceType }) => resourceType === type)!;
    expect(problemsOf(one)).toEqual([]);
    expect(problemsOf(broken(one, parts))).not.toEqual([]);
  });
});
