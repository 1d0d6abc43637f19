// What a site's signature is about: one enrollment, under a version that lists the site. By the command line and GraphQL
// on a real chain.
import { writeFileSync } from "node:fs";
import { Wallet as Key } from "ethers";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { trialIdOf } from "../../circuits/statement/trial/trial.ts";
import { releaseProver } from "../../circuits/witness/prove.ts";
import { type SignedSiteAct, signArrival, submitSiteAct } from "../../client/site/sign.ts";
import { PROTOCOL } from "../cli/story.ts";
import { KEYS } from "../support/chain.ts";
import { type DeskStage, openDeskStage } from "../support/deskStage.ts";

vi.setConfig({ testTimeout: 300_000 });

const trialId = trialIdOf(PROTOCOL);
let stage: DeskStage;
let pseudonym: string;

beforeAll(async () => {
  stage = await openDeskStage((trial) => {
    trial.arrivalDeadlineDays = 1;
    trial.sites = [...trial.sites, { ...trial.sites[0]!, id: 2 }];
  });
  const { ok, init, attest, walletOf } = stage;
  const record = await attest({ chart: "ann", identity: await init("ann"), clinic: "clinic-1" });
  await ok("clinic", "anchor", record, "--as", "clinic-1");
  await ok("patient", "import", record, ...walletOf("ann"));
  await stage.join("ann");
  pseudonym = (await stage.enroll())[0]!;
}, 600_000);
afterAll(async () => {
  await stage?.stop();
  await releaseProver();
});

/** The site's signature under an arrival in the enrollment of now, as its tool makes it. */
async function arrivalNow(): Promise<SignedSiteAct> {
  const [state, deployment] = [await stage.api.publicState(trialId), await stage.api.deployment()];
  const participant = state.participants.find((one) => one.pseudonym === BigInt(pseudonym))!;
  return await signArrival({
    signer: new Key(KEYS.site.privateKey),
    domain: { chainId: deployment.chainId, enrollment: deployment.contracts.Enrollment! },
    state,
    siteId: 1,
    pseudonym: BigInt(pseudonym),
    arriveBy: participant.arriveBy ?? 0,
    attested: state.versions[0]!.terms.attestationsHash,
    now: deployment.chainTime,
  });
}

async function submit(signed: SignedSiteAct): Promise<unknown> {
  const { api } = stage;
  return await api.settle(await submitSiteAct({ api, name: "Arrival", signed }));
}

describe("an arrival's signature", () => {
  test("refuses one that outlived a no-show and a new enrollment, while it is still in time", async () => {
    const { ok, travel } = stage;
    await travel(0.9);
    const old = await arrivalNow();
    await travel(0.2);
    await ok("sponsor", "no-show", PROTOCOL, pseudonym);
    expect(await stage.enroll()).toEqual([pseudonym]);
    const { chainTime } = await stage.api.deployment();
    expect(Number(old.deadline)).toBeGreaterThan(chainTime);
    await expect(submit(old)).rejects.toMatchObject({ code: "WrongEnrollment" });
    // Nor is it good with the new enrollment written into it.
    const { arriveBy } = await arrivalNow();
    await expect(submit({ ...old, arriveBy })).rejects.toMatchObject({ code: "InvalidSignature" });
    expect(await stage.stateOf(pseudonym)).toBe("pending-on-study");
    await submit(await arrivalNow());
    expect(await stage.stateOf(pseudonym)).toBe("on-study");
  });
});

describe("a site that an amendment dropped", () => {
  /** Amends the trial to these sites, and has it approved. */
  async function amend(sites: unknown[], ...signers: string[]): Promise<void> {
    const { ok, file, trial } = stage;
    writeFileSync(file("amended.json"), JSON.stringify({ ...trial, sites }));
    await ok("sponsor", "amend", file("amended.json"), ...signers.flatMap((s) => ["--site", s]));
    await ok("board", "approve", PROTOCOL);
  }
  const complete = () => ["site", "complete", PROTOCOL, "1", pseudonym];

  test("is told so by its tools, and signs nothing", async () => {
    const { no, file, trial } = stage;
    await amend(trial.sites.slice(1), "2=stranger");
    const asked = ["site", "challenge", PROTOCOL, "1", "--out", file("x.json")];
    expect(await no(...asked, "--book", file("b"), "--memory", file("m"))).toBe("SiteDropped");
    expect(await no(...complete())).toBe("SiteDropped");
    const told = await stage.run(...complete());
    expect(told.err).toContain("ask the sponsor for an amendment that lists the site");
    expect(await stage.stateOf(pseudonym)).toBe("on-study");
  });

  test("signs again for those it has once it is listed with 0 places", async () => {
    const { ok, trial } = stage;
    const [first, second] = trial.sites;
    await amend([{ ...first!, capacity: 0 }, second!], "1=site-1", "2=stranger");
    await ok(...complete());
    expect(await stage.stateOf(pseudonym)).toBe("off-study");
  });
});
