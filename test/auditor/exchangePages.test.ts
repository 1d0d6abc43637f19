// What the pages of data compute: duties of a board, requests beside receipts, archives, kept keys.
import { id } from "ethers";
import { describe, expect, test } from "vitest";
import type { AuditEvent } from "../../client/api/event.ts";
import type { ReceiptBook } from "../../client/exchange/access.ts";
import { matchReceipts } from "../../client/web/auditor/exchange/matching.ts";
import type { TrialData } from "../../client/web/auditor/exchange/trialData.ts";
import { wordsOf } from "../../client/web/auditor/timeline/eventWords.ts";
import { dutiesOf } from "../../client/web/board/cases/duties.ts";
import { readKept, writeKept } from "../../client/web/sponsor/data/kept.ts";
import { zipOf } from "../../client/web/wallet/data/zip.ts";
import { interfaceOf } from "../../contracts/connect.ts";
import { bytes32 } from "../support/world.ts";

const DAY = 86_400;
const NOW = 100 * DAY;
const TRIAL = bytes32("trial");
const REGISTRY = `0x${"c1".repeat(20)}`;
const CUSTODIAN = `0x${"d2".repeat(20)}`;

let count = 0;
function event(name: string, args: Record<string, string>, blockTime = NOW - DAY): AuditEvent {
  const place = { id: String(count++), contract: "x", transactionHash: bytes32(name) };
  return { ...place, name, arguments: args, blockNumber: count, blockTime };
}

const sealed = (pseudonyms: readonly string[]) =>
  event("Sealed", { cutId: "0", trialId: TRIAL, pseudonyms: JSON.stringify(pseudonyms) });
const requested = event("Requested", {
  ...{ requestId: "0", cutId: "0", trialId: TRIAL, purpose: bytes32("why") },
  ...{ staff: CUSTODIAN, until: String(NOW) },
});

describe("a board's duties", () => {
  const trials = [{ trialId: TRIAL, protocolNumber: "CZ-1" }];
  const broken = (days: number) =>
    event("GlassBroken", { caseId: "0", trialId: TRIAL, pseudonym: "7" }, NOW - days * DAY);

  test("are open cases with the days left, and overdue ones", () => {
    const [fresh] = dutiesOf(trials, [broken(2)], NOW).cases;
    expect(fresh).toMatchObject({ daysLeft: 5, isOverdue: false });
    const [late] = dutiesOf(trials, [broken(8)], NOW).cases;
    expect(late).toMatchObject({ daysLeft: -1, isOverdue: true });
    const closed = event("CaseClosed", { caseId: "0", outcome: bytes32("fine") });
    expect(dutiesOf(trials, [broken(8), closed], NOW).cases[0]?.isOverdue).toBe(false);
  });
  test("are cuts of few people, and copies of who has left", () => {
    const left = event("WithdrawnByCode", { trialId: TRIAL, pseudonym: "7" });
    const { smallCuts, owed } = dutiesOf(trials, [sealed(["5", "7"]), requested, left], NOW);
    expect(smallCuts).toMatchObject([{ cutId: "0", people: 2 }]);
    expect(owed).toMatchObject([{ requestId: 0n, left: 1 }]);
    const purged = event("CopyPurged", { cutId: "0", requestId: "0", statement: bytes32("gone") });
    const events = [sealed(["5", "7"]), requested, left, purged];
    expect(dutiesOf(trials, events, NOW).owed).toEqual([]);
  });
  test("are overdue copies after a month, and none of who had left before it was asked", () => {
    const at = (time: number) => event("WithdrawnByCode", { trialId: TRIAL, pseudonym: "7" }, time);
    const asked = { ...requested, blockTime: NOW - 40 * DAY };
    const owed = (time: number) => dutiesOf(trials, [sealed(["7"]), asked, at(time)], NOW).owed;
    expect(owed(NOW - 31 * DAY)).toMatchObject([{ since: NOW - 31 * DAY, isOverdue: true }]);
    expect(owed(NOW - 29 * DAY)).toMatchObject([{ isOverdue: false }]);
    expect(owed(NOW - 41 * DAY)).toEqual([]);
  });
  test("of another board's trials are none", () => {
    const { cases, smallCuts, owed } = dutiesOf([], [broken(2), sealed(["5"]), requested], NOW);
    expect([...cases, ...smallCuts, ...owed]).toEqual([]);
  });
});

describe("requests beside receipts", () => {
  const data = {
    trial: { trialId: TRIAL },
    events: [requested],
    deployment: { contracts: { CutRegistry: REGISTRY } },
  } as unknown as TrialData;
  const book = (of: readonly { requestId: bigint; outcome: string; entry?: string }[]) => ({
    custodian: CUSTODIAN,
    isIncomplete: false,
    receipts: of.map(({ requestId, outcome, entry = bytes32("entry") }, i) => ({
      receipt: {
        ...{ number: BigInt(i + 1), registry: REGISTRY, requestId, entry },
        ...{ outcome: id(outcome), blockNumber: 1n },
      },
      signature: "0x",
    })),
  });
  const match = (...of: Parameters<typeof book>) =>
    matchReceipts(data, [book(...of)] satisfies ReceiptBook[]);

  test("count what each custodian released, each package once, and refused", () => {
    const { requests } = match([
      { requestId: 0n, outcome: "Released" },
      { requestId: 0n, outcome: "Released" },
      { requestId: 0n, outcome: "NotCovered", entry: bytes32("other") },
    ]);
    expect(requests[0]?.answered).toEqual([
      { custodian: CUSTODIAN, released: 1, refused: [["NotCovered", 1]] },
    ]);
  });
  test("name a release that nobody asked for", () => {
    const { confessions } = match([{ requestId: 9n, outcome: "Released" }]);
    expect(confessions).toEqual([{ custodian: CUSTODIAN, number: 1n, requestId: 9n }]);
  });
  test("do not name a refusal of what nobody asked for", () => {
    expect(match([{ requestId: 9n, outcome: "NotCovered" }]).confessions).toEqual([]);
  });
});

describe("an archive", () => {
  test("holds each file as it is, and says where it is", async () => {
    const bytes = new TextEncoder().encode("123456789");
    const archive = new Uint8Array(await zipOf([{ name: "a.txt", bytes }]).arrayBuffer());
    const view = new DataView(archive.buffer);
    expect(view.getUint32(0, true)).toBe(0x04034b50);
    // The check value of CRC-32 (ISO-HDLC).
    expect(view.getUint32(14, true)).toBe(0xcbf43926);
    expect(new TextDecoder().decode(archive.slice(35, 44))).toBe("123456789");
    const end = archive.length - 22;
    expect(view.getUint32(end, true)).toBe(0x06054b50);
    expect(view.getUint32(view.getUint32(end + 16, true), true)).toBe(0x02014b50);
  });
});

describe("a kept request", () => {
  const kept = {
    cut: {
      ...{ cutId: 3n, trialId: TRIAL, permission: 2, entries: [bytes32("entry")] },
      packagesRoot: bytes32("root"),
    },
    recipientKey: bytes32("public"),
    privateKey: new Uint8Array(32).fill(7),
  };
  test("is read as it was written", () => {
    expect(readKept(writeKept(kept))).toEqual(kept);
  });
  test("that is damaged is refused without any of its content", () => {
    expect(() => readKept(writeKept(kept).replace("kept-request", "other"))).toThrow();
    try {
      readKept(`{"privateKey":"0x${"07".repeat(32)}"}`);
    } catch (problem) {
      expect(String(problem)).not.toContain("0707");
    }
  });
});

describe("a timeline", () => {
  test("has words of its own for every event of the exchange of data", () => {
    const names = ["StaffRegistry", "DepositLog", "CutRegistry", "CustodyLog", "EmergencyAccess"]
      .concat("PersonTags")
      .flatMap((contract) => {
        const found: string[] = [];
        interfaceOf(contract as "CutRegistry").forEachEvent(({ name }) => found.push(name));
        // Declared by EIP-5267, and never emitted: the contracts' domains do not change.
        return found.filter((name) => name !== "EIP712DomainChanged");
      });
    expect(names.length).toBeGreaterThan(12);
    const said = names.map((name) => [name, wordsOf(event(name, { pseudonym: "7" })).says]);
    expect(said.filter(([, says]) => says === "An event of the contracts")).toEqual([]);
  });
});
