// What must hold when all faults are over, whatever they were: nothing lost, nothing doubled, and an auditor who asks
// the node alone finds nothing, also when it compares what the server says.
import { expect } from "vitest";
import type { Api } from "../../client/api/api.ts";
import type { Audit } from "../../client/auditor/audit/audit.ts";
import { compareServer } from "../../client/auditor/server/compareServer.ts";
import { interfaceOf } from "../../contracts/connect.ts";
import { auditBeside } from "../auditor/auditBeside.ts";
import type { TestChain } from "../support/chain.ts";
import { EVENTS, STANDING } from "./journey.ts";
import type { Play } from "./play.ts";

const EMITTERS = [
  "Accreditation",
  "RecordRegistry",
  "TrialRegistry",
  "Screening",
  "Enrollment",
  "Semaphore",
] as const;
const UNFINISHED = /^cohort_outbox\{state="\w+"\} (\d+)$/gm;

/** Expects the whole journey to be on the chain and in the server exactly once. */
export async function expectWhole(play: Play): Promise<void> {
  const { api, story, people, diary, stand } = play;
  const counted = () => countEvents(stand.chain, Object.keys(EVENTS));
  // What the chain forgot comes back once the server has noticed.
  await expect
    .poll(counted, { timeout: 60_000, interval: 200 })
    .toEqual(EVENTS)
    .catch((problem: Error) => {
      // Who lost what, and why, is in the server's log.
      throw new Error(`${problem.message} ${stand.said()}`, { cause: problem });
    });
  await expectSettled(stand.url);
  expect(await counted()).toEqual(EVENTS);

  const { screenings, groups, participants } = await api.publicState(story.trialId);
  const all = Object.values(people);
  const sorted = (values: readonly bigint[]) => values.map(String).sort();
  const commitments = sorted(all.map(({ commitment }) => commitment));
  expect(sorted(screenings.map((one) => one.nullifier))).toEqual(
    sorted(all.map(({ nullifier }) => nullifier)),
  );
  expect(sorted(groups.flatMap(({ members }) => members))).toEqual(commitments);
  const standing = Object.fromEntries(
    Object.entries(people).map(([name, { pseudonym }]) => {
      const found = participants.filter((one) => (one.pseudonym as bigint) === pseudonym);
      expect(found, name).toHaveLength(1);
      return [name, { state: found[0]!.state, sequence: BigInt(found[0]!.sequence) }];
    }),
  );
  expect(standing).toEqual(STANDING);
  expect(participants).toHaveLength(all.length);

  for (const id of diary.ids) expect(await endOf(api, id)).toMatch(/^(final|refused)$/);
  // An outage has a name too: nothing came as "unexpected error".
  expect([...diary.problems.keys()]).not.toContain("INTERNAL_SERVER_ERROR");
  await expectCleanAudit(api, stand.chain);
}

/** Waits until the outbox has brought everything to an end. */
export async function expectSettled(url: string): Promise<void> {
  const unfinished = async () => {
    const response = await fetch(`${url}/metrics`);
    const counts = [...(await response.text()).matchAll(UNFINISHED)].map(([, n]) => Number(n));
    return counts.length === 3 ? counts.reduce((sum, n) => sum + n, 0) : "no answer";
  };
  await expect.poll(unfinished, { timeout: 60_000, interval: 100 }).toBe(0);
}

async function endOf(api: Api, id: string): Promise<string> {
  return (await api.settle({ id, state: "sent" } as Parameters<Api["settle"]>[0]).then(
    ({ state }) => state,
    ({ code }: { code?: string }) => (code === undefined ? "lost" : "refused"),
  )) as string;
}

/** How often each of these events is in the chain's log. */
export async function countEvents(
  { provider, deployment }: Pick<TestChain, "provider" | "deployment">,
  names: readonly string[],
): Promise<Record<string, number>> {
  const counts = Object.fromEntries(names.map((name) => [name, 0]));
  for (const contract of EMITTERS) {
    const address = deployment.addresses[contract];
    const logs = await provider.getLogs({ address, fromBlock: deployment.deployBlock });
    for (const log of logs) {
      const name = interfaceOf(contract).parseLog(log)?.name ?? "";
      if (name in counts) counts[name]! += 1;
    }
  }
  return counts;
}

/** Audits the chain's node from its last block's hash, compares the server, and expects no finding. Returns the audit. */
export async function expectCleanAudit(
  api: Api,
  chain: Parameters<typeof auditBeside>[1],
): Promise<Audit> {
  const { told, audit: result, chronicle } = await auditBeside(api, chain);
  expect(result.findings).toEqual([]);
  expect(compareServer(told, result, chronicle)).toEqual([]);
  const { screeningProofs, consentProofs } = result.world.counts;
  expect(result.verifiedProofs).toBe(screeningProofs + consentProofs);
  return result;
}
