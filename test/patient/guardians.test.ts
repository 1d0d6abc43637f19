// A wallet's seed shared among guardians: what some of them learn, what a liar among them can do, and what comes back.
import { Decrypter, generateX25519Identity, identityToRecipient } from "age-encryption";
import { combine } from "shamir-secret-sharing";
import { describe, expect, it } from "vitest";
import type { Field } from "../../circuits/statement/encoding/field.ts";
import {
  deriveParticipantIdentity,
  identityCodeOf,
  pseudonymOf,
  screeningNullifier,
} from "../../client/patient/derive.ts";
import {
  type BroughtShare,
  type GuardianShare,
  readShare,
  recoverWallet,
  shareSeed,
  writeShare,
} from "../../client/patient/guardians.ts";
import { foundIn } from "../../client/patient/guardiansDiary.ts";
import { guardianOf, openShare, sealShare } from "../../client/patient/guardiansFile.ts";
import { placeOf } from "../../client/trial/review.ts";
import { commitmentOf, PASSPHRASE, QUICK, seededWallet } from "./support.ts";
import { publish } from "./trial.ts";

const wallet = seededWallet(7);
const { seed } = wallet;
const workFactor = QUICK;

/** As whoever brings them calls them. */
const brought = (shares: readonly GuardianShare[], from = "set"): BroughtShare[] =>
  shares.map((share) => ({ name: `${from}-${share.number}.age`, share }));

/** The same share with one bit of it changed. */
function changed(share: GuardianShare, at: number): GuardianShare {
  const bytes = share.share.slice();
  bytes[at]! ^= 1;
  return { ...share, share: bytes };
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

describe("shares of a seed", () => {
  it("bring it back, any so many of them, in any order and from any copy", async () => {
    const { shares, code } = await shareSeed({ seed, needed: 3, of: 5 });
    for (const chosen of [
      [0, 1, 2],
      [4, 2, 0],
      [3, 3, 1, 4],
      [0, 1, 2, 3, 4],
    ]) {
      const found = await recoverWallet({ shares: brought(chosen.map((i) => shares[i]!)) });
      expect(found.wallet.seed).toEqual(seed);
      expect(found).toMatchObject({ code, leftAside: [] });
      expect(found.wallet.guardians).toEqual({ code, needed: 3, of: 5 });
    }
  });

  it("tell nothing when there is one too few: every seed is as likely as before", async () => {
    const { shares } = await shareSeed({ seed, needed: 3, of: 5 });
    const two = shares.slice(0, 2).map(({ share }) => share);
    // Whatever the missing share may be, each value of a byte of the seed comes out once.
    const third = shares[2]!.share;
    const reached = Array.from({ length: 32 }, () => new Set<number>());
    for (let guess = 0; guess < 256; guess++) {
      const guessed = Uint8Array.from(third, (byte, i) => (i < 32 ? guess : byte));
      const combined = await combine([...two, guessed]);
      combined.forEach((byte, i) => void reached[i]!.add(byte));
    }
    expect(reached.map(({ size }) => size)).toEqual(Array(32).fill(256));
    const few = recoverWallet({ shares: brought([shares[0]!, shares[1]!, shares[1]!]) });
    await expect(few).rejects.toMatchObject({
      code: "TooFewShares",
      details: { have: 2, needed: 3 },
    });
  });

  it("are refused for numbers that protect nothing or cannot be met", async () => {
    for (const [needed, of] of [
      [1, 3],
      [4, 3],
      [2, 11],
    ] as const) {
      await expect(shareSeed({ seed, needed, of })).rejects.toThrow(RangeError);
    }
  });
});

describe("a false share", () => {
  it("is named wherever it was changed, and the others do without it", async () => {
    const { shares } = await shareSeed({ seed, needed: 2, of: 3 });
    for (const at of [0, 15, 31, 32]) {
      const [first, ...rest] = shares;
      const all = brought([changed(first!, at), ...rest]);
      const found = await recoverWallet({ shares: all });
      expect(found.wallet.seed).toEqual(seed);
      expect(found.leftAside).toEqual(["set-1.age"]);
      await expect(recoverWallet({ shares: all.slice(0, 2) })).rejects.toMatchObject({
        code: "FalseShare",
        details: { shares: "set-1.age" },
      });
    }
  });

  it("is named when it comes with hashes that fit it", async () => {
    const { shares } = await shareSeed({ seed, needed: 2, of: 3 });
    const other = await shareSeed({ seed: seededWallet(8).seed, needed: 2, of: 3 });
    // The liar brings a share of another seed's set, and everybody else brings theirs.
    const all = [...brought(other.shares.slice(0, 1), "liar"), ...brought(shares.slice(1))];
    const found = await recoverWallet({ shares: all });
    expect(found.wallet.seed).toEqual(seed);
    expect(found.leftAside).toEqual(["liar-1.age"]);
  });

  it("does not lead to another wallet, however many lie, when the check code is known", async () => {
    const mine = await shareSeed({ seed, needed: 2, of: 3 });
    const theirs = await shareSeed({ seed: seededWallet(8).seed, needed: 2, of: 3 });
    const liars = brought(theirs.shares, "liar");
    await expect(recoverWallet({ shares: liars, code: mine.code })).rejects.toMatchObject({
      code: "WrongCheckCode",
    });
    const all = [...liars, ...brought(mine.shares)];
    const found = await recoverWallet({ shares: all, code: mine.code.replaceAll(" ", "-") });
    expect(found.wallet.seed).toEqual(seed);
    expect(found.leftAside).toEqual(["liar-1.age", "liar-2.age", "liar-3.age"]);
    const mistyped = recoverWallet({ shares: all, code: mine.code.slice(1) });
    await expect(mistyped).rejects.toMatchObject({ code: "MalformedInput" });
  });
});

describe("shares of two sets", () => {
  it("do not mix, though both are of one seed", async () => {
    const [old, young] = [
      await shareSeed({ seed, needed: 2, of: 3 }),
      await shareSeed({ seed, needed: 2, of: 3 }),
    ];
    expect(old.code).not.toBe(young.code);
    const one = [...brought(old.shares.slice(0, 1), "old"), ...brought(young.shares.slice(1, 2))];
    await expect(recoverWallet({ shares: one })).rejects.toMatchObject({
      code: "MixedShares",
      details: { sets: "old-1.age / set-2.age" },
    });
    const whole = [...brought(old.shares, "old"), ...brought(young.shares)];
    await expect(recoverWallet({ shares: whole })).rejects.toMatchObject({ code: "MixedShares" });
    const chosen = await recoverWallet({ shares: whole, code: old.code });
    expect(chosen).toMatchObject({
      code: old.code,
      leftAside: brought(young.shares).map((s) => s.name),
    });
  });

  it("do not tell that they are of one wallet", async () => {
    const [one, two] = [
      await shareSeed({ seed, needed: 2, of: 2 }),
      await shareSeed({ seed, needed: 2, of: 2 }),
    ];
    const wordsOf = ({ shares }: typeof one) => {
      const { set, share } = shares[0]!;
      return [set.salt, set.seed, ...set.shares, hex(share)];
    };
    expect(new Set([...wordsOf(one), ...wordsOf(two)]).size).toBe(10);
  });
});

describe("a share's file", () => {
  it("opens for its guardian only, by passphrase or by age key, or with any age tool", async () => {
    const { shares } = await shareSeed({ seed, needed: 2, of: 2 });
    const identity = await generateX25519Identity();
    const recipient = await identityToRecipient(identity);
    const [byWord, byKey] = [
      await sealShare({ share: shares[0]!, guardian: guardianOf(PASSPHRASE), workFactor }),
      await sealShare({ share: shares[1]!, guardian: guardianOf(` ${recipient}\n`) }),
    ];
    expect(await openShare({ bytes: byWord, secret: PASSPHRASE })).toEqual(shares[0]);
    expect(await openShare({ bytes: byKey, secret: identity.toLowerCase() })).toEqual(shares[1]);
    const others = [
      { bytes: byWord, secret: "another passphrase" },
      { bytes: byWord, secret: identity },
      { bytes: byKey, secret: await generateX25519Identity() },
      { bytes: byKey, secret: PASSPHRASE },
    ];
    for (const other of others) {
      await expect(openShare(other)).rejects.toMatchObject({
        code: "WrongPassphrase",
        details: {},
      });
    }
    const tool = new Decrypter();
    tool.addIdentity(identity);
    const opened = await tool.decrypt(byKey);
    expect(await openShare({ bytes: opened, secret: "" })).toEqual(shares[1]);
  });

  it("says nothing about whom it belongs to, how many there are or who the others are", async () => {
    const identity = await generateX25519Identity();
    const guardian = guardianOf(await identityToRecipient(identity));
    const files: Uint8Array[] = [];
    for (const [one, needed, of] of [
      [wallet, 2, 2],
      [wallet, 5, 10],
      [seededWallet(8), 2, 3],
    ] as const) {
      const { shares } = await shareSeed({ seed: one.seed, needed, of });
      files.push(await sealShare({ share: shares.at(-1)!, guardian }));
    }
    expect(new Set(files.map(({ length }) => length)).size).toBe(1);
    // What its guardian reads: nothing that the wallet's clinic, its studies or the chain know.
    const { shares } = await shareSeed({ seed, needed: 2, of: 3 });
    const text = new TextDecoder().decode(writeShare(shares[0]!));
    const known = [
      hex(seed),
      String(await commitmentOf(wallet)),
      BigInt(await commitmentOf(wallet)).toString(16),
      (await identityCodeOf(seed)).replaceAll(" ", ""),
    ];
    for (const secret of known) expect(text.toLowerCase()).not.toContain(secret);
    const fields = JSON.parse(text);
    expect(Object.keys(fields).sort()).toEqual(["format", "number", "set", "share"]);
    expect(Object.keys(fields.set).sort()).toEqual(["needed", "salt", "seed", "shares"]);
  });

  it("is refused by name when it is none, damaged, or a wallet", async () => {
    const { shares } = await shareSeed({ seed, needed: 2, of: 2 });
    const guardian = guardianOf(PASSPHRASE);
    const bytes = await sealShare({ share: shares[0]!, guardian, workFactor });
    const damaged = bytes.slice();
    damaged[damaged.length - 1]! ^= 1;
    const text = JSON.parse(new TextDecoder().decode(writeShare(shares[0]!)));
    const beyond = { ...text, set: { ...text.set, needed: 3 } };
    const named = { ...text, owner: "Ann" };
    const short = { ...text, share: text.share.slice(0, -2) };
    const written = (json: unknown) => new TextEncoder().encode(JSON.stringify(json));
    const files = [damaged, new Uint8Array(), ...[beyond, named, short, {}].map(written)];
    for (const file of files) {
      const attempt = openShare({ bytes: file, secret: PASSPHRASE });
      await expect(attempt).rejects.toMatchObject({ code: "NotAShare", details: {} });
    }
    expect(readShare(writeShare(shares[0]!))).toEqual(shares[0]);
  });

  it("needs a passphrase of ten characters, or an age key that is one", async () => {
    const { shares } = await shareSeed({ seed, needed: 2, of: 2 });
    const weak = sealShare({ share: shares[0]!, guardian: guardianOf("short"), workFactor });
    await expect(weak).rejects.toMatchObject({ code: "WeakPassphrase" });
    const identity = await generateX25519Identity();
    const recipient = await identityToRecipient(identity);
    const last = recipient.endsWith("q") ? "p" : "q";
    // None of these may become a passphrase: keys are public, or nothing to tell.
    for (const typed of [recipient.slice(0, -1) + last, recipient.slice(0, 20), identity]) {
      const attempt = async () => sealShare({ share: shares[0]!, guardian: guardianOf(typed) });
      await expect(attempt()).rejects.toMatchObject({ code: "MalformedInput" });
    }
  });
});

describe("a recovered wallet", () => {
  it("has the same code, pseudonym and nullifier, and finds its participation in public state", async () => {
    const { shares } = await shareSeed({ seed, needed: 2, of: 3 });
    const { wallet: back } = await recoverWallet({ shares: brought(shares.slice(1)) });
    expect(back.records).toEqual([]);
    expect(await identityCodeOf(back.seed)).toBe(await identityCodeOf(seed));
    const downloads = publish();
    const place = placeOf(downloads);
    const { trialId, scope } = downloads.trial;
    const [was, is] = await Promise.all(
      [seed, back.seed].map(async (one) => {
        const identity = await deriveParticipantIdentity({ seed: one, trialId, retry: 0 });
        const nullifier = await screeningNullifier({ seed: one, scope });
        return { identity, nullifier, pseudonym: pseudonymOf({ identity, scope }) };
      }),
    );
    expect(is).toEqual(was);
    const nobody = await foundIn({ wallet: back, place, state: downloads.state });
    expect(nobody).toBeUndefined();
    const commitment = was!.identity.commitment as Field;
    const screening = { nullifier: was!.nullifier, version: 1, commitment, issuerTags: [] };
    const state = { ...downloads.state, screenings: [screening] };
    const found = await foundIn({ wallet: back, place, state });
    expect(found).toMatchObject({ trialId, protocolNumber: "CZ-TEST-1", retry: 0 });
    const elsewhere = { ...screening, commitment: 5n as Field };
    const other = { ...downloads.state, screenings: [elsewhere] };
    expect(await foundIn({ wallet: back, place, state: other })).toBeUndefined();
  });
});
