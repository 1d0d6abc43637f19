// Mailboxes of re-issued records: all files of one size, and only who holds the key reads one.
import { Encrypter, generateX25519Identity, identityToRecipient } from "age-encryption";
import { describe, expect, test } from "vitest";
import {
  BUCKET_BYTES,
  BUCKET_PLACES,
  bucketOf,
  fillBucket,
  openMailbox,
  sealForMailbox,
} from "../../client/handover/mailbox.ts";

/** What a place holds, before and after it is sealed. */
const MAIL_BYTES = 24 * 1024;
const PLACE_BYTES = BUCKET_BYTES / BUCKET_PLACES;

const person = async () => {
  const identity = await generateX25519Identity();
  return { identity, recipient: await identityToRecipient(identity) };
};
const [ann, ben, eve] = [await person(), await person(), await person()];
const seal = (content: unknown, { recipient }: { recipient: string }) =>
  sealForMailbox({ content, recipient });
const place = (bucket: Uint8Array, slot: number) =>
  bucket.slice(slot * PLACE_BYTES, (slot + 1) * PLACE_BYTES);

describe("a bucket", () => {
  test("brings each patient their own and nobody anybody else's", async () => {
    const mail = new Map([
      [3, await seal({ record: "ann's" }, ann)],
      [60, await seal({ record: "ben's" }, ben)],
    ]);
    const bytes = await fillBucket({ before: undefined, mail });
    expect(await openMailbox({ bytes, identity: ann.identity })).toEqual({ record: "ann's" });
    expect(await openMailbox({ bytes, identity: ben.identity })).toEqual({ record: "ben's" });
    expect(await openMailbox({ bytes, identity: eve.identity })).toBeUndefined();
  });

  test("looks alike whatever is in it: every place is one age file of one size", async () => {
    const digits = Array.from({ length: 959 }, (_, i) => String(2n ** 123n + BigInt(i) ** 9n));
    const short = await seal({}, ann);
    const long = await seal({ facts: digits }, ben);
    expect([short.length, long.length]).toEqual([PLACE_BYTES, PLACE_BYTES]);
    const bytes = await fillBucket({ before: undefined, mail: new Map([[0, long]]) });
    expect(bytes).toHaveLength(BUCKET_BYTES);
    const heads = Array.from({ length: BUCKET_PLACES }, (_, slot) =>
      new TextDecoder()
        .decode(place(bytes, slot).slice(0, 168))
        .replaceAll(/[A-Za-z0-9+/]{43}/g, "*"),
    );
    expect(new Set(heads)).toEqual(new Set(["age-encryption.org/v1\n-> X25519 *\n*\n--- *\n"]));
  });

  test("keeps the mail of those who are not issued anew", async () => {
    const first = new Map([[5, await seal({ issue: 1 }, ann)]]);
    const before = await fillBucket({ before: undefined, mail: first });
    const bytes = await fillBucket({ before, mail: new Map([[6, await seal({ issue: 2 }, ben)]]) });
    expect(await openMailbox({ bytes, identity: ann.identity })).toEqual({ issue: 1 });
    expect(await openMailbox({ bytes, identity: ben.identity })).toEqual({ issue: 2 });
    expect(place(bytes, 7)).toEqual(place(before, 7));
    const mail = new Map([[5, await seal({ issue: 3 }, ann)]]);
    const newer = await fillBucket({ before: bytes, mail });
    expect(await openMailbox({ bytes: newer, identity: ann.identity })).toEqual({ issue: 3 });
  });

  test("is refused when it has another size, and a place that was changed holds nothing", async () => {
    const mail = new Map([[0, await seal({ issue: 1 }, ann)]]);
    const bytes = await fillBucket({ before: undefined, mail });
    const cut = openMailbox({ bytes: bytes.slice(1), identity: ann.identity });
    await expect(cut).rejects.toThrow("no bucket");
    bytes[PLACE_BYTES - 9]! ^= 1;
    expect(await openMailbox({ bytes, identity: ann.identity })).toBeUndefined();
  });

  test("holds nothing that unfolds without end, and nothing that is no mail", async () => {
    const bomb = new Uint8Array(MAIL_BYTES);
    const zeros = new Blob([new Uint8Array(12 * 2 ** 20)]).stream();
    const packed = await new Response(zeros.pipeThrough(new CompressionStream("gzip"))).bytes();
    new DataView(bomb.buffer).setUint32(0, packed.length);
    bomb.set(packed, 4);
    for (const content of [
      bomb,
      new Uint8Array(MAIL_BYTES),
      new Uint8Array(MAIL_BYTES).fill(255),
    ]) {
      const encrypter = new Encrypter();
      encrypter.addRecipient(ann.recipient);
      const mail = new Map([[0, await encrypter.encrypt(content)]]);
      const bytes = await fillBucket({ before: undefined, mail });
      expect(await openMailbox({ bytes, identity: ann.identity })).toBeUndefined();
    }
  });

  test("is refused a record that does not fit", async () => {
    const random = Array.from(crypto.getRandomValues(new Uint8Array(40_000)));
    await expect(seal({ random }, ann)).rejects.toThrow("more than a place has");
  });

  test("has 64 places in the order of first issues", () => {
    expect([bucketOf(0), bucketOf(63), bucketOf(64)]).toEqual([
      { bucket: 0, slot: 0 },
      { bucket: 0, slot: 63 },
      { bucket: 1, slot: 0 },
    ]);
  });
});
