// What an honest server tells of a story in which everything a server can tell about happens at
// least once, and the audit of the same chain.
import { readFileSync } from "node:fs";
import {
  hashDocument,
  trialIdOf,
  type VersionTerms,
} from "../../circuits/statement/trial/trial.ts";
import { parseTrialFile, type TrialFile } from "../../circuits/statement/trial/trialFile.ts";
import { type Api, connect } from "../../client/api/api.ts";
import { exchangeOf } from "../../client/api/exchange.ts";
import type { Audit } from "../../client/auditor/audit/audit.ts";
import type { Chronicle } from "../../client/auditor/replay/chronicle.ts";
import type { Told } from "../../client/auditor/server/serverState.ts";
import {
  attestationsText,
  compileTrialDocument,
  consentFormText,
  draftTrialDocument,
  termsOf,
  writeTrialDocument,
} from "../../client/trial/document.ts";
import { sealDocument } from "../../client/trial/seal.ts";
import { registryOf } from "../contracts/registry.ts";
import {
  consent,
  enrollNew,
  openTrial,
  type Person,
  personOf,
  screen,
} from "../contracts/story.ts";
import { succeed } from "../contracts/succession.ts";
import { startChain, type TestChain } from "../support/chain.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { gatherOn, STAGE_KEYS, trapdoorDeployment } from "../support/stage.ts";
import { accreditAll, DAY, number, type World } from "../support/world.ts";
import { auditBeside } from "./auditBeside.ts";
import { anchorTold, BATCH, revokeTold, tellAmended, tellFirst } from "./told.ts";

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
  const world = await gatherOn(chain);
  const { actors } = world;
  const governance = world.as("governance").accreditation;
  await accreditAll(world);
  await caughtUp(chain, server);
  const api = connect({ url: server.url });
  const sponsor = await api.signIn({ signer: actors.sponsor });
  await playRenewed(world, sponsor);
  await sayOpinions(world, await api.signIn({ signer: actors.board }));
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
  return { ...(await auditBeside(api, chain, { isProven: false })), api, people, end };
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

/** A comment on the version in force, and what to change in the amendment. */
async function sayOpinions(world: World, board: Api): Promise<void> {
  const trialId = trialIdOf(RENEWED);
  const { trials } = world.as("board");
  const [words, changes] = ["A clear form.", "Say who pays for travel."];
  for (const text of [words, changes]) await exchangeOf(board).uploadText(text);
  await trials.comment(trialId, 1, hashDocument(words));
  const { digest } = await trials.versionOf(trialId, 2);
  await trials.requestChanges(trialId, 2, digest, hashDocument(changes));
}

/** Everybody stands somewhere else at the end. */
async function playFull(world: World, sponsor: Api): Promise<ToldStory["people"]> {
  const protocolNumber = FULL;
  const first = await writeTerms(world, sponsor, { change: { protocolNumber } });
  const story = await openTrial(world, { protocol: protocolNumber, change: first });
  const { ann, ben } = await tellFirst(story, enrollNew);
  const fay = personOf(story, "Fay");
  await screen(story, fay);
  await consent(story, fay);
  await succeed(story, fay, personOf(story, "new wallet"));

  const requires = { reconsent: true, rescreening: true };
  const amended = { change: { protocolNumber, requires }, passphrase: "for the test" };
  await story.publish(await writeTerms(world, sponsor, amended));
  await story.approve(2);
  await tellAmended(story, ann);
  const gus = await enrollNew(story, "Gus");
  return { ann, ben, gus };
}

/** After the two trials' records: a batch, a replaced leaf, a revoked one, roots old and void. */
async function playRecords(world: World): Promise<void> {
  const clinic = world.as("clinic").records;
  await anchorTold(world);
  await registryOf(world).replace(`record for ${FULL}`, "record anew");
  await revokeTold(world);
  for (const name of ["late record", "last record"]) await clinic.anchor(number(name));
}
