import { expect } from "vitest";
import { ERASURE_TYPES } from "../../circuits/statement/exchange/erasure.ts";
import { custodianDomain } from "../../circuits/statement/exchange/receipt.ts";
import { refusalOf } from "../../contracts/connect.ts";
import { CHAIN_ID, CODE, consent, type Person } from "../contracts/story.ts";
import { REASON } from "../support/world.ts";
import {
  anchor,
  type Custodian,
  type Deposited,
  deposit,
  request,
  SHARE,
  type Stage,
  seal,
} from "./stage.ts";

const ALL = 0b111;

/** Somebody, as the rules see them. */
type Member = {
  readonly person: Person;
  isWithdrawn: boolean;
  isErased: boolean;
  permissions: number;
  version: number;
  sequence: bigint;
};
type Item = {
  readonly of: Deposited;
  readonly member: Member;
  isAnchored: boolean;
  isSuperseded: boolean;
  /** Also on the chain: what an auditor can hold against somebody. */
  isSeenSuperseded: boolean;
};
type Opening = {
  readonly items: readonly Item[];
  readonly members: ReadonlySet<Member>;
  readonly pathOf: (position: number) => {
    readonly index: number;
    readonly path: readonly string[];
  };
};
type Request = {
  readonly requestId: bigint;
  readonly registry: string;
  readonly cut: Opening;
  readonly until: number;
};
/** What was not released, although it was asked for: a release would have been a breach. */
type Breach = { readonly request: Request; readonly item: Item; readonly block: number };

export class Play {
  readonly stage: Stage;
  readonly custodians: readonly Custodian[];
  readonly members: readonly Member[];
  readonly random: () => number;
  readonly items: Item[] = [];
  readonly cuts: (Opening & { readonly cutId: bigint })[] = [];
  readonly requests: Request[] = [];
  readonly breaches: Breach[] = [];
  readonly told: string[] = [];
  released = 0;
  isActive = true;
  required = 1;

  constructor(
    stage: Stage,
    custodians: readonly Custodian[],
    of: { readonly people: readonly Person[]; readonly random: () => number },
  ) {
    this.stage = stage;
    this.custodians = custodians;
    this.random = of.random;
    this.members = of.people.map((person) => {
      const fresh = { isWithdrawn: false, isErased: false, permissions: ALL, version: 1 };
      return { person, ...fresh, sequence: 1n };
    });
  }

  pick<T>(from: readonly T[]): T | undefined {
    return from[Math.floor(this.random() * from.length)];
  }

  /** Whether the consent covers sharing now: the rule of cuts and of releases. */
  covers({ isWithdrawn, permissions, version }: Member): boolean {
    return this.isActive && !isWithdrawn && (permissions & SHARE) !== 0 && version >= this.required;
  }

  allows(
    { cut, until }: Request,
    { member, isAnchored, isSuperseded }: Item,
    now: number,
  ): boolean {
    const isIn = cut.members.has(member);
    const isOpen = now < until && isAnchored && !isSuperseded && !member.isErased;
    return isIn && isOpen && this.covers(member);
  }
}

type Step = (play: Play) => Promise<unknown>;

export const STEPS: Readonly<Record<string, Step>> = {
  deposit: async (play) => {
    // The exchange takes nothing of somebody who has left.
    const member = play.pick(play.members.filter((one) => !one.isErased && !one.isWithdrawn));
    if (member) await depositOf(play, member);
  },
  correct: async (play) => {
    const open = play.items.filter(
      ({ isSuperseded, member }) => !isSuperseded && !member.isErased && !member.isWithdrawn,
    );
    const item = play.pick(open);
    if (item === undefined) return;
    await depositOf(play, item.member, item);
    item.isSuperseded = true;
  },
  anchor: async (play) => {
    if (play.items.every(({ isAnchored }) => isAnchored)) return;
    await anchor(play.stage);
    for (const item of play.items) {
      item.isAnchored = true;
      item.isSeenSuperseded = item.isSuperseded;
    }
  },
  seal: async (play) => {
    const members = play.members.filter(() => play.random() < 0.7);
    // Now and then something of somebody else lies under the root.
    const items = play.items.filter(
      ({ member }) => members.includes(member) || play.random() < 0.2,
    );
    if (members.length === 0 || items.length === 0) return;
    const people = members.map(({ person }) => person);
    const sealing = seal(
      play.stage,
      people,
      items.map(({ of }) => of),
    );
    const cut = await sealing.catch(
      (problem: unknown) => refusalOf(problem)?.code ?? String(problem),
    );
    const isCovered = members.every((member) => play.covers(member));
    expect(typeof cut === "string" ? cut : "sealed", play.told.join()).toMatch(
      isCovered ? /^sealed$/ : /^(NotCovered|TrialOnHold)$/,
    );
    if (typeof cut === "string") return;
    play.cuts.push({ items, members: new Set(members), ...cut });
  },
  request: async (play) => {
    const cut = play.pick(play.cuts);
    if (cut === undefined || !play.isActive) return;
    const seconds = play.random() < 0.3 ? 1_800 : 86_000;
    const until = (await play.stage.world.now()) + seconds;
    const { asking } = await request(play.stage, cut.cutId, { seconds });
    play.requests.push({ ...asking, cut, until });
  },
  withdraw: async (play) => {
    const member = play.pick(play.members.filter((one) => !one.isWithdrawn));
    if (member === undefined) return;
    const { world, trialId } = play.stage;
    await world.as("anyone").enrollment.withdrawByCode(trialId, member.person.pseudonym, CODE);
    member.isWithdrawn = true;
  },
  consent: async (play) => {
    const member = play.pick(play.members.filter((one) => !one.isWithdrawn));
    if (member === undefined || !play.isActive) return;
    const permissions = play.random() < 0.5 ? 0b001 : ALL;
    const isNewer = member.version < play.stage.story.published.length;
    if (!isNewer && permissions === member.permissions) return;
    member.sequence += 1n;
    await consent(play.stage.story, member.person, { permissions, sequence: member.sequence });
    [member.permissions, member.version] = [permissions, play.stage.story.published.length];
  },
  amend: async (play) => {
    const { story } = play.stage;
    if (!play.isActive || story.published.length > 3) return;
    const requiresReconsent = play.random() < 0.5;
    await story.publish({ ...story.published[0]!, requiresReconsent });
    await story.approve(story.published.length);
    if (requiresReconsent) play.required = story.published.length;
  },
  hold: async (play) => {
    const { trials } = play.stage.world.as("board");
    const { trialId } = play.stage;
    await (play.isActive ? trials.suspend(trialId, REASON) : trials.resume(trialId));
    play.isActive = !play.isActive;
  },
  erase: async (play) => {
    const member = play.pick(play.members.filter((one) => !one.isErased));
    // All of them erased, there is nothing left to ask about.
    if (member === undefined || play.members.filter((one) => one.isErased).length > 0) return;
    await eraseBySite(play.stage, member.person);
    member.isErased = true;
  },
  wait: async (play) => {
    await play.stage.world.travel(Math.floor(play.random() * 20_000));
    await play.stage.world.mine();
  },
};
/** Names of steps, for more of these. */
export const OFTEN = [
  "deposit",
  "anchor",
  "seal",
  "request",
  "request",
  "consent",
  "consent",
  "hold",
];

export async function depositOf(play: Play, member: Member, corrects?: Item): Promise<void> {
  const { stage, custodians, items } = play;
  const sequence = items.filter((one) => one.member === member).length + 1;
  const change = corrects && { replaces: corrects.of.hash, correction: 1 };
  const of = await deposit(stage, custodians, member.person, { sequence, ...change });
  items.push({ of, member, isAnchored: false, isSuperseded: false, isSeenSuperseded: false });
}

async function eraseBySite({ world, trialId }: Stage, { pseudonym }: Person): Promise<void> {
  const { site } = world.actors;
  const deadline = BigInt((await world.now()) + 3_600);
  const domain = custodianDomain(CHAIN_ID, world.deployment.addresses.CustodyLog);
  const erasure = { trialId, pseudonym, siteId: 1, key: site.address, deadline };
  const signature = await site.signTypedData(domain, ERASURE_TYPES, erasure);
  const { custody } = world.as("anyone");
  await custody.eraseBySite(trialId, pseudonym, site.address, deadline, signature);
}
