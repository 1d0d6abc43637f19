// Every way in which a consent, or the right to ask, ends between sealing and release: each custodian is asked over HTTP,
// for a cut of one and for a cut of many.
import { hexlify } from "ethers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { STAFF_TYPES, staffDomain, TASKS } from "../../circuits/statement/exchange/delegation.ts";
import { hpke } from "../../circuits/statement/exchange/package.ts";
import {
  CHAIN_ID,
  CODE,
  consent,
  midnightAfter,
  type Person,
  signAct,
  state,
  withdrawalOf,
} from "../contracts/story.ts";
import { arriveTagged } from "../custodian/tagged.ts";
import { bytes32, DAY, REASON, ROLE } from "../support/world.ts";
import {
  allAnswer,
  askedOf,
  type Cut,
  deposit,
  fetchAll,
  type Made,
  outcomes,
  reach,
  request,
  seal,
} from "./attackActs.ts";
import { openStand, type Stand } from "./attackStand.ts";

const ALL = 0b11111;
/** Without the one for what is deposited here. */
const LESS = 0b11101;
let stand: Stand;
/** Somebody who stays. */
let ben: Person;
let bens: Made;
beforeAll(async () => {
  stand = await openStand({ people: ["ben"] });
  ben = stand.people.ben!;
  bens = await deposit(stand, ben);
}, 180_000);
afterAll(() => stand?.end());

type Sealed = {
  readonly who: Person;
  readonly theirs: Made;
  readonly one: Cut;
  readonly many: Cut;
};
/** Somebody new, sealed alone and with the one who stays. */
async function sealed(name: string): Promise<Sealed> {
  const who = await arriveTagged(stand.story, name);
  const theirs = await deposit(stand, who);
  const [one, many] = [
    await seal(stand, [who], [theirs]),
    await seal(stand, [who, ben], [theirs, bens]),
  ];
  return { who, theirs, one, many };
}

/** What all custodians answer for the cut of one, and for both in the other. */
async function codesOf({ theirs, one, many }: Omit<Sealed, "who">): Promise<string[]> {
  const [alone, together] = [await request(stand, one), await request(stand, many)];
  return [
    ...(await allAnswer(stand, alone, (party) => askedOf(party, one, [theirs]))),
    ...(await allAnswer(stand, together, (party) => askedOf(party, many, [theirs, bens]))),
  ];
}

describe("a consent that has ended since the cut was sealed", () => {
  const ENDS: Readonly<Record<string, readonly [string, (who: Person) => Promise<unknown>]>> = {
    "by the printed code": [
      "Withdrawn",
      ({ pseudonym }) =>
        stand.story.world
          .as("anyone")
          .enrollment.withdrawByCode(stand.story.trialId, pseudonym, CODE),
    ],
    "by the person's proof": [
      "Withdrawn",
      (who) => state(stand.story, who, withdrawalOf(stand.story, { sequence: 9n })),
    ],
    "at the site": [
      "Withdrawn",
      async ({ pseudonym }) => {
        const { act, signature } = await signAct(stand.story, "Withdrawal", { pseudonym });
        await stand.story.world.as("anyone").enrollment.withdrawBySite(act, signature);
      },
    ],
    "for this permission alone": [
      "PermissionNotGiven",
      (who) => consent(stand.story, who, { permissions: LESS, sequence: 2n }),
    ],
    "with its time": [
      "ConsentExpired",
      async (who) => {
        const { world } = stand.story;
        const validUntil = midnightAfter(await world.now(), 30);
        await consent(stand.story, who, { permissions: ALL, sequence: 2n, validUntil });
        await world.travel(31 * DAY);
        await world.mine();
      },
    ],
  };
  test.each(Object.keys(ENDS))("%s opens nothing, alone and among others", async (how) => {
    const [code, end] = ENDS[how]!;
    const of = await sealed(`who leaves ${how}`);
    expect(await codesOf(of)).toEqual(["Released", "Released", "Released"]);
    await end(of.who);
    expect(await codesOf(of)).toEqual([code, code, "Released"]);
    const { opened, omissions } = await fetchAll(stand, of.many, await request(stand, of.many));
    expect([opened, omissions]).toEqual([[bens.hash], [[of.theirs.hash, code]]]);
  });
});

describe("a request whose maker may not ask any more", () => {
  const HOUR = 3_600;
  test("opens nothing once the staff's delegation was taken back", async () => {
    const { world, trialId } = stand.story;
    const now = await world.now();
    const domain = staffDomain(CHAIN_ID, world.deployment.addresses.StaffRegistry);
    const { sponsor, staff } = world.actors;
    const common = { trialId, siteId: 0, key: staff.address, deadline: BigInt(now + HOUR) };
    const delegation = {
      ...{ ...common, from: now, until: now + 20 * HOUR, salt: bytes32("salt") },
      ...{ tasks: TASKS.request, person: bytes32("an analyst") },
    };
    const signature = await sponsor.signTypedData(domain, STAFF_TYPES.Delegation, delegation);
    await world.as("anyone").staff.delegate(delegation, signature);
    const cut = await seal(stand, [ben], [bens]);
    const { publicKey } = await hpke.kem.generateKeyPair();
    const key = hexlify(new Uint8Array(await hpke.kem.serializePublicKey(publicKey)));
    const { cuts } = world.as("staff");
    const requestId = (await cuts.requests()) as bigint;
    await cuts.request(cut.cutId, bytes32("purpose"), key, now + 20 * HOUR);
    const registry = stand.chain.deployment.addresses.CutRegistry.toLowerCase();
    const codes = () =>
      allAnswer(stand, { registry, requestId }, (party) => askedOf(party, cut, [bens]));
    expect(await codes()).toEqual(["Released"]);
    const revocation = { ...common, salt: bytes32("another salt") };
    const signed = await sponsor.signTypedData(domain, STAFF_TYPES.Revocation, revocation);
    await world.as("anyone").staff.revoke(revocation, signed);
    expect(await codes()).toEqual(["NotStaff"]);
  });

  test("opens nothing while the sponsor is not accredited, and all again after", async () => {
    const { world } = stand.story;
    const { accreditation } = world.as("governance");
    const { address } = world.actors.sponsor;
    const cut = await seal(stand, [ben], [bens]);
    const asked = await request(stand, cut);
    const codes = () => allAnswer(stand, asked, (party) => askedOf(party, cut, [bens]));
    await accreditation.deaccredit(ROLE.sponsor, address);
    expect(await codes()).toEqual(["NotAccredited"]);
    await accreditation.accredit(ROLE.sponsor, address, "the sponsor");
    expect(await codes()).toEqual(["Released"]);
  });

  test("a custodian that lost its own accreditation answers nothing, and the others suffice", async () => {
    const { accreditation } = stand.story.world.as("governance");
    const [party] = stand.parties;
    const cut = await seal(stand, [ben], [bens]);
    const asked = await request(stand, cut);
    await accreditation.deaccredit(ROLE.custodian, party!.address);
    const [first, second] = await reach(stand);
    expect(await outcomes(first!, asked, await askedOf(first!, cut, [bens]))).toEqual([
      "NotAccredited",
    ]);
    expect(await outcomes(second!, asked, await askedOf(second!, cut, [bens]))).toEqual([
      "Released",
    ]);
    expect((await fetchAll(stand, cut, asked)).opened).toEqual([bens.hash]);
    await accreditation.accredit(ROLE.custodian, party!.address, "C");
  });
});

describe("a trial", () => {
  test("that its board stopped releases nobody, and goes on where it was", async () => {
    const { world, trialId } = stand.story;
    const cut = await seal(stand, [ben], [bens]);
    const asked = await request(stand, cut);
    const codes = () => allAnswer(stand, asked, (party) => askedOf(party, cut, [bens]));
    await world.as("board").trials.suspend(trialId, REASON);
    expect(await codes()).toEqual(["TrialOnHold"]);
    await world.as("board").trials.resume(trialId);
    expect(await codes()).toEqual(["Released"]);
  });

  test("whose new version asks for a new consent releases who gave it, and nobody else", async () => {
    const of = await sealed("who waits");
    const { story } = stand;
    await story.publish({ ...story.published[0]!, requiresReconsent: true });
    await story.approve(2);
    await consent(story, ben, { permissions: ALL, sequence: 2n });
    expect(await codesOf(of)).toEqual(["OnHold", "OnHold", "Released"]);
  });
});
