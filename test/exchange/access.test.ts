import { id } from "ethers";
import { beforeAll, describe, expect, it } from "vitest";
import { hashEntry } from "../../circuits/statement/exchange/entry.ts";
import { accessesOf, type ReceiptBook, readReceipts } from "../../client/exchange/access.ts";
import { toDisclosureEvent } from "../../client/exchange/accessFhir.ts";
import type { Custodian, SignedReceipt } from "../../client/exchange/custodian.ts";
import {
  CUTS,
  entryOf,
  event,
  gatherParties,
  type Party,
  PLACE,
  publicEntries,
  receiptOf,
  TRIAL_ID,
} from "./parties.ts";

const EMERGENCY = "0x00000000000000000000000000000000000000e1";
const MINE = hashEntry(entryOf());
const OTHERS = hashEntry(entryOf({ pseudonym: 8n }));
const SEALED = event("Sealed", { cutId: "0", trialId: TRIAL_ID, pseudonyms: '["7","8"]' });
const REQUESTED = event("Requested", {
  ...{ requestId: "4", cutId: "0", trialId: TRIAL_ID, purpose: id("why") },
  ...{ staff: "0x00000000000000000000000000000000000000b1", until: "1790080000" },
});
let parties: Party[];

beforeAll(async () => {
  parties = await gatherParties(3, []);
});

async function receipt(party: Party, change: object = {}): Promise<SignedReceipt> {
  return await receiptOf(party, {
    ...{ number: 1n, registry: CUTS, requestId: 4n, entry: MINE, blockNumber: 9n },
    outcome: id("Released"),
    ...change,
  });
}

const look = (books: readonly ReceiptBook[], events = [SEALED, REQUESTED], pseudonym = 7n) =>
  accessesOf({
    ...{ trialId: TRIAL_ID, pseudonym, events, books, threshold: 2 },
    entries: publicEntries([entryOf(), entryOf({ pseudonym: 8n })]),
    registries: { cuts: CUTS, emergency: EMERGENCY },
  });
const book = (party: Party, ...receipts: SignedReceipt[]): ReceiptBook => ({
  ...{ custodian: party.address, receipts, isIncomplete: false },
});

describe("who asked", () => {
  it("is told with what each custodian answered about one's own packages alone", async () => {
    const [first, second, third] = parties;
    const refused = await receipt(third!, { outcome: id("ConsentMissing") });
    const [found] = look([
      book(first!, await receipt(first!), await receipt(first!, { number: 2n, entry: OTHERS })),
      book(second!, await receipt(second!)),
      book(third!, refused),
    ]);
    expect(found).toMatchObject({ kind: "request", requestId: 4n, cutId: 0n, opened: [MINE] });
    expect(found!.answers.map(({ outcome }) => outcome)).toEqual([
      "Released",
      "Released",
      "ConsentMissing",
    ]);
  });

  it("opened nothing with one share less than it takes, or twice the same custodian's", async () => {
    const [first] = parties;
    const again = await receipt(first!, { number: 2n });
    const [found] = look([book(first!, await receipt(first!), again)]);
    expect(found!.opened).toEqual([]);
  });

  it("is not told of a cut that one is not in, of another trial, or of another request", async () => {
    const [first, second] = parties;
    const books = [book(first!, await receipt(first!)), book(second!, await receipt(second!))];
    expect(look(books, [SEALED, REQUESTED], 9n)).toEqual([]);
    const elsewhere = { ...REQUESTED, arguments: { ...REQUESTED.arguments, trialId: id("x") } };
    expect(look(books, [SEALED, elsewhere])).toEqual([]);
    const other = { ...REQUESTED, arguments: { ...REQUESTED.arguments, requestId: "5" } };
    expect(look(books, [SEALED, other])[0]!.opened).toEqual([]);
  });

  it("includes who broke the glass, and what became of it", async () => {
    const broken = event("GlassBroken", {
      ...{ caseId: "0", trialId: TRIAL_ID, pseudonym: "7", clinician: CUTS, reason: id("r") },
    });
    const closed = event("CaseClosed", { caseId: "0" }, { time: 1_790_000_500 });
    const purged = event("CopyPurged", { requestId: "4", cutId: "0" }, { time: 1_790_000_900 });
    const [newest, request] = look([], [SEALED, REQUESTED, broken, closed, purged]);
    expect(newest).toMatchObject({ kind: "emergency", closedAt: 1_790_000_500 });
    expect(request).toMatchObject({
      kind: "request",
      purgedAt: 1_790_000_900,
      closedAt: undefined,
    });
  });

  it("is written as FHIR in IHE's profile, served or refused", async () => {
    const [first, second] = parties;
    const books = [book(first!, await receipt(first!)), book(second!, await receipt(second!))];
    const of = { trialId: TRIAL_ID, pseudonym: 7n, server: "https://exchange.example" };
    const [served] = look(books);
    const resource = toDisclosureEvent(served!, { ...of, purposeText: "analysis" });
    expect(resource.meta?.profile?.[0]).toMatch(/PrivacyDisclosure\.Source$/);
    expect(resource.type.code).toBe("110106");
    expect(resource.subtype?.[0]?.code).toBe("disclose");
    expect(resource.agent.map(({ type }) => type?.coding?.[0]?.code)).toEqual([
      ...["110153", "110152", "CST", "CST", "429577009"],
    ]);
    expect(resource.entity?.some(({ role }) => role?.code === "1")).toBe(true);
    expect(resource.id).toMatch(/^[A-Za-z0-9\-.]{1,64}$/);
    const [refused] = look([]);
    expect(toDisclosureEvent(refused!, of).outcome).toBe("8");
  });
});

describe("receipts", () => {
  const custodian = (party: Party, pages: SignedReceipt[][]): Custodian => ({
    ...{ address: party.address, keys: undefined as never, release: undefined as never },
    receipts: async () => pages.shift() ?? [],
  });

  it("are read to their end", async () => {
    const [party] = parties;
    const pages = [[await receipt(party!)], [await receipt(party!, { number: 2n })], []];
    const [read] = await readReceipts([custodian(party!, pages)], PLACE);
    expect(read).toMatchObject({ isIncomplete: false });
    expect(read!.receipts).toHaveLength(2);
  });

  it("with a number left out, a wrong signature or no answer are not all of them", async () => {
    const [party, other] = parties;
    const gap = [[await receipt(party!), await receipt(party!, { number: 3n })], []];
    const forged = [[await receipt(other!)], []];
    const away: Custodian = {
      ...custodian(party!, []),
      receipts: () => Promise.reject(new Error("away")),
    };
    const books = await readReceipts(
      [custodian(party!, gap), custodian(party!, forged), away],
      PLACE,
    );
    expect(books.map(({ isIncomplete }) => isIncomplete)).toEqual([true, true, true]);
    expect(books.map(({ receipts }) => receipts.length)).toEqual([1, 0, 0]);
  });
});
