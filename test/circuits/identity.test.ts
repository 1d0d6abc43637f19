import { beforeAll, describe, expect, test } from "vitest";
import { FIELD_ORDER } from "../../circuits/statement/encoding/field.ts";
import { hash } from "../../circuits/statement/encoding/hash.ts";
import {
  checkSecret,
  identityCommitmentOf,
  issuerTagOf,
  nullifierOf,
} from "../../circuits/statement/encoding/identity.ts";
import {
  deriveParticipantIdentity,
  deriveRecordSecret,
  Identity,
} from "../../circuits/witness/identity.ts";
import { IDENTITY } from "./constants.ts";
import { CLINIC } from "./example.ts";
import { compilePart, type Part } from "./part.ts";

const SCOPE = 4711n;
const SEED = Uint8Array.from({ length: 32 }, (_, i) => i);
const TRIAL = `0x${"ab".repeat(32)}`;
const ISSUER = BigInt(CLINIC);

let identity: Part;
beforeAll(async () => {
  identity = await compilePart("Identity()", "identity.circom");
});

describe("the circuit's identity", () => {
  test.each([1n, 2n, 1n << 247n, FIELD_ORDER - 1n])(
    "is TypeScript's for the secret %i",
    (secret) => {
      const wires = identity.calculate({ secret, scope: SCOPE, issuer: ISSUER });
      expect(wires.slice(1, 4)).toEqual([
        identityCommitmentOf(secret),
        nullifierOf(SCOPE, secret),
        issuerTagOf({ scope: SCOPE, secret, issuer: CLINIC }),
      ]);
    },
  );

  test("has one commitment, nullifier and tag a secret: the field's order further is the same number", () => {
    const of = (secret: bigint) =>
      identity.calculate({ secret, scope: SCOPE, issuer: ISSUER }).slice(1, 4);
    expect(of(5n + FIELD_ORDER)).toEqual(of(5n));
    for (const secret of [FIELD_ORDER, FIELD_ORDER + 5n, -1n]) {
      expect(() => checkSecret(secret)).toThrow("scalar field");
      expect(() => nullifierOf(SCOPE, secret)).toThrow("scalar field");
      expect(() => identityCommitmentOf(secret)).toThrow("scalar field");
    }
    expect(() => checkSecret(0n)).toThrow("not 0");
  });

  test("shows the same nullifier at two clinics, and two tags", () => {
    const at = (issuer: bigint) => identity.calculate({ secret: 7n, scope: SCOPE, issuer });
    expect(at(ISSUER)[2]).toBe(at(ISSUER + 1n)[2]);
    expect(at(ISSUER)[3]).not.toBe(at(ISSUER + 1n)[3]);
  });
});

describe("a tag", () => {
  const tag = (parts: Partial<Parameters<typeof issuerTagOf>[0]>) =>
    issuerTagOf({ scope: SCOPE, secret: 7n, issuer: CLINIC, ...parts });

  test("differs with the person, the scope and the clinic, and is no nullifier", () => {
    const other = `0x${"2c".repeat(20)}`;
    const all = [tag({}), tag({ secret: 8n }), tag({ scope: 1n }), tag({ issuer: other })];
    expect(new Set([...all, nullifierOf(SCOPE, 7n), identityCommitmentOf(7n)]).size).toBe(6);
  });

  test("is the same however the clinic's address is written", () => {
    expect(tag({ issuer: CLINIC.toUpperCase().replace("0X", "0x") })).toBe(tag({}));
  });

  test("cannot be tried out by whoever knows clinic and scope but not the secret", () => {
    const found = tag({ secret: hash([99n]) });
    for (let secret = 1n; secret < 50n; secret++) expect(tag({ secret })).not.toBe(found);
  });
});

describe("a wallet's identities", () => {
  test("are the same for the same seed, and differ by label, trial and retry", async () => {
    const participant = async (trialId: string, retry: number) =>
      (await deriveParticipantIdentity({ seed: SEED, trialId, retry })).secretScalar;
    const all = await Promise.all([
      deriveRecordSecret(SEED),
      participant(TRIAL, 0),
      participant(TRIAL, 1),
      participant(`0x${"ac".repeat(32)}`, 0),
      deriveRecordSecret(SEED.with(0, 9)),
    ]);
    expect(new Set(all).size).toBe(all.length);
    expect(await participant(TRIAL, 1)).toBe(all[2]);
    expect(await deriveRecordSecret(SEED)).toBe(all[0]);
  });

  test("have secrets of 248 bits, all of them used", async () => {
    const seeds = Array.from({ length: 40 }, (_, i) => SEED.with(3, i));
    const secrets = await Promise.all(seeds.map(deriveRecordSecret));
    for (const secret of secrets) expect(secret >> 248n).toBe(0n);
    expect(secrets.some((secret) => secret >> 247n === 1n)).toBe(true);
  });

  test("are no public number: no nullifier or tag is a derived secret", async () => {
    const record = await deriveRecordSecret(SEED);
    for (let retry = 0; retry < 8; retry++) {
      const trial = await deriveParticipantIdentity({ seed: SEED, trialId: TRIAL, retry });
      for (const scope of [SCOPE, BigInt(TRIAL) >> 8n, IDENTITY]) {
        const shown = [
          nullifierOf(scope, record),
          issuerTagOf({ scope, secret: record, issuer: CLINIC }),
        ];
        expect(shown).not.toContain(trial.secretScalar);
        expect(hash([scope, trial.secretScalar])).not.toBe(record);
      }
    }
  });

  test("of participation are Semaphore's", async () => {
    const identity = await deriveParticipantIdentity({ seed: SEED, trialId: TRIAL, retry: 0 });
    expect(identity).toBeInstanceOf(Identity);
  });

  test("need a whole seed, a trial id and a small retry index", async () => {
    await expect(deriveRecordSecret(SEED.slice(1))).rejects.toThrow("32 bytes");
    const ask = (trialId: string, retry: number) =>
      deriveParticipantIdentity({ seed: SEED, trialId, retry });
    await expect(ask("0x12", 0)).rejects.toThrow("trial id");
    await expect(ask(TRIAL, -1)).rejects.toThrow("retry");
    await expect(ask(TRIAL, 2 ** 32)).rejects.toThrow("retry");
  });
});
