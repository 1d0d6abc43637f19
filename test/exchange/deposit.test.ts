import { id, Wallet } from "ethers";
import { beforeAll, describe, expect, it } from "vitest";
import { TASKS } from "../../circuits/statement/exchange/delegation.ts";
import { CORRECTIONS, hashEntry, SOURCES } from "../../circuits/statement/exchange/entry.ts";
import { rootOfEntry } from "../../circuits/statement/exchange/entryTree.ts";
import type { AuditEvent } from "../../client/api/event.ts";
import type { PublicEntry } from "../../client/api/exchange.ts";
import type { PublicState } from "../../client/api/trial.ts";
import { type AuthorityGround, authorityCheck } from "../../client/exchange/authority.ts";
import {
  draftEntry,
  inclusionOf,
  sendDeposit,
  signDeposit,
  verifyInclusion,
} from "../../client/exchange/deposit.ts";
import { readPrepared, writePrepared } from "../../client/exchange/prepared.ts";
import {
  entryOf,
  event,
  gatherParties,
  PLACE,
  publicEntries,
  sealedVisit,
  TRIAL_ID,
} from "./parties.ts";

const NOW = 1_790_000_000;
const entries = [1, 2, 3, 4, 5].map((sequence) => entryOf({ sequence }));

describe("an entry's place", () => {
  const of = { trialId: TRIAL_ID, pseudonym: 7n, collection: "visit", permission: 2 };
  const more = { formVersion: 1, source: "site", day: 46_000 } as const;
  const draft = (change: object = {}) =>
    draftEntry({ ...of, ...more, entries: publicEntries(entries), ...change });

  it("is the next of its pseudonym and collection", () => {
    expect(draft().sequence).toBe(6);
    expect(draft({ pseudonym: 8n }).sequence).toBe(1);
    expect(draft({ collection: "other" }).sequence).toBe(1);
  });

  it("names what it corrects, and why", () => {
    const entry = hashEntry(entries[4]!);
    const corrected = draft({ corrects: { entry, reason: "sourceCorrected" } });
    expect(corrected).toMatchObject({ replaces: entry, correction: CORRECTIONS.sourceCorrected });
  });

  it.each([
    ["what is not there", id("other")],
    ["another participant's", hashEntry(entryOf({ pseudonym: 8n }))],
  ])("is refused as a correction of %s", (_, entry) => {
    const all = publicEntries([...entries, entryOf({ pseudonym: 8n })]);
    expect(() => draft({ entries: all, corrects: { entry, reason: "incomplete" } })).toThrow(
      /NotReplaceable/,
    );
  });

  it("is refused as a second correction of one entry: the first would be hidden", () => {
    const entry = hashEntry(entries[4]!);
    const first = entryOf({ sequence: 6, replaces: entry, correction: 1 });
    const all = publicEntries([...entries, first]);
    expect(() => draft({ entries: all, corrects: { entry, reason: "incomplete" } })).toThrow(
      /NotReplaceable/,
    );
  });
});

describe("a receipt of a deposit", () => {
  const hash = hashEntry(entries[2]!);
  const times = { takenAt: NOW, now: NOW + 600 };

  it("leads from the entry to the root of its batch", async () => {
    const found = inclusionOf({ entry: hash, entries: publicEntries(entries), ...times })!;
    expect(rootOfEntry(hash, found)).toBe(found.root);
    expect(await verifyInclusion(found, async () => NOW)).toBe(NOW);
  });

  it("is not there yet while the entry waits", () => {
    const waiting = publicEntries(entries, { waiting: 3 });
    expect(inclusionOf({ entry: hash, entries: waiting, ...times })).toBeUndefined();
  });

  it("convicts who drops the entry, at once or by letting it wait", () => {
    const dropped = publicEntries(entries.filter((one) => hashEntry(one) !== hash));
    expect(() => inclusionOf({ entry: hash, entries: dropped, ...times })).toThrow(/EntryDropped/);
    const late = { takenAt: NOW, now: NOW + 86_401 };
    const waiting = publicEntries(entries, { waiting: 3 });
    expect(() => inclusionOf({ entry: hash, entries: waiting, ...late })).toThrow(/EntryDropped/);
  });

  it("convicts who puts entries in another order, invents one or leaves one out", () => {
    const sound = publicEntries(entries);
    const turned = [sound[1]!, sound[0]!, ...sound.slice(2)];
    const invented = [...sound, { ...sound[0]!, entry: entryOf({ sequence: 9 }) }];
    for (const changed of [turned, invented, sound.slice(1)]) {
      expect(() => inclusionOf({ entry: hash, entries: changed, ...times })).toThrow(
        /AlteredState/,
      );
    }
  });

  it("that was kept still convicts, whatever is shown later", async () => {
    const found = inclusionOf({ entry: hash, entries: publicEntries(entries), ...times })!;
    await expect(verifyInclusion(found, async () => undefined)).rejects.toMatchObject({
      code: "EntryDropped",
    });
    const moved = { ...found, index: found.index ^ 1 };
    await expect(verifyInclusion(moved, async () => NOW)).rejects.toMatchObject({
      code: "InvalidProof",
    });
  });
});

describe("what is prepared", () => {
  it("is sent again as it was: one deposit, however often an answer is lost", async () => {
    const { entry, bytes } = await sealedVisit(await gatherParties(3, [7n]));
    const signer = Wallet.createRandom();
    const authority = await signDeposit({ signer, siteId: 1, at: PLACE, entry, now: NOW });
    const written = writePrepared({ entry, authority, bytes });
    const { hash, ...read } = await readPrepared(written);
    expect(read).toMatchObject({ entry, authority, bytes });
    expect(hash).toBe(hashEntry(entry));
    const sent: string[] = [];
    const exchange = {
      putPackage: async () => {},
      deposit: async (of: { entry: typeof entry }) => {
        sent.push(hashEntry(of.entry));
        return { hash: hashEntry(of.entry), position: 0, collectionChecked: true };
      },
    };
    await sendDeposit(exchange, read);
    await sendDeposit(exchange, (await readPrepared(written)) as never);
    expect(new Set(sent).size).toBe(1);
    const lying = {
      ...exchange,
      deposit: async () => ({ hash: id("x"), position: 0, collectionChecked: true }),
    };
    await expect(sendDeposit(lying, read)).rejects.toMatchObject({ code: "AlteredState" });
  });

  it("is refused when it is cut short or its package is another", async () => {
    const { entry, bytes } = await sealedVisit(await gatherParties(3, [7n]));
    const signer = Wallet.createRandom();
    const authority = await signDeposit({ signer, siteId: 1, at: PLACE, entry, now: NOW });
    const written = writePrepared({ entry, authority, bytes });
    const other = writePrepared({ entry, authority, bytes: bytes.slice(1) });
    for (const text of [written.slice(0, 100), "{}", "", other]) {
      await expect(readPrepared(text)).rejects.toMatchObject({ code: "MalformedInput" });
    }
  });
});

describe("who made an entry", () => {
  const site = Wallet.createRandom();
  const nurse = Wallet.createRandom();
  const address = (of: { address: string }) => of.address.toLowerCase();
  let signed: PublicEntry;

  const delegated = (change: object = {}, block = 6): AuditEvent =>
    event(
      "Delegated",
      {
        ...{ trialId: TRIAL_ID, siteId: "1", key: address(nurse), by: address(site) },
        delegation: JSON.stringify({
          ...{ tasks: TASKS.deposit, person: id("x"), from: NOW - 100, until: NOW + 1_000 },
          ...change,
        }),
      },
      { block },
    );
  const consented = (siteId = 1, trialId = TRIAL_ID): AuditEvent =>
    event("Consented", { trialId, pseudonym: "7", statement: JSON.stringify({ siteId }) });
  const anchored = (one: PublicEntry, time = NOW): AuditEvent =>
    event("DepositsAnchored", { root: one.batch ?? "" }, { block: 12, time });

  beforeAll(async () => {
    signed = await entryBy(nurse);
  });

  async function entryBy(signer: typeof nurse, change = {}, siteId = 1): Promise<PublicEntry> {
    const entry = entryOf(change);
    const authority = await signDeposit({ signer, siteId, at: PLACE, entry, now: NOW });
    return publicEntries([entry], { authority })[0]!;
  }

  function ground(events: readonly AuditEvent[]): AuthorityGround {
    const terms = { sites: [{ siteId: 1, signer: address(site), capacity: 5 }] };
    const versions = [{ version: 1, approvedAt: NOW - 10_000, terms }];
    const state = { trialId: TRIAL_ID, versions, groups: [] } as unknown as PublicState;
    return { at: PLACE, scope: 5n, state, events };
  }

  const codeOf = async (one: PublicEntry, events: readonly AuditEvent[]): Promise<string> => {
    try {
      await authorityCheck(ground(events))(one);
      return "accepted";
    } catch (error) {
      return (error as { code: string }).code;
    }
  };

  it("is the site's signer, or staff with the task", async () => {
    const own = await entryBy(site);
    expect(await codeOf(own, [consented(), anchored(own)])).toBe("accepted");
    expect(await codeOf(signed, [consented(), delegated(), anchored(signed)])).toBe("accepted");
  });

  it("is nobody without a delegation, with another task, or of another trial or site", async () => {
    const rest = [consented(), anchored(signed)];
    expect(await codeOf(signed, rest)).toBe("NotStaff");
    expect(await codeOf(signed, [...rest, delegated({ tasks: TASKS.request })])).toBe("NotStaff");
    const other = delegated();
    const moved = { ...other, arguments: { ...other.arguments, trialId: id("other") } };
    expect(await codeOf(signed, [...rest, moved])).toBe("NotStaff");
    const elsewhere = { ...other, arguments: { ...other.arguments, siteId: "2" } };
    expect(await codeOf(signed, [...rest, elsewhere])).toBe("NotStaff");
  });

  it("is nobody whose delegation had ended, had not begun, or was revoked before", async () => {
    const rest = [consented(), anchored(signed)];
    const ended = delegated({ from: NOW - 400_000, until: NOW - 200_000 });
    expect(await codeOf(signed, [...rest, ended])).toBe("NotStaff");
    expect(await codeOf(signed, [...rest, delegated({ from: NOW + 1 })])).toBe("NotStaff");
    expect(await codeOf(signed, [...rest, delegated({}, 11)])).toBe("NotStaff");
    const revoked = event(
      "DelegationRevoked",
      { trialId: TRIAL_ID, siteId: "1", key: address(nurse) },
      { block: 9 },
    );
    expect(await codeOf(signed, [...rest, delegated(), revoked])).toBe("NotStaff");
    const later = { ...revoked, blockNumber: 11 };
    expect(await codeOf(signed, [...rest, delegated(), later])).toBe("accepted");
  });

  it("is no site for another site's participant", async () => {
    const rest = [delegated(), anchored(signed)];
    expect(await codeOf(signed, [consented(2), ...rest])).toBe("WrongSite");
    expect(await codeOf(signed, [consented(1, id("other")), ...rest])).toBe("WrongSite");
    expect(await codeOf(signed, rest)).toBe("WrongSite");
  });

  it("needs the task of correcting for a correction", async () => {
    const correction = await entryBy(nurse, { replaces: id("old"), correction: 1 });
    const rest = [consented(), anchored(correction)];
    expect(await codeOf(correction, [...rest, delegated()])).toBe("NotStaff");
    const both = delegated({ tasks: TASKS.deposit | TASKS.correct });
    expect(await codeOf(correction, [...rest, both])).toBe("accepted");
  });

  it("is told apart from who it claims to be", async () => {
    const events = [consented(), delegated(), anchored(signed)];
    const { authority } = signed;
    const named = { ...signed, authority: { ...authority, key: address(site) } } as PublicEntry;
    expect(await codeOf(named, events)).toBe("InvalidSignature");
    const changed = { ...signed, entry: { ...signed.entry, day: 1 } };
    expect(await codeOf(changed, events)).toBe("InvalidSignature");
    const other = { ...signed, entry: { ...signed.entry, trialId: id("other") } };
    expect(await codeOf(other, events)).toBe("UnknownTrial");
  });

  it("is refused when it waited for longer than its signature holds", async () => {
    const late = anchored(signed, NOW + 4 * 86_400);
    expect(await codeOf(signed, [consented(), delegated({ until: NOW + 9e6 }), late])).toBe(
      "DeadlinePassed",
    );
  });

  it("is the site only for the site's own forms, and the participant for all else", async () => {
    const answers = await entryBy(site, { source: SOURCES.participant });
    expect(await codeOf(answers, [consented()])).toBe("InvalidProof");
    const authority = { kind: "participant", version: 1, groupRoot: 1n, points: [] } as const;
    const [form] = publicEntries([entryOf()], { authority });
    expect(await codeOf(form!, [consented()])).toBe("InvalidProof");
    const [unproven] = publicEntries([entryOf({ source: SOURCES.participant })], { authority });
    expect(await codeOf(unproven!, [consented()])).toBe("UnknownRoot");
  });
});
