// A signature of an account that is known by now is judged exactly as one whose key is recovered from it.
import { id, recoverAddress, Signature, toBeHex, verifyTypedData, Wallet } from "ethers";
import { describe, expect, it } from "vitest";
import { DEPOSIT_TYPES, depositDomain } from "../../circuits/statement/exchange/entry.ts";
import { isDigestSignedBy, isMessageSignedBy } from "../../circuits/statement/exchange/signed.ts";

const N = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const digests = Array.from({ length: 40 }, (_, i) => id(`digest ${i}`));
const word = (value: bigint) => toBeHex(value, 32).slice(2);

/** As ethers judges it. */
function isRecovered(account: string, digest: string, signature: string): boolean {
  try {
    return recoverAddress(digest, signature) === account;
  } catch {
    return false;
  }
}

describe("a digest's signature", () => {
  it("is found to be of its account, as often as it comes", () => {
    const wallet = Wallet.createRandom();
    for (const digest of digests) {
      const signature = wallet.signingKey.sign(digest).serialized;
      expect(isDigestSignedBy({ account: wallet.address, digest, signature })).toBe(true);
    }
  });

  it("is judged as ethers judges it, whatever was changed in it", () => {
    const wallet = Wallet.createRandom();
    const other = Wallet.createRandom();
    const verdicts: boolean[] = [];
    for (const [i, digest] of digests.entries()) {
      const { r, s, v, serialized } = wallet.signingKey.sign(digest);
      const [rText, sText] = [r.slice(2), s.slice(2)];
      const changed = [
        serialized,
        `0x${rText}${sText}${v === 27 ? "1c" : "1b"}`,
        `0x${rText}${word(N - BigInt(s))}${v === 27 ? "1c" : "1b"}`,
        `0x${word(0n)}${sText}1b`,
        `0x${rText}${word(0n)}1b`,
        `0x${word(BigInt(r) + 1n)}${sText}1b`,
        `0x${word(N)}${sText}1b`,
        Signature.from(serialized).compactSerialized,
        other.signingKey.sign(digest).serialized,
        wallet.signingKey.sign(digests[(i + 1) % digests.length]!).serialized,
        serialized.slice(0, -4),
        "0x",
      ];
      for (const signature of changed) {
        const of = { account: wallet.address, digest, signature };
        const verdict = isDigestSignedBy(of);
        expect(verdict).toBe(isRecovered(wallet.address, digest, signature));
        verdicts.push(verdict);
      }
    }
    // The signature itself and its short form, each time.
    expect(verdicts.filter(Boolean)).toHaveLength(2 * digests.length);
  });
});

describe("a message's signature", () => {
  const domain = depositDomain({ chainId: 31_337, depositLog: `0x${"d1".repeat(20)}` });
  const elsewhere = depositDomain({ chainId: 1, depositLog: `0x${"d1".repeat(20)}` });
  const message = { entry: id("entry"), siteId: 1, deadline: 2_000_000_000n };
  const types = DEPOSIT_TYPES;

  it("counts at its place, for what it says, and for nobody else", async () => {
    const [wallet, other] = [Wallet.createRandom(), Wallet.createRandom()];
    const signature = await wallet.signTypedData(domain, types, message);
    const is = (change: object) =>
      isMessageSignedBy({
        ...{ account: wallet.address.toLowerCase(), domain, types, message, signature },
        ...change,
      });
    for (let again = 0; again < 30; again++) expect(is({})).toBe(true);
    expect(verifyTypedData(domain, types, message, signature)).toBe(wallet.address);
    expect(is({ domain: elsewhere })).toBe(false);
    expect(is({})).toBe(true);
    expect(is({ message: { ...message, siteId: 2 } })).toBe(false);
    expect(is({ message: { entry: "no hash" } })).toBe(false);
    expect(is({ account: other.address })).toBe(false);
    expect(is({ signature: "0x1234" })).toBe(false);
  });
});
