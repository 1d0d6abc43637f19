// One participant on the way to the site, with real proofs and without a chain: what the contracts
// would record is written into the public state by hand. The journey over a chain is
// test/patient/journey.test.ts.
import { readVerificationKey } from "../../circuits/artifacts/read.ts";
import type { Field } from "../../circuits/statement/field.ts";
import type { PublicState } from "../../client/api/trial.ts";
import { localArtifacts } from "../../client/patient/artifacts.node.ts";
import { chainDay, checkTrial } from "../../client/patient/check.ts";
import { proveConsent } from "../../client/patient/consent.ts";
import { importRecord } from "../../client/patient/import.ts";
import { type ReviewedTrial, reviewTrial } from "../../client/patient/review.ts";
import { proveScreening } from "../../client/patient/screen.ts";
import type { Wallet } from "../../client/patient/wallet.ts";
import type { Person } from "../../client/person.ts";
import type { Desk } from "../../client/site/verify.ts";
import { attestedFor, DOCUMENT, seededWallet } from "../patient/support.ts";
import { publish } from "../patient/trial.ts";

export const artifacts = localArtifacts();
/** The person that the sample record is about. */
export const PERSON: Person = { birthDate: "1970-05-17", sex: "female", document: DOCUMENT };

export type World = {
  readonly wallet: Wallet;
  readonly reviewed: ReviewedTrial;
  readonly state: PublicState;
  readonly registry: Desk["registry"];
  readonly pseudonym: bigint;
  readonly now: number;
  readonly asOfDay: number;
};

/** A wallet that was screened, consented at site 1 and enrolled. */
export async function enrolledWorld(seed = 1): Promise<World> {
  const blank = seededWallet(seed);
  const { attested, registry } = await attestedFor(blank);
  const { wallet } = await importRecord({ wallet: blank, attested, registry });
  const downloads = publish({ registry });
  const reviewed = await reviewTrial({ downloads });
  const now = downloads.deployment.chainTime;
  const asOfDay = chainDay(downloads.deployment);
  const check = checkTrial({ wallet, reviewed, registry, asOfDay });
  const { state } = downloads;
  const screened = await proveScreening({ wallet, reviewed, state, check, artifacts });
  const commitment = screened.input.participantCommitment as Field;
  const nullifier = screened.input.nullifier as Field;
  const joined: PublicState = {
    ...state,
    groups: [{ version: 1, groupId: 0n, members: [4n as Field, commitment, 5n as Field] }],
    screenings: [{ nullifier, version: 1, commitment }],
  };
  const consented = await proveConsent({
    wallet: screened.wallet,
    place: reviewed,
    state: joined,
    artifacts,
    now,
    version: reviewed.version,
    grant: {
      permissions: ["participate"],
      siteId: 1,
      validUntil: BigInt(now + 86_400 * 365),
      givenBy: "self",
    },
  });
  const { pseudonym } = consented;
  return {
    wallet: consented.wallet,
    reviewed,
    state: withParticipant(joined, pseudonym),
    registry,
    pseudonym,
    now,
    asOfDay,
  };
}

function withParticipant(state: PublicState, pseudonym: bigint): PublicState {
  const participant: PublicState["participants"][number] = {
    pseudonym: pseudonym as Field,
    state: "pending-on-study",
    onHold: false,
    sequence: 1n,
    version: 1,
    siteId: 1,
  };
  return { ...state, participants: [participant] };
}

/** The desk of site 1. */
export async function deskOf(world: World): Promise<Desk> {
  return {
    trial: world.reviewed.trial,
    state: world.state,
    registry: world.registry,
    rootWindowSeconds: 3_600,
    keys: {
      "eligibility-8": await readVerificationKey("eligibility-8"),
      "eligibility-32": await readVerificationKey("eligibility-32"),
    },
    now: world.now,
    today: world.asOfDay,
  };
}
