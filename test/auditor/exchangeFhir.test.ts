// Accesses, entries and consents in FHIR: valid by R4's definitions, and by the profile for disclosures; broken on purpose,
// each constraint is missed.
import { id } from "ethers";
import type { AuditEvent, Resource } from "fhir/r4";
import { describe, expect, test } from "vitest";
import { hashEntry } from "../../circuits/statement/exchange/entry.ts";
import { RELEASED } from "../../client/auditor/replay/exchangeReceipts.ts";
import { disclosures, entryProvenances } from "../../client/auditor/report/disclosures.ts";
import { standingResources } from "../../client/auditor/report/standing.ts";
import { balpProblems } from "./balp.ts";
import { CUSTODIANS, lower, openScene } from "./exchangeStory.ts";
import { anchored, auditTold, glassBroken, say, tellHonest } from "./exchangeTold.ts";
import { loadDefinitions, problemsOf } from "./fhirValidator.ts";

loadDefinitions();
const scene = await openScene();
const { addresses } = scene.world.deployment;
const { trialId } = scene.story;
const result = await auditTold(scene, async (h) => {
  await tellHonest(scene, h);
  say(h, [glassBroken(scene)]);
  say(h, [anchored(scene, { root: scene.roots[1]!, batch: 1n, count: 1, first: 3n })]);
});
const [diary, summary, visit] = scene.entries.map(({ entry }) => hashEntry(entry));
const block = BigInt(result.source.head.number);
const receipt = (number: bigint, change: object) => ({
  receipt: {
    ...{ number, registry: addresses.CutRegistry.toLowerCase(), requestId: 0n, entry: visit! },
    ...{ outcome: RELEASED, blockNumber: block, ...change },
  },
  signature: "0x",
});
const emergency = { registry: addresses.EmergencyAccess.toLowerCase(), entry: summary! };
const receipts = new Map(
  CUSTODIANS.slice(0, 2).map((one) => [
    lower(one),
    [
      receipt(1n, {}),
      receipt(2n, { entry: diary!, outcome: id("Superseded") }),
      receipt(3n, emergency),
    ],
  ]),
);
const told = { entries: new Map([[trialId, scene.entries]]), receipts };
const events = [...disclosures(result, told)];
const provenances = [...entryProvenances(result, told)];

describe("what an audit exports of research data", () => {
  test("is valid FHIR R4, and valid in the profile for disclosures", () => {
    const all: Resource[] = [...events, ...provenances, ...standingResources(result)];
    const wrong = all.map((one) => [one.resourceType, one.id, problemsOf(one)] as const);
    expect(wrong.filter(([, , problems]) => problems.length > 0)).toEqual([]);
    expect(events.map(balpProblems)).toEqual(events.map(() => []));
    expect(new Set(events.map((one) => one.id)).size).toBe(events.length);
  });

  test("tells for each person who asked, and whether it was opened", () => {
    const { ann, bob } = scene.people;
    const of = (pseudonym: bigint) =>
      events
        .filter((one) => JSON.stringify(one).includes(`"${pseudonym}"`))
        .map(({ outcome, purposeOfEvent }) => [outcome, purposeOfEvent?.[0]?.coding?.[0]?.code]);
    // Bob's visit was opened; Ann's diary was refused, and opened in an emergency was her summary.
    expect(of(bob.pseudonym)).toEqual([["0", "HRESCH"]]);
    expect(of(ann.pseudonym)).toEqual([
      ["8", "HRESCH"],
      ["0", "ETREAT"],
    ]);
    expect(provenances).toHaveLength(scene.entries.length);
    expect(provenances.at(-1)?.entity?.map(({ role }) => role)).toEqual(["source", "revision"]);
  });

  const BREAKS: Record<string, (of: AuditEvent) => unknown> = {
    "it names the profile": (of) => Object.assign(of, { meta: {} }),
    "modifierExtension 0..0": (of) => Object.assign(of, { modifierExtension: [] }),
    "type = DCM#110106": (of) => Object.assign(of.type, { code: "110107" }),
    "action = R": (of) => Object.assign(of, { action: "C" }),
    "subtype has lifecycle#disclose": (of) => Object.assign(of, { subtype: [] }),
    "outcome 1..1": (of) => Object.assign(of, { outcome: undefined }),
    "agent[recipient] 1..1, who, network": (of) =>
      Object.assign(of.agent[1]!, { network: undefined }),
    "val-audit-source: who records it is the source": (of) =>
      Object.assign(of.source, { observer: { display: "another" } }),
    "entity[patient] 1..1, role, what: a Patient": (of) => of.entity?.shift(),
  };
  test.each(Object.keys(BREAKS))("misses, when it is broken: %s", (name) => {
    const broken = structuredClone(events[0]!);
    BREAKS[name]!(broken);
    expect(balpProblems(broken)).toContain(name);
  });
});
