// Names that are no text: whoever may name something could otherwise stop every server and every audit, for ever.
import { getBytes, hexlify, keccak256, randomBytes, toBeHex, toUtf8Bytes } from "ethers";
import { describe, expect, test } from "vitest";
import { connect as connectApi } from "../../client/api/api.ts";
import { type Connectable, interfaceOf } from "../../contracts/connect.ts";
import { ABI } from "../../contracts/generated/abi.ts";
import { parseLog, textOf } from "../../contracts/logs.ts";
import { expectCleanAudit } from "../faults/verdict.ts";
import { openServed } from "../support/served.ts";

const NAMES = {
  "no UTF-8": "0xfffe414243444546",
  "a zero byte, which PostgreSQL refuses": hexlify(toUtf8Bytes("AB\0CDEFG")),
  "an order to a terminal": hexlify(toUtf8Bytes("\u001b[2JABCD")),
  "a surrogate alone": "0xeda0804142434445",
  // More than a database's index takes, and nothing in it to compress.
  "ten thousand bytes": hexlify(randomBytes(10_000)),
};
const ALL = Object.entries(NAMES);

const INVALID_NUMBER = interfaceOf("TrialRegistry").getError("InvalidProtocolNumber")!.selector;

const { stage, server } = await openServed();

/** Calls a contract with these bytes where its text should be. */
async function call(
  actor: "sponsor" | "clinic" | "governance",
  contract: Connectable,
  method: string,
  args: (text: string) => readonly unknown[],
  bytes: string,
): Promise<void> {
  // A text of the same length, to be replaced.
  const text = "P".repeat(getBytes(bytes).length);
  const data = interfaceOf(contract).encodeFunctionData(method, args(text));
  const [before, after] = data.split(hexlify(toUtf8Bytes(text)).slice(2));
  const to = stage.chain.deployment.addresses[contract];
  await stage.actors[actor].sendTransaction({ to, data: before + bytes.slice(2) + after });
}

/** Names of who is accredited, as the server tells them. */
const names = async () =>
  (await connectApi({ url: server.url }).accreditations()).map(({ name }) => name);

const leafCount = async (): Promise<number> => {
  const { data } = await server.ask("{ recordsState { leaves { index } } }");
  return data.recordsState.leaves.length;
};

describe("a name of", () => {
  test.each(ALL)("%s neither stops the server nor an audit", async (what, bytes) => {
    const i = ALL.findIndex(([name]) => name === what);
    // The chain takes no such number of a protocol: its error is InvalidProtocolNumber().
    const { address } = stage.actors.board;
    const register = call("sponsor", "TrialRegistry", "register", (text) => [text, address], bytes);
    await expect(register).rejects.toMatchObject({ data: INVALID_NUMBER });
    const batch = (text: string) => [BigInt(1_000 + i), 2, toBeHex(1, 32), text];
    await call("clinic", "RecordRegistry", "anchorBatch", batch, bytes);
    const someone = toBeHex(77 + i, 20);
    const accreditation = (text: string) => [1, someone, text];
    await call("governance", "Accreditation", "accredit", accreditation, bytes);
    // Shown, and what came after it is read.
    await expect.poll(names).toContain(textOf(bytes));
    await expect.poll(leafCount).toBe(2 + i);
    await expectCleanAudit(connectApi({ url: server.url }), stage.chain);
  });
});

describe("a text out of a log", () => {
  test("is itself when it can be shown, in any script", () => {
    for (const text of [
      "CZ-T2D-001",
      "Universitätsspital Zürich",
      "東京大学",
      "",
      "\ufeffx",
      "👩‍⚕️",
    ]) {
      expect(textOf(hexlify(toUtf8Bytes(text)))).toBe(text);
    }
  });

  test.each(["a\nb", "\u0085", "\u202egnirts", "\u2066x"])(
    "is hexadecimal when it could disturb: %j",
    (text) => {
      expect(textOf(hexlify(toUtf8Bytes(text)))).toBe(hexlify(toUtf8Bytes(text)));
    },
  );

  test("is hexadecimal when it is none, and a hash when it is very long", () => {
    for (const bytes of Object.values(NAMES).slice(0, 4)) expect(textOf(bytes)).toBe(bytes);
    expect(textOf(hexlify(toUtf8Bytes("x".repeat(1_024))))).toBe("x".repeat(1_024));
    const long = hexlify(toUtf8Bytes("x".repeat(1_025)));
    expect(textOf(long)).toBe(keccak256(long));
  });

  // What is within another value would be refused still.
  test("never stands within another value, nor indexed", () => {
    const events = Object.keys(ABI).flatMap((contract) =>
      interfaceOf(contract as Connectable).fragments.filter(({ type }) => type === "event"),
    );
    expect(events.length).toBeGreaterThan(25);
    for (const { inputs } of events) {
      for (const input of inputs) {
        const isText = input.type === "string";
        expect(isText ? input.indexed : input.format("sighash").includes("string")).toBeFalsy();
      }
    }
  });

  test("comes with the other values, decoded as ethers does", () => {
    const iface = interfaceOf("TrialRegistry");
    const trialId = toBeHex(5, 32);
    const people = [toBeHex(6, 20), toBeHex(7, 20)];
    const log = iface.encodeEventLog("TrialRegistered", [trialId, "CZ-1", ...people]);
    const parsed = parseLog("TrialRegistry", log)!;
    expect(parsed.name).toBe("TrialRegistered");
    expect(parsed.values).toEqual([...iface.parseLog(log)!.args]);
    expect(parseLog("TrialRegistry", { ...log, topics: [toBeHex(1, 32)] })).toBeUndefined();
    expect(parseLog("TrialRegistry", { ...log, topics: [] })).toBeUndefined();
    const short = hexlify(getBytes(log.data).slice(0, 40));
    expect(() => parseLog("TrialRegistry", { ...log, data: short })).toThrow();
  });
});
