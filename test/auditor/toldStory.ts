// What an honest server tells of a story in which everything a server can tell about happens at
// least once, and the audit of the same chain.
import { readFileSync } from "node:fs";
import type { VersionTerms } from "../../circuits/statement/trial.ts";
import { parseTrialFile, type TrialFile } from "../../circuits/statement/trialFile.ts";
import { type Api, connect } from "../../client/api.ts";
import { type Audit, audit } from "../../client/auditor/audit.ts";
import { openChain } from "../../client/auditor/chain.ts";
import { type Chronicle, startChronicle } from "../../client/auditor/chronicle.ts";
import { connectNode } from "../../client/auditor/rpc.ts";
import { readServerLeaves, readTold, type Told } from "../../client/auditor/serverState.ts";
import {
  attestationsText,
  compileTrialDocument,
  consentFormText,
  draftTrialDocument,
  termsOf,
  writeTrialDocument,
} from "../../client/trial-file.ts";
import { sealDocument } from "../../client/trial-seal.ts";
import { registryOf } from "../contracts/registry.ts";
import {
  CODE,
  consent,
  enrollNew,
  openTrial,
  type Person,
  personOf,
  screen,
  signAct,
  state,
  withdrawalOf,
} from "../contracts/story.ts";
import { succeed } from "../contracts/succession.ts";
import { DAY, number, type World } from "../contracts/world.ts";
import { startChain, type TestChain } from "../support/chain.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { gatherOn, STAGE_KEYS, trapdoorDeployment } from "../support/stage.ts";
import { BATCH } from "./history.ts";

const example = new URL("../../client/sponsor/examples/diabetes.json", import.meta.url);
const file = parseTrialFile(JSON.parse(readFileSync(example, "utf8")));
/** A trial whose board has renewed its approval and has an amendment before it. */
export const RENEWED = "CZ-TOLD-1";
/** A trial with everybody in it, whose second version is sealed. */
export const FULL = "CZ-TOLD-2";

export type ToldStory = {
  readonly told: Told;
  readonly audit: Audit;
  readonly chronicle: Chronicle;
  readonly api: Api;
  readonly people: Readonly<Record<"ann" | "ben" | "gus", Person>>;
  readonly end: () => Promise<void>;
};

/** Plays the story on a chain beside a server, asks the server and audits the chain. */
export async function tellStory(): Promise<ToldStory> {
  const chain = await startChain(trapdoorDeployment());
  const server = await startTestServer(chain, {}, { keys: STAGE_KEYS });
  const { world, actors } = await gatherOn(chain);
  const governance = world.as("governance").accreditation;
  const roles = { clinic: 1, otherClinic: 1, sponsor: 2, otherSponsor: 2, board: 3 } as const;
  for (const [name, role] of Object.entries(roles)) {
    await governance.accredit(role, actors[name as keyof typeof roles].address, `The ${name}`);
  }
  await caughtUp(chain, server);
  const api = connect({ url: server.url });
  const sponsor = await api.signIn({ signer: actors.sponsor });
  await playRenewed(world, sponsor);
  const people = await playFull(world, sponsor);
  await playRecords(world);
  await governance.deaccredit(2, actors.otherSponsor.address);
  await governance.transferOwnership(actors.anyone.address);
  await world.as("anyone").accreditation.acceptOwnership();
  await caughtUp(chain, server);
  await (await api.signIn({ signer: actors.clinic })).publishBatch(BATCH);
  const end = async () => {
    await server.end();
    await chain.stop();
  };
  return { ...(await auditBeside(chain, api)), api, people, end };
}

/** What a server tells now, and the audit of its chain up to there. */
async function auditBeside({ anvil, deployment }: TestChain, api: Api) {
  const told = await readTold(api);
  const request = connectNode(anvil.url);
  const source = await openChain({ request, deployment, to: told.block });
  const leaves = await readServerLeaves(api, told);
  const { chronicle, onEvent } = startChronicle();
  return { told, chronicle, audit: await audit({ source, leaves, keys: STAGE_KEYS, onEvent }) };
}

async function caughtUp({ provider }: TestChain, { url }: TestServer): Promise<void> {
  const api = connect({ url });
  const newest = await provider.getBlockNumber();
  while ((await api.deployment()).blockNumber < newest) {
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

/** Uploads a version's texts; its terms follow from them. */
async function writeTerms(
  world: World,
  sponsor: Api,
  { change, passphrase }: { change: Partial<TrialFile>; passphrase?: string },
): Promise<VersionTerms> {
  const sites = [1, 2].map((id) => ({ ...file.sites[0]!, id, capacity: 5 - id }));
  const permissions = file.consentForm.permissions.map((one) => {
    return { ...one, required: one.id === "participate" };
  });
  const consentForm = { ...file.consentForm, permissions };
  const trial = { ...file, sites, consentForm, capacity: 5, arrivalDeadlineDays: 14, ...change };
  const document = draftTrialDocument({ trial, today: 47_000 });
  const text = writeTrialDocument(document);
  const published = passphrase === undefined ? text : await sealDocument(text, passphrase);
  const list = attestationsText(compileTrialDocument(document))!;
  for (const content of [published, consentFormText(document), list]) {
    await sponsor.uploadDocument({ content, mediaType: "application/json" });
  }
  const { site, otherSite } = world.actors;
  const siteSigners = { 1: site.address, 2: otherSite.address };
  return termsOf({ document, published, isSealed: passphrase !== undefined, siteSigners });
}

async function playRenewed(world: World, sponsor: Api): Promise<void> {
  const protocolNumber = RENEWED;
  const first = await writeTerms(world, sponsor, { change: { protocolNumber } });
  const story = await openTrial(world, { protocol: protocolNumber, change: first });
  await screen(story, personOf(story, "Abe"));
  const until = (await world.now()) + 400 * DAY;
  await world.as("board").trials.approve(story.trialId, 1, story.digestOf(1), until);
  const change = { protocolNumber, capacity: 4, requires: { reconsent: true, rescreening: false } };
  await story.publish(await writeTerms(world, sponsor, { change }));
}

/** Everybody stands somewhere else at the end. */
async function playFull(world: World, sponsor: Api): Promise<ToldStory["people"]> {
  const protocolNumber = FULL;
  const first = await writeTerms(world, sponsor, { change: { protocolNumber } });
  const story = await openTrial(world, { protocol: protocolNumber, change: first });
  const { enrollment } = world.as("anyone");
  const { attestationsHash: evidence } = first;
  const ann = await enrollNew(story, "Ann");
  const arrival = await signAct(story, "Arrival", { pseudonym: ann.pseudonym, evidence });
  await enrollment.arrive(arrival.act, arrival.signature);
  const ben = await enrollNew(story, "Ben");
  await state(story, ben, withdrawalOf(story));
  const cay = await enrollNew(story, "Cay", 2);
  const at = { pseudonym: cay.pseudonym, siteId: 2, evidence };
  const failure = await signAct(story, "ScreenFailure", at, "otherSite");
  await enrollment.failScreening(failure.act, failure.signature);
  const [dee, fay] = [personOf(story, "Dee"), personOf(story, "Fay")];
  for (const person of [dee, fay]) {
    await screen(story, person);
    await consent(story, person);
  }
  await enrollment.withdrawByCode(story.trialId, dee.pseudonym, CODE);
  await succeed(story, fay, personOf(story, "new wallet"));

  const requires = { reconsent: true, rescreening: true };
  const amended = { change: { protocolNumber, requires }, passphrase: "for the test" };
  await story.publish(await writeTerms(world, sponsor, amended));
  await story.approve(2);
  await screen(story, ann, 2);
  await consent(story, ann, { sequence: 5n });
  const eve = await enrollNew(story, "Eve", 2);
  await world.travel(15 * DAY);
  await enrollment.reportNoShow(story.trialId, eve.pseudonym);
  const gus = await enrollNew(story, "Gus");
  return { ann, ben, gus };
}

/** After the two trials' records: a batch, a replaced leaf, a revoked one, roots old and void. */
async function playRecords(world: World): Promise<void> {
  const clinic = world.as("clinic").records;
  const registry = registryOf(world);
  await clinic.anchorBatch(BATCH.root, BATCH.leaves.length, BATCH.leavesHash, "leaves.json");
  await registry.replace(`record for ${FULL}`, "record anew");
  await registry.anchor("record to revoke", "otherClinic");
  await registry.revoke("record to revoke", "otherClinic");
  await clinic.revokeEarly(number("never anchored"));
  for (const name of ["late record", "last record"]) await clinic.anchor(number(name));
}
