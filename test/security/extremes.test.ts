// The largest number of every width that the contracts take, in everybody's hands: whoever may choose one could
// otherwise stop every server, page and audit, for ever.
import { expect, test } from "vitest";
import { connect } from "../../client/api/api.ts";
import { toConsent } from "../../client/auditor/report/fhir.ts";
import { renderHtml } from "../../client/auditor/report/html.ts";
import { makeReport } from "../../client/auditor/report/report.ts";
import { formatTime } from "../../client/web/shared/format.ts";
import { loadDefinitions, problemsOf } from "../auditor/fhirValidator.ts";
import { consent, personOf, screen } from "../contracts/story.ts";
import { expectCleanAudit } from "../faults/verdict.ts";
import { openServed } from "../support/served.ts";

const DAY_SECONDS = 86_400n;
const most = (bits: number) => 2n ** BigInt(bits) - 1n;

const { stage, server } = await openServed();

test("a consent without end and an approval without end stop nobody", async () => {
  const { story, world } = stage;
  const { trialId } = story;
  const uint32 = Number(most(32));
  const signer = stage.actors.site.address.toLowerCase();
  const sites = [{ siteId: uint32, signer, capacity: uint32 }];
  const counts = { capacity: uint32, offeredPermissions: uint32, consentFormVersion: uint32 };
  await story.publish({ ...counts, arrivalDays: 3_650, sites });
  await world.as("board").trials.approve(trialId, 2, story.digestOf(2), most(64));
  const alice = personOf(story, "Alice");
  await screen(story, alice);
  // Consents end with a day.
  const validUntil = most(40) - (most(40) % DAY_SECONDS);
  const ends = { validUntil, sequence: most(64) - 1n };
  await consent(story, alice, { ...ends, permissions: uint32, siteId: uint32 });
  await world.as("sponsor").enrollment.enroll(trialId, [alice.pseudonym]);
  const api = connect({ url: server.url });
  const now = async () => (await api.publicState(trialId)).participants[0]?.state;
  await expect.poll(now).toBe("pending-on-study");
  const state = await api.publicState(trialId);
  const standing = { state: "pending-on-study", sequence: ends.sequence, siteId: uint32 };
  expect(state.participants[0]).toMatchObject(standing);
  expect(state.versions[1]!.terms).toMatchObject({ ...counts, sites });
  const lastSecond = Date.parse("9999-12-31T23:59:59Z") / 1000;
  expect(state.versions[1]!.approvedUntil).toBe(lastSecond);

  const result = await expectCleanAudit(api, stage.chain);
  expect(renderHtml(makeReport(result), "0x00")).toContain("Clean");
  // In the pages, whatever the reader's time zone.
  expect(formatTime(most(64))).toMatch(/9999|10,?000/);
  loadDefinitions();
  const trial = result.world.trials.get(trialId)!;
  const who = trial.participants.get(alice.pseudonym)!;
  const exported = toConsent(trial, { pseudonym: alice.pseudonym, who, now: 0 });
  expect(exported.provision!.period!.end).toBe("9999-12-31T23:59:59.000Z");
  expect(problemsOf(exported)).toEqual([]);
});
