// A consent that somebody else gives: who may, what is signed in whose wallet, when it ends, and what the desk takes.
import { beforeAll, describe, expect, it } from "vitest";
import { parseDay } from "../../circuits/statement/encoding/day.ts";
import { GIVEN_BY } from "../../circuits/statement/trial/consent.ts";
import { mayGive, type Relation } from "../../circuits/statement/trial/representation.ts";
import type { AuditEvent } from "../../client/api/event.ts";
import {
  type RepresentativesWord,
  readRequest,
  readWord,
  writeRequest,
} from "../../client/desk/representation.ts";
import { representedUntil } from "../../client/patient/calendar.ts";
import { type Grant, proveConsent } from "../../client/patient/consent.ts";
import {
  acceptWord,
  representationRequest,
  representPerson,
  requireGiver,
} from "../../client/patient/representing.ts";
import { findSelf } from "../../client/patient/self.ts";
import type { Wallet } from "../../client/patient/wallet.ts";
import { verifyGiver } from "../../client/site/giver.ts";
import { siteAttestations } from "../../client/trial/document.ts";
import { type ReviewedTrial, reviewTrial } from "../../client/trial/review.ts";
import { walletWith } from "../site/world.ts";
import { noonOf, seededWallet, TODAY } from "./support.ts";
import { publish } from "./trial.ts";

const MINORS = { minors: { ageOfMajority: 18 } };
const ADULTS = { adults: true } as const;
/** Comes of age on 2027-08-20, nine months from the trial's "now". */
const BORN = "2009-08-20";
const COMES_OF_AGE = Date.UTC(2027, 7, 20) / 1000;
const GRANT = { permissions: ["participate"], siteId: 1, years: 2 } as const;
const parent = seededWallet(40);

let child: Wallet;
let grown: Wallet;
const trials = {} as Record<"minors" | "adults" | "nobody", ReviewedTrial>;

beforeAll(async () => {
  child = (await walletWith(7, [{ birthDate: BORN }])).wallet;
  grown = (await walletWith(8, [{ birthDate: "1970-05-17" }])).wallet;
  trials.minors = await reviewTrial({ downloads: publish({ representation: MINORS }) });
  trials.adults = await reviewTrial({ downloads: publish({ representation: ADULTS }) });
  trials.nobody = await reviewTrial({ downloads: publish() });
});

async function askedBy(wallet: Wallet, reviewed: ReviewedTrial, now = noonOf(TODAY)) {
  const { state } = publish();
  return { wallet, reviewed, self: await findSelf({ wallet, place: reviewed, state }), now };
}

type Asked = Awaited<ReturnType<typeof askedBy>>;
const grantBy = (givenBy: Grant["givenBy"], change: Partial<Grant> = {}): Grant => ({
  ...{ ...GRANT, givenBy },
  ...change,
});

/** The whole way: the request as text, signed in another wallet, and back as text. */
async function signedBy(signer: Wallet, asked: Asked, grant: Grant, relation: Relation) {
  const request = readRequest(writeRequest(representationRequest(asked, grant, relation)));
  return readWord(JSON.stringify(await representPerson(signer, request)));
}

async function codeOf(act: () => unknown): Promise<string> {
  try {
    await act();
    return "accepted";
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe("the end of a representative's consent", () => {
  const now = noonOf(TODAY);
  const endOf = (years: number, ofAgeAt?: number) =>
    new Date(Number(representedUntil({ now, years, ofAgeAt })) * 1000).toISOString().slice(0, 10);

  it("is the first day of a quarter, and never after a minor comes of age", () => {
    expect(endOf(2)).toBe("2028-10-01");
    expect(endOf(2, COMES_OF_AGE)).toBe("2027-07-01");
    expect(endOf(2, Date.UTC(2028, 8, 30) / 1000)).toBe("2027-10-01");
    expect(endOf(2, Date.UTC(2028, 9, 1) / 1000)).toBe("2028-10-01");
  });

  it("tells two birthdays of one quarter no apart, and none that is more than a year away", () => {
    expect(endOf(5, Date.UTC(2027, 6, 1) / 1000)).toBe(endOf(5, Date.UTC(2027, 8, 30) / 1000));
    expect(endOf(1, Date.UTC(2029, 0, 2) / 1000)).toBe(endOf(1, Date.UTC(2039, 0, 2) / 1000));
    expect(endOf(1, Date.UTC(2029, 0, 2) / 1000)).toBe(endOf(1));
  });

  it("leaves nothing to give in the last quarter, nor once they are of age", async () => {
    const birthday = Date.UTC(2026, 11, 24) / 1000;
    expect(await codeOf(() => representedUntil({ now, years: 1, ofAgeAt: birthday }))).toBe(
      "OwnConsentNeeded",
    );
    const late = await askedBy(child, trials.minors, COMES_OF_AGE);
    const ask = () => representationRequest(late, grantBy("representative"), "parent");
    expect(await codeOf(ask)).toBe("OwnConsentNeeded");
  });
});

describe("who may consent for whom", () => {
  it("stands in the terms, so that the chain says it of a sealed text too", () => {
    const offeredIn = (of: ReviewedTrial) => of.version.terms.offeredPermissions;
    const [minors, adults, nobody] = [trials.minors, trials.adults, trials.nobody].map(offeredIn);
    expect(mayGive("representative", nobody!)).toBe(false);
    expect(mayGive("assentWithParent", nobody!)).toBe(false);
    expect(mayGive("self", nobody!)).toBe(true);
    expect(mayGive("representative", minors!)).toBe(true);
    expect(mayGive("assentWithParent", minors!)).toBe(true);
    expect(mayGive("representative", adults!)).toBe(true);
    expect(mayGive("assentWithParent", adults!)).toBe(false);
    const ids = (of: ReviewedTrial) => siteAttestations(of.compiled).map(({ id }) => id);
    expect(ids(trials.minors)).toContain("representatives-authority");
    expect(ids(trials.nobody)).not.toContain("representatives-authority");
  });

  it.each([
    ["a parent, for somebody under age", "minors", "child", "representative", "parent", "accepted"],
    ["together with them", "minors", "child", "assentWithParent", "guardian", "accepted"],
    ["a proxy, for an adult", "adults", "grown", "representative", "healthProxy", "accepted"],
    [
      "for an adult, where only the young are represented",
      "minors",
      "grown",
      "representative",
      "healthProxy",
      "NotRepresentable",
    ],
    ["a parent, for an adult", "minors", "grown", "representative", "parent", "OwnConsentNeeded"],
    [
      "for somebody under age, where only adults are",
      "adults",
      "child",
      "representative",
      "healthProxy",
      "NotRepresentable",
    ],
    [
      "an adult's proxy with assent",
      "adults",
      "grown",
      "assentWithParent",
      "healthProxy",
      "NotRepresentable",
    ],
    [
      "where nobody is represented",
      "nobody",
      "grown",
      "representative",
      "healthProxy",
      "NotRepresentable",
    ],
  ] as const)("%s", async (_, trial, who, givenBy, relation, outcome) => {
    const asked = await askedBy(who === "child" ? child : grown, trials[trial]);
    const give = async () => {
      const grant = grantBy(givenBy);
      const word = await signedBy(parent, asked, grant, relation);
      await requireGiver(asked, { ...grant, mandate: await acceptWord(asked, grant, word) });
    };
    expect(await codeOf(give)).toBe(outcome);
  });

  it("is nobody under age alone, where a parent is to consent", async () => {
    const asked = await askedBy(child, trials.minors);
    expect(await codeOf(() => requireGiver(asked, grantBy("self")))).toBe("NoRepresentative");
    const later = await askedBy(child, trials.minors, COMES_OF_AGE);
    expect(await codeOf(() => requireGiver(later, grantBy("self")))).toBe("accepted");
  });
});

describe("a representative's signature", () => {
  it("is of another wallet, and for just this consent", async () => {
    const asked = await askedBy(child, trials.minors);
    const grant = grantBy("representative");
    const word = await signedBy(parent, asked, grant, "parent");
    const accept = (change: Partial<RepresentativesWord>, given = grant) =>
      codeOf(() => acceptWord(asked, given, { ...word, ...change }));
    expect(await accept({})).toBe("accepted");
    expect(await accept({ relation: "guardian" })).toBe("NoRepresentative");
    expect(await accept({ signer: `0x${"12".repeat(20)}` })).toBe("NoRepresentative");
    const wider = grantBy("representative", { permissions: ["participate", "contact"] });
    expect(await accept({}, wider)).toBe("NoRepresentative");
    expect(await accept({ permissions: 5 }, wider)).toBe("NoRepresentative");
    expect(await accept({}, grantBy("assentWithParent"))).toBe("NoRepresentative");
    const own = await signedBy(child, asked, grant, "parent");
    expect(await codeOf(() => acceptWord(asked, grant, own))).toBe("NoRepresentative");
    const sibling = await askedBy(
      (await walletWith(9, [{ birthDate: BORN }])).wallet,
      trials.minors,
    );
    expect(await codeOf(() => acceptWord(sibling, grant, word))).toBe("NoRepresentative");
  });

  it("cannot be left out, nor outlast what the wallet knows", async () => {
    const asked = await askedBy(child, trials.minors);
    const grant = grantBy("representative");
    expect(await codeOf(() => requireGiver(asked, grant))).toBe("NoRepresentative");
    const mandate = await acceptWord(asked, grant, await signedBy(parent, asked, grant, "parent"));
    expect(mandate.ofAgeAt).toBe(COMES_OF_AGE);
    const longer = { ...grant, mandate: { word: mandate.word } };
    expect(await codeOf(() => requireGiver(asked, longer))).toBe("NoRepresentative");
    const { state } = publish();
    const prove = proveConsent({
      ...{ wallet: child, place: trials.minors, state, grant, now: asked.now },
      ...{ version: trials.minors.version, artifacts: { load: () => Promise.reject() } },
    });
    expect(await codeOf(() => prove)).toBe("NoRepresentative");
  });
});

describe("the desk", () => {
  type Said = { givenBy?: Grant["givenBy"]; validUntil?: number; permissions?: number };

  async function deskOf(
    reviewed: ReviewedTrial,
    said: Said,
    change: { born?: string; now?: number; word?: RepresentativesWord | undefined } = {},
  ) {
    const asked = await askedBy(child, trials.minors);
    const grant = grantBy("representative");
    const signed = await signedBy(parent, asked, grant, "parent");
    const { pseudonym } = asked.self;
    const { givenBy = "representative", validUntil = COMES_OF_AGE - 1, permissions = 1 } = said;
    const statement = {
      version: 1,
      permissions,
      siteId: 1,
      validUntil,
      givenBy: GIVEN_BY[givenBy],
    };
    const event = {
      name: "Consented",
      arguments: { pseudonym: String(pseudonym), statement: JSON.stringify(statement) },
    } as unknown as AuditEvent;
    const { born = BORN, now = asked.now } = change;
    const representation = "word" in change ? change.word : signed;
    return await codeOf(() =>
      verifyGiver({
        ...{ reviewed, pseudonym, now, events: [event], versions: [trials.minors.version] },
        ...{ answer: { representation }, person: { birthDate: born } },
      }),
    );
  }

  it("takes a consent that a parent signed, and one's own", async () => {
    expect(await deskOf(trials.minors, {})).toBe("accepted");
    expect(await deskOf(trials.minors, { givenBy: "self" }, { born: "1970-05-17" })).toBe(
      "accepted",
    );
  });

  it("refuses one that the trial does not allow, or nobody signed, or that outlasts childhood", async () => {
    expect(await deskOf(trials.nobody, {})).toBe("NotRepresentable");
    expect(await deskOf(trials.adults, {})).toBe("NotRepresentable");
    expect(await deskOf(trials.minors, {}, { word: undefined })).toBe("NoRepresentative");
    expect(await deskOf(trials.minors, { permissions: 5 })).toBe("NoRepresentative");
    expect(await deskOf(trials.minors, { givenBy: "assentWithParent" })).toBe("NoRepresentative");
    expect(await deskOf(trials.minors, { validUntil: COMES_OF_AGE + 1 })).toBe("NotRepresentable");
    expect(await deskOf(trials.minors, {}, { now: COMES_OF_AGE })).toBe("OwnConsentNeeded");
    // The document on the desk counts, and not what the record says.
    expect(await deskOf(trials.minors, {}, { born: "2000-01-01" })).toBe("OwnConsentNeeded");
    expect(await deskOf(trials.minors, { givenBy: "self" })).toBe("NoRepresentative");
  });
});

it("the sample's day is the one that the ends were counted from", () => {
  expect(TODAY).toBe(parseDay("2026-11-21"));
});
