import { AbiCoder, keccak256 } from "ethers";
import { describe, expect, it } from "vitest";
import { checkCanonical, hashProgram } from "../../circuits/statement/criteria/program.ts";
import { parseAnswer, parseChallenge } from "../../client/desk/arrival.ts";
import { idTagOf, normaliseDocument } from "../../client/desk/idTag.ts";
import { type Person, personProgram } from "../../client/desk/person.ts";
import {
  CHALLENGE_SECONDS,
  closeChallenge,
  EMPTY_BOOK,
  issueChallenge,
  openChallenge,
} from "../../client/site/challenge.ts";

const trialId = `0x${"ab".repeat(32)}`;
const issue = (book = EMPTY_BOOK, now = 1_000) => issueChallenge({ book, trialId, siteId: 3, now });

describe("a site's challenge", () => {
  it("is fresh each time, and survives being sent as JSON", () => {
    const first = issue();
    const second = issue(first.book);
    expect(first.challenge.challenge).not.toBe(second.challenge.challenge);
    expect(second.book.open.length).toBe(2);
    expect(parseChallenge(JSON.parse(JSON.stringify(second.challenge)))).toEqual(second.challenge);
  });

  it("is open until it expires, to the second", () => {
    const { book, challenge } = issue();
    const open = (now: number) => openChallenge({ book, challenge: challenge.challenge, now });
    expect(open(1_000 + CHALLENGE_SECONDS)).toEqual(challenge);
    expect(() => open(1_001 + CHALLENGE_SECONDS)).toThrow(
      expect.objectContaining({ code: "ChallengeExpired" }),
    );
  });

  it("is refused once answered, and when it was never issued", () => {
    const { book, challenge } = issue();
    const closed = closeChallenge(book, challenge.challenge);
    const used = expect.objectContaining({ code: "ChallengeUsed" });
    expect(() =>
      openChallenge({ book: closed, challenge: challenge.challenge, now: 1_000 }),
    ).toThrow(used);
    expect(() => openChallenge({ book, challenge: `0x${"00".repeat(32)}`, now: 1_000 })).toThrow(
      used,
    );
  });

  it("is dropped from the book when expired, so that the book stays small", () => {
    const { book } = issue();
    expect(issue(book, 1_001 + CHALLENGE_SECONDS).book.open.length).toBe(1);
  });

  it("is refused when malformed, and so is an answer", () => {
    const { challenge } = issue();
    const malformed = expect.objectContaining({ code: "MalformedInput" });
    for (const json of [
      null,
      {},
      { ...challenge, extra: 1 },
      { ...challenge, challenge: "0x12" },
    ]) {
      expect(() => parseChallenge(json)).toThrow(malformed);
    }
    for (const json of [null, {}, { format: "cohort-zero/arrival/2" }]) {
      expect(() => parseAnswer(json)).toThrow(malformed);
    }
    for (const succeeds of ["0", "07", "-7", 7]) {
      expect(() => parseChallenge({ ...challenge, succeeds })).toThrow(malformed);
    }
  });

  it("of the first protocol is refused by name, and so is an answer", () => {
    const named = (what: string) =>
      expect.objectContaining({ code: "FirstProtocol", details: { what } });
    const old = { ...issue().challenge, format: "cohort-zero/challenge/1" };
    expect(() => parseChallenge(old)).toThrow(named("challenge"));
    expect(() => parseAnswer({ format: "cohort-zero/arrival/1" })).toThrow(named("arrival answer"));
  });

  it("names the pseudonym that a new wallet is to succeed", () => {
    const { challenge } = issueChallenge({
      ...{ book: EMPTY_BOOK, trialId, siteId: 3, now: 1_000, succeeds: 77n },
    });
    expect(parseChallenge(JSON.parse(JSON.stringify(challenge))).succeeds).toBe("77");
    expect(issue().challenge.succeeds).toBeNull();
  });
});

describe("the person check", () => {
  const person: Person = { birthDate: "1970-05-17", sex: "female", document: "UTO P-123 456" };
  const idTagSalt = `0x${"5a".repeat(32)}`;
  const challenge = `0x${"c4".repeat(32)}`;
  const of = (change: Partial<Person>, other = challenge) =>
    hashProgram(personProgram({ person: { ...person, ...change }, idTagSalt, challenge: other }));

  it("is a canonical program, the same however the document is spelt", () => {
    checkCanonical(personProgram({ person, idTagSalt, challenge }));
    expect(of({ document: "uto p123456" })).toBe(of({}));
    expect(normaliseDocument("Ｐ-１２３ß")).toBe(normaliseDocument("p 123ss"));
  });

  it("differs for every other birth date, sex, document and challenge", () => {
    const hashes = [
      of({}),
      of({ birthDate: "1970-05-18" }),
      of({ sex: "male" }),
      of({ document: "UTO P-123 457" }),
      of({}, `0x${"c5".repeat(32)}`),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it("takes its tag from the first 97 bits of the salted hash", () => {
    const { code, value } = idTagOf({ salt: idTagSalt, document: person.document });
    expect([code.toString(16), value.toString(16)]).toEqual(["18169f47678fe1189", "161dda2769"]);
    const encoded = AbiCoder.defaultAbiCoder().encode(
      ["string", "bytes32", "string"],
      ["cohort-zero/id-tag/1", idTagSalt, "UTOP123456"],
    );
    const digest = BigInt(keccak256(encoded)).toString(2).padStart(256, "0");
    // Domain 1 (demographic), system 8 (identity document), then the hash.
    expect(code).toBe(BigInt(`0b00011000${digest.slice(0, 60)}`));
    expect(value).toBe(BigInt(`0b${digest.slice(60, 97)}`));
  });

  it("refuses a document without a letter or digit, and an invalid date", () => {
    expect(() => idTagOf({ salt: idTagSalt, document: " - " })).toThrow(RangeError);
    expect(() => of({ birthDate: "17.5.1970" })).toThrow(RangeError);
  });
});
