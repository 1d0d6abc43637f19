import { hkdfSync } from "node:crypto";
import { bech32 } from "@scure/base";
import { Identity } from "@semaphore-protocol/core/identity";
import { Decrypter, Encrypter, identityToRecipient } from "age-encryption";
import { poseidon2 } from "poseidon-lite/poseidon2";
import { describe, expect, it } from "vitest";
import { SUBGROUP_ORDER } from "../../circuits/statement/encoding/field.ts";
import { identityCommitmentOf, nullifierOf } from "../../circuits/statement/encoding/identity.ts";
import { hashEncoded } from "../../circuits/statement/encoding/keccak.ts";
import { trialIdOf } from "../../circuits/statement/trial/trial.ts";
import { readIdentityCode } from "../../client/handover/identityCode.ts";
import {
  formatWithdrawalCode,
  parseWithdrawalCode,
  withdrawalCodeWord,
} from "../../client/handover/withdrawalCode.ts";
import {
  deriveMailboxIdentity,
  deriveParticipantIdentity,
  deriveRecordSecret,
  identityCodeOf,
  pseudonymOf,
  screeningNullifier,
  withdrawalSecret,
} from "../../client/patient/derive.ts";

const seed = Uint8Array.from({ length: 32 }, (_, i) => i);
const trialId = trialIdOf("CZ-2026-001");
const attempt = { seed, trialId, retry: 0 };

describe("derivations from the seed", () => {
  it("give the golden identities", async () => {
    expect(await identityCodeOf(seed)).toBe(
      "czid1 zck5j sf46g 8u9t0 l5v0u 0cp74 5x8qx h5xan z45xa 0wr25 4g4gt qz0n3 v7a49 nlcmj kr4mr ywpnq e44x5 hs94t 3f59r g7v3r n3r55 s2csn unw8",
    );
    expect((await deriveParticipantIdentity(attempt)).commitment).toBe(
      14485297190912151552903079167196876483847887068295004289033254092060566269454n,
    );
    expect((await deriveParticipantIdentity({ ...attempt, retry: 1 })).commitment).toBe(
      13356870995782858606099916169789049765477311912216391773371025235589471399319n,
    );
    expect(formatWithdrawalCode(await withdrawalSecret(attempt))).toBe(
      "21ED-ZXEX-G0VN-7Z6Q-TTSK-CPA3-2RV",
    );
  });

  it("are HKDF-SHA256 (RFC 5869) with label, trial and retry as info", async () => {
    const info = Buffer.concat([
      Buffer.from("cohort-zero/participant/1"),
      Buffer.from(trialId.slice(2), "hex"),
      Buffer.from([0, 0, 0, 7]),
    ]);
    const key = new Uint8Array(hkdfSync("sha256", seed, new Uint8Array(), info, 32));
    const identity = await deriveParticipantIdentity({ ...attempt, retry: 7 });
    expect(identity.secretScalar).toBe(new Identity(key).secretScalar);
  });

  it("differ by seed, trial and retry", async () => {
    const all = await Promise.all([
      deriveParticipantIdentity(attempt),
      deriveParticipantIdentity({ ...attempt, retry: 1 }),
      deriveParticipantIdentity({ ...attempt, trialId: trialIdOf("CZ-2026-002") }),
      deriveParticipantIdentity({ ...attempt, seed: seed.slice().reverse() }),
    ]);
    const secrets = [...all.map((one) => one.secretScalar), await deriveRecordSecret(seed)];
    expect(new Set(secrets).size).toBe(secrets.length);
    for (const { secretScalar } of all) expect(secretScalar < SUBGROUP_ORDER).toBe(true);
  });

  it("name the record's identity and a key that opens what is sealed for it", async () => {
    const { identityCommitment, recipient } = readIdentityCode(await identityCodeOf(seed));
    expect(identityCommitment).toBe(identityCommitmentOf(await deriveRecordSecret(seed)));
    const identity = await deriveMailboxIdentity(seed);
    expect(recipient).toBe(await identityToRecipient(identity));
    const encrypter = new Encrypter();
    encrypter.addRecipient(recipient);
    const sealed = await encrypter.encrypt("a record");
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    expect(await decrypter.decrypt(sealed, "text")).toBe("a record");
    const label = Buffer.from("cohort-zero/mailbox/1");
    const key = new Uint8Array(hkdfSync("sha256", seed, new Uint8Array(), label, 32));
    expect(bech32.decodeToBytes(identity.toLowerCase()).bytes).toEqual(key);
  });

  it("never give a secret that equals a public nullifier", async () => {
    const recordSecret = await deriveRecordSecret(seed);
    const participant = await deriveParticipantIdentity(attempt);
    const scope = 123_456_789n;
    const publicNumbers = [
      await screeningNullifier({ seed, scope }),
      nullifierOf(hashEncoded(["uint256"], [scope]), recordSecret),
      nullifierOf(scope, participant.secretScalar),
      pseudonymOf({ identity: participant, scope }),
      identityCommitmentOf(recordSecret),
    ] as bigint[];
    const secrets: bigint[] = [recordSecret, participant.secretScalar];
    for (const number of publicNumbers) {
      expect(secrets.includes(number)).toBe(false);
      expect(secrets.includes(number % SUBGROUP_ORDER)).toBe(false);
    }
    expect(new Set(publicNumbers).size).toBe(5);
  });

  it("agree with Semaphore's nullifier", async () => {
    const identity = await deriveParticipantIdentity(attempt);
    const scope = 42n;
    expect(pseudonymOf({ identity, scope })).toBe(
      poseidon2([hashEncoded(["uint256"], [scope]), identity.secretScalar]),
    );
  });

  it("refuse a short seed and a malformed trial", async () => {
    await expect(deriveRecordSecret(seed.slice(1))).rejects.toThrow(RangeError);
    const malformed = Promise.resolve({ ...attempt, trialId: "0x12" });
    await expect(malformed.then(deriveParticipantIdentity)).rejects.toThrow(RangeError);
  });
});

describe("a printed withdrawal code", () => {
  it("reads back, also when typed carelessly", async () => {
    const secret = await withdrawalSecret(attempt);
    const printed = formatWithdrawalCode(secret);
    expect(parseWithdrawalCode(printed)).toEqual(secret);
    const careless = printed
      .toLowerCase()
      .replaceAll("-", " ")
      .replaceAll("0", "o")
      .replaceAll("1", "l");
    expect(parseWithdrawalCode(careless)).toEqual(secret);
    expect(withdrawalCodeWord(secret)).toMatch(/^0x0{32}[0-9a-f]{32}$/);
  });

  it("shows every single mistyped symbol", async () => {
    const printed = formatWithdrawalCode(await withdrawalSecret(attempt)).replaceAll("-", "");
    for (let i = 0; i < printed.length; i++) {
      const other = printed[i] === "7" ? "8" : "7";
      expect(
        parseWithdrawalCode(printed.slice(0, i) + other + printed.slice(i + 1)),
      ).toBeUndefined();
    }
    expect(parseWithdrawalCode(printed.slice(1))).toBeUndefined();
    expect(parseWithdrawalCode("")).toBeUndefined();
  });
});
