// What would stop the relayer for ever, or make it pay without end.
import { count } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { outbox } from "../../server/outbox/tables.ts";
import { openDatabase } from "../../server/store/database.ts";
import { CODE, consent, screen, screeningOf } from "../contracts/story.ts";
import { KEYS } from "../support/chain.ts";
import { startNodeProxy } from "../support/control.ts";
import { openServed } from "../support/served.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { personOf, STAGE_KEYS, screenThrough, submit } from "../support/stage.ts";
import { bytes32 } from "../support/world.ts";
import { forwardOf } from "./forward.ts";

const { stage, server } = await openServed();

const { provider } = stage.chain;

const person = (name: string) => personOf(stage.story, name);

const proofOf = async (name: string) => (await screeningOf(stage.story, person(name))).proof;

const start = (environment: Record<string, string>) =>
  startTestServer(stage.chain, environment, { keys: STAGE_KEYS });

async function stateOf(of: TestServer, id: string): Promise<string> {
  const query = "query ($id: ID!) { submission(id: $id) { state } }";
  return (await of.ask(query, { id })).data.submission?.state;
}

describe("a role's call", () => {
  const clinicCall = (commitment: string) => ({
    who: stage.actors.clinic,
    call: { contract: "RecordRegistry" as const, name: "anchor", args: [commitment] },
  });

  test("with bytes behind it that somebody else would pay for is refused before a nonce is taken", async () => {
    const token = await server.signIn(stage.actors.clinic);
    const honest = await forwardOf(stage, clinicCall("4711"));
    for (const length of [1, 32, 100_000]) {
      const data = honest.data + "00".repeat(length);
      const changed = await forwardOf(stage, clinicCall("4711"), { data });
      expect(await submit(server, "relay", changed, token)).toMatchObject({
        __typename: "MalformedInput",
        details: [{ name: "field", value: "data" }],
      });
    }
    const huge = { ...honest, data: honest.data + "00".repeat(200_000) };
    expect((await submit(server, "relay", huge, token)).__typename).toBe("TooLarge");
    const { id } = await submit(server, "relay", honest, token);
    expect((await server.settle(id)).state).toBe("FINAL");
  });

  test("with a signature that no key makes is refused, however long", async () => {
    const token = await server.signIn(stage.actors.clinic);
    const honest = await forwardOf(stage, clinicCall("4712"));
    const long = { ...honest, signature: honest.signature + "00".repeat(40) };
    expect((await submit(server, "relay", long, token)).__typename).toBe("InvalidSignature");
    const longer = { ...honest, signature: `0x${"00".repeat(100_000)}` };
    await expect(submit(server, "relay", longer, token)).rejects.toThrow(/signature/);
  });
});

describe("a transaction that no node takes", () => {
  test.each([
    "oversized data: transaction size 204800, limit 131072",
    "exceeds block gas limit",
    "intrinsic gas too low: gas 21000, minimum needed 53000",
    "transaction gas limit too high (cap: 16777216, tx: 20000000)",
  ])("(%s) is refused, its nonce filled, and the next one is final", async (message) => {
    const proxy = await startNodeProxy(stage.chain.anvil.url);
    const own = await start({ RPC_URL: proxy.url });
    let refused: string | undefined;
    proxy.setAnswers(({ method, params }) => {
      if (method !== "eth_sendRawTransaction") return undefined;
      refused ??= params[0];
      return params[0] === refused ? { error: { code: -32000, message } } : undefined;
    });
    const first = await submit(own, "submitScreening", await proofOf(`never ${message}`));
    expect(await own.settle(first.id)).toMatchObject({
      state: "REFUSED",
      refusal: { code: "TooLarge" },
    });
    const second = await screenThrough(own, stage.story, person(`after ${message}`));
    expect(second.state).toBe("FINAL");
    expect(own.logged()).toContain("no node takes a transaction: refused, nonce filled");
    await own.end();
    await proxy.stop();
  });

  test("for a reason that nobody has heard of is given up in the end, and the next one is final", async () => {
    const proxy = await startNodeProxy(stage.chain.anvil.url);
    const own = await start({ RPC_URL: proxy.url, STUCK_SECONDS: "1" });
    const refused = new Set<unknown>();
    let isFirst = true;
    proxy.setAnswers(({ method, params }) => {
      if (method !== "eth_sendRawTransaction") return undefined;
      // Whatever it is replaced with is refused too: all but the empty transaction, which is short.
      if (isFirst && params[0].length > 600) refused.add(params[0]);
      if (!refused.has(params[0])) return undefined;
      return { error: { code: -32000, message: "the moon is in the wrong house" } };
    });
    const first = await submit(own, "submitScreening", await proofOf("unheard of"));
    expect((await own.settle(first.id)).state).toBe("REFUSED");
    isFirst = false;
    const second = await screenThrough(own, stage.story, person("after the unheard of"));
    expect(second.state).toBe("FINAL");
    expect(own.logged()).toContain("the moon is in the wrong house");
    await own.end();
    await proxy.stop();
  });
});

describe("while gas is dear", () => {
  const price = async (gwei: number) => {
    await provider.send("anvil_setNextBlockBaseFeePerGas", [`0x${(gwei * 1e9).toString(16)}`]);
    await provider.send("evm_mine", []);
  };

  test("nothing is sent above the ceiling, an operator hears of it, and it goes out when gas falls", async () => {
    const own = await start({ MAX_FEE_GWEI: "5" });
    await price(50);
    const { id } = await submit(own, "submitScreening", await proofOf("waits for the price"));
    await expect.poll(() => own.logged()).toContain("gas costs more than MAX_FEE_GWEI");
    expect(await stateOf(own, id)).toBe("QUEUED");
    await price(1);
    expect((await own.settle(id)).state).toBe("FINAL");
    await own.end();
  });

  test("a stuck transaction is raised up to the ceiling and no further", async () => {
    const own = await start({ MAX_FEE_GWEI: "5", STUCK_SECONDS: "1" });
    await price(1);
    await provider.send("evm_setAutomine", [false]);
    const { id } = await submit(own, "submitScreening", await proofOf("stuck below the ceiling"));
    await expect.poll(() => stateOf(own, id)).toBe("SENT");
    await price(50);
    await expect
      .poll(() => own.logged(), { timeout: 30_000 })
      .toContain("stuck, and MAX_FEE_GWEI reached");
    const { pending, queued } = await provider.send("txpool_content", []);
    const pools = Object.entries({ ...queued, ...pending }) as [string, Record<string, Fee>][];
    const ours = pools.find(([from]) => from.toLowerCase() === KEYS.relayer.address.toLowerCase());
    for (const { maxFeePerGas } of Object.values(ours?.[1] ?? {})) {
      expect(BigInt(maxFeePerGas)).toBeLessThanOrEqual(5_000_000_000n);
    }
    await provider.send("evm_setAutomine", [true]);
    await price(1);
    expect((await own.settle(id)).state).toBe("FINAL");
    await own.end();
  });
});

type Fee = { readonly maxFeePerGas: string };

describe("a day's gas", () => {
  test("is not overspent, also after a restart; what comes on top waits, and an operator hears of it", async () => {
    const limits = { DAILY_GAS: "1000000" };
    const own = await start(limits);
    expect((await screenThrough(own, stage.story, person("within the day"))).state).toBe("FINAL");
    const second = await submit(own, "submitScreening", await proofOf("above the day"));
    await expect.poll(() => own.logged()).toContain("DAILY_GAS");
    expect(await stateOf(own, second.id)).toBe("QUEUED");
    await own.stop();
    const again = await startTestServer(stage.chain, limits, {
      keys: STAGE_KEYS,
      folder: own.folder,
    });
    const told = async () => (await fetch(`${again.url}/metrics`)).text();
    // Not known before what was signed for today is counted: until then it is not told.
    await expect.poll(told).toMatch(/^cohort_relayer_gas_left [1-5]?\d{5}$/m);
    expect(await told()).toMatch(/^cohort_outbox_oldest_seconds \d+$/m);
    expect(await stateOf(again, second.id)).toBe("QUEUED");
    await again.stop();
    const richer = await startTestServer(stage.chain, {}, { keys: STAGE_KEYS, folder: own.folder });
    expect((await richer.settle(second.id)).state).toBe("FINAL");
    await richer.end();
  });
});

describe("while the node is away", () => {
  test("what nobody vouches for is not stored, and what was verified is", async () => {
    await screen(stage.story, person("enrolled"));
    await consent(stage.story, person("enrolled"));
    const proxy = await startNodeProxy(stage.chain.anvil.url);
    const own = await start({ RPC_URL: proxy.url });
    const proof = await proofOf("verified meanwhile");
    proxy.setFaults(() => "status 429");
    const garbage = (i: number) => ({
      act: "ARRIVAL",
      signed: {
        ...{ trialId: stage.story.trialId, pseudonym: "1", siteId: 1, arriveBy: "0" },
        ...{ evidence: bytes32(`${i}`), deadline: "1", signature: `0x${"5a".repeat(65)}` },
      },
    });
    const query = `mutation ($input: SiteActInput!) { submitSiteAct(input: $input) { __typename } }`;
    for (let i = 0; i < 100; i++) {
      const { data } = await own.ask(query, { input: garbage(i) });
      expect(data.submitSiteAct.__typename).toBe("ChainUnavailable");
    }
    const verified = await submit(own, "submitScreening", proof);
    expect(verified).toMatchObject({ __typename: "Submission", state: "QUEUED" });
    const { pseudonym } = person("enrolled");
    const withdraw = (code: string) =>
      submit(own, "submitWithdrawal", {
        byCode: { trialId: stage.story.trialId, pseudonym: String(pseudonym), code },
      });
    expect((await withdraw(bytes32("not theirs"))).__typename).toBe("ChainUnavailable");
    const withdrawn = await withdraw(CODE);
    expect(withdrawn).toMatchObject({ __typename: "Submission", state: "QUEUED" });
    proxy.setFaults(() => undefined);
    expect((await own.settle(verified.id)).state).toBe("FINAL");
    expect((await own.settle(withdrawn.id)).state).toBe("FINAL");
    await own.stop();
    const { db, close } = await openDatabase({ url: undefined, folder: `${own.folder}/database` });
    const [rows] = await db.select({ n: count() }).from(outbox);
    expect(rows!.n).toBe(2);
    await close();
    await own.end();
    await proxy.stop();
  });
});

describe("what has ended", () => {
  test("is forgotten after its days, and what is under way never", async () => {
    const own = await start({ DAILY_GAS: "1000000", KEEP_DAYS: "2" });
    const done = await screenThrough(own, stage.story, person("long done"));
    const waiting = await submit(own, "submitScreening", await proofOf("long waiting"));
    const recent = await submit(own, "submitScreening", await proofOf("still waiting"));
    await own.stop();
    const { db, close } = await openDatabase({ url: undefined, folder: `${own.folder}/database` });
    await db.update(outbox).set({ createdAt: new Date(Date.now() - 3 * 86_400_000) });
    await close();
    const again = await startTestServer(
      stage.chain,
      { DAILY_GAS: "1000000", KEEP_DAYS: "2" },
      { keys: STAGE_KEYS, folder: own.folder },
    );
    await expect.poll(() => stateOf(again, done.id)).toBeUndefined();
    expect(await stateOf(again, waiting.id)).toBe("QUEUED");
    expect(await stateOf(again, recent.id)).toBe("QUEUED");
    await again.end();
  });
});
