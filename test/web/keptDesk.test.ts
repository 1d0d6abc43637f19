// The clinic's desk at rest: sealed under the roster's passphrase, and the same when it is opened.
import { describe, expect, test } from "vitest";
import type { Entry } from "../../client/web/clinic/desk/entry.ts";
import { createDeskKey, openDesk, sealDesk } from "../../client/web/clinic/desk/kept.ts";

const PASSPHRASE = "a roster of six plain words";

function entryOf(name: string): Entry {
  const resource = { resourceType: "Patient", id: "p1", note: "\u0000" + "5" };
  return {
    id: 4,
    key: "00000000-0000-4000-8000-000000000000",
    clinic: "0xabc",
    person: { name },
    source: { name: "a.json", patient: { path: "x", resource }, resources: [], leftOut: [] },
    attested: {
      file: {} as never,
      commitment: 2n ** 250n,
      identity: 7n,
      facts: 3,
      completeFor: [],
      lost: [0n, 12n],
    },
    isHandedOver: false,
  };
}

describe("a desk that is kept", () => {
  test("comes back as it was, numbers and odd texts included", async () => {
    const entries = [entryOf("Ann")];
    const key = await createDeskKey(PASSPHRASE);
    const bytes = await sealDesk({ entries, key });
    const opened = await openDesk({ bytes, passphrase: PASSPHRASE });
    expect(opened.entries).toEqual(entries);
    const again = await sealDesk({ entries: [], key: opened.key });
    expect((await openDesk({ bytes: again, passphrase: PASSPHRASE })).entries).toEqual([]);
  });

  test("shows nobody's name, and opens with its passphrase only", async () => {
    const key = await createDeskKey(PASSPHRASE);
    const bytes = await sealDesk({ entries: [entryOf("Annabella")], key });
    expect(Buffer.from(bytes).toString("latin1")).not.toMatch(/Annabella|Patient|commitment/);
    const wrong = openDesk({ bytes, passphrase: "another roster's passphrase" });
    await expect(wrong).rejects.toMatchObject({ code: "WrongPassphrase" });
    bytes[bytes.length - 3]! ^= 1;
    await expect(openDesk({ bytes, passphrase: PASSPHRASE })).rejects.toThrow();
  });
});
