import { beforeAll, describe, expect, test } from "vitest";
import { FIELD_ORDER, SUBGROUP_ORDER } from "../../circuits/statement/field.ts";
import { hash } from "../../circuits/statement/hash.ts";
import {
  checkSecret,
  deriveParticipantIdentity,
  deriveRecordIdentity,
  Identity,
  nullifierOf,
} from "../../circuits/witness/identity.ts";
import { compilePart, type Part } from "./part.ts";

const SCOPE = 4711n;
const SEED = Uint8Array.from({ length: 32 }, (_, i) => i);
const TRIAL = `0x${"ab".repeat(32)}`;

let identity: Part;
beforeAll(async () => {
  identity = await compilePart("Identity()", "identity.circom");
});

describe("the circuit's identity", () => {
  test.each(["alice", "bob", "a longer private key"])("is Semaphore's: %s", (key) => {
    const { secretScalar: secret, commitment } = new Identity(key);
    const wires = identity.calculate({ secret, scope: SCOPE });
    expect(wires.slice(1, 3)).toEqual([commitment, nullifierOf(SCOPE, secret)]);
  });

  test("accepts every secret below the subgroup's order and none above", () => {
    const accepts = (secret: bigint) => identity.accepts({ secret, scope: SCOPE });
    expect(accepts(1n)).toBe(true);
    expect(accepts(SUBGROUP_ORDER - 1n)).toBe(true);
    expect(accepts(SUBGROUP_ORDER)).toBe(false);
    expect(accepts(SUBGROUP_ORDER + 1n)).toBe(false);
    expect(accepts(FIELD_ORDER - 1n)).toBe(false);
    expect(accepts((1n << 251n) - 1n)).toBe(false);
    expect(accepts(1n << 251n)).toBe(false);
  });

  test("has one nullifier: s + l, of the same public key, is refused", () => {
    const { secretScalar } = new Identity("alice");
    for (let k = 1n; k <= 7n; k++) {
      const secret = secretScalar + k * SUBGROUP_ORDER;
      expect(identity.accepts({ secret, scope: SCOPE })).toBe(false);
      expect(() => checkSecret(secret)).toThrow("subgroup");
    }
    expect(() => checkSecret(-1n)).toThrow("subgroup");
    expect(() => nullifierOf(SCOPE, secretScalar + SUBGROUP_ORDER)).toThrow("subgroup");
  });
});

describe("a wallet's identities", () => {
  test("are the same for the same seed, and differ by label, trial and retry", async () => {
    const participant = (trialId: string, retry: number) =>
      deriveParticipantIdentity({ seed: SEED, trialId, retry });
    const all = await Promise.all([
      deriveRecordIdentity(SEED),
      participant(TRIAL, 0),
      participant(TRIAL, 1),
      participant(`0x${"ac".repeat(32)}`, 0),
      deriveRecordIdentity(SEED.with(0, 9)),
    ]);
    expect(new Set(all.map((one) => one.secretScalar)).size).toBe(all.length);
    expect((await participant(TRIAL, 1)).commitment).toBe(all[2]!.commitment);
    expect((await deriveRecordIdentity(SEED)).commitment).toBe(all[0]!.commitment);
  });

  test("are no public number: no nullifier is a derived secret", async () => {
    const record = await deriveRecordIdentity(SEED);
    for (let retry = 0; retry < 8; retry++) {
      const trial = await deriveParticipantIdentity({ seed: SEED, trialId: TRIAL, retry });
      const { secretScalar } = trial;
      for (const scope of [SCOPE, BigInt(TRIAL) >> 8n, record.commitment]) {
        expect(nullifierOf(scope, record.secretScalar)).not.toBe(secretScalar);
        expect(nullifierOf(scope, record.secretScalar) % SUBGROUP_ORDER).not.toBe(secretScalar);
        expect(hash([scope, secretScalar])).not.toBe(record.secretScalar);
      }
    }
  });

  test("need a whole seed, a trial id and a small retry index", async () => {
    await expect(deriveRecordIdentity(SEED.slice(1))).rejects.toThrow("32 bytes");
    const ask = (trialId: string, retry: number) =>
      deriveParticipantIdentity({ seed: SEED, trialId, retry });
    await expect(ask("0x12", 0)).rejects.toThrow("trial id");
    await expect(ask(TRIAL, -1)).rejects.toThrow("retry");
    await expect(ask(TRIAL, 2 ** 32)).rejects.toThrow("retry");
  });
});
