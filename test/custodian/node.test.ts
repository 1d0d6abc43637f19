// The custodian's own node: silent, behind, lying. Whatever it is, nothing is released.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Wallet, zeroPadValue } from "ethers";
import { describe, expect, test } from "vitest";
import { ROLES } from "../../circuits/statement/trial/trial.ts";
import { askAt } from "../../custodian/chain/rpc.ts";
import { anchor, deposit, openCustodian, openScene, openStage, outcomes } from "./stage.ts";

type Answer = (method: string, params: readonly unknown[]) => unknown;
type Call = readonly [{ to?: string; data?: string }];

/** A custodian whose node can be made to answer otherwise. */
async function openWithNode(options: { finality?: number; clock?: () => number } = {}) {
  const node: { answer: Answer } = { answer: () => undefined };
  const answer: Answer = (method, params) => node.answer(method, params);
  return { node, ...(await openScene({ ...options, answer, headSeconds: 300 })) };
}

const refused = (code: string) => [code, code];

describe("a silent node", () => {
  test("is named, and what was read before does not count", async () => {
    const { node, custodian, asking, packages } = await openWithNode();
    node.answer = () => null;
    expect(await outcomes(custodian, asking, packages)).toEqual(refused("ChainUnavailable"));
    node.answer = () => undefined;
    expect(await outcomes(custodian, asking, packages)).toEqual(["Released", "Released"]);
  });

  test.each(["eth_call", "eth_getCode", "eth_getBlockByNumber"])(
    "also when it leaves out %s alone",
    async (left) => {
      const { node, custodian, asking, packages } = await openWithNode();
      node.answer = (method) => (method === left ? null : undefined);
      const answers = await outcomes(custodian, asking, packages);
      expect(answers).not.toContain("Released");
    },
  );

  test("over HTTP: nobody there, no JSON, an answer to another question", async () => {
    await expect(askAt("http://127.0.0.1:1")("eth_chainId", [])).rejects.toMatchObject({
      code: "ChainUnavailable",
    });
  });

  test("over HTTP: an answer without an end is not read on", async () => {
    const chunk = Buffer.alloc(2 ** 20, " ");
    const server = createServer((request, response) => {
      request.resume();
      const send = () => {
        while (response.write(chunk));
      };
      response.on("drain", send);
      send();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      await expect(askAt(url)("eth_chainId", [])).rejects.toMatchObject({
        code: "ChainUnavailable",
        details: { reason: "the answer is too large" },
      });
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  test("over HTTP: a connection that was lost is tried once more, and no more", async () => {
    let [asked, lost] = [0, 1];
    const server = createServer((request, response) => {
      asked += 1;
      if (asked <= lost) return void request.socket.destroy();
      request.resume();
      response.end(JSON.stringify({ id: asked - lost, result: "0x1" }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      expect(await askAt(url)("eth_chainId", [])).toBe("0x1");
      expect(asked).toBe(2);
      [asked, lost] = [0, 2];
      await expect(askAt(url)("eth_chainId", [])).rejects.toMatchObject({
        code: "ChainUnavailable",
      });
      expect(asked).toBe(2);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});

test("a head that is old", async () => {
  let seconds = 0;
  const { world, custodian, asking, packages } = await openWithNode({ clock: () => seconds });
  seconds = (await world.now()) + 301;
  expect(await outcomes(custodian, asking, packages)).toEqual(refused("HeadOld"));
});

describe("a node that contradicts itself", () => {
  test("exchanges a final block", async () => {
    const { node, world, custodian, asking, packages } = await openWithNode();
    const number = custodian.node.blockNumber;
    await world.mine();
    const tag = `0x${number.toString(16)}`;
    const other = { number: tag, hash: `0x${"ab".repeat(32)}`, timestamp: "0x1" };
    node.answer = (method, [of]) =>
      method === "eth_getBlockByNumber" && of === tag ? other : undefined;
    expect(await outcomes(custodian, asking, packages)).toEqual(refused("NodeContradicts"));
  });

  test("goes back behind its final block", async () => {
    const { node, custodian, asking, packages } = await openWithNode();
    const first = await custodian.node.refresh();
    const number = first.final.number - 1;
    node.answer = (method, [of]) =>
      method === "eth_getBlockByNumber" && of === "latest"
        ? {
            number: `0x${number.toString(16)}`,
            hash: `0x${"cd".repeat(32)}`,
            timestamp: `0x${first.head.timestamp.toString(16)}`,
          }
        : undefined;
    expect(await outcomes(custodian, asking, packages)).toEqual(refused("NodeContradicts"));
  });

  test("leaves out a request, or a batch of deposits", async () => {
    for (const contract of ["CutRegistry", "DepositLog"] as const) {
      const { stage, node, custodian, all, ada, cut, asking, packages } = await openWithNode();
      await deposit(stage, all, ada, { sequence: 2 });
      await anchor(stage);
      const { cuts } = stage.world.as("sponsor");
      const until = (await stage.world.now()) + 600;
      await cuts.request(cut.cutId, packages[0]!.entry, packages[0]!.entry, until);
      const own = stage.world.deployment.addresses[contract].toLowerCase();
      node.answer = async (method, params) => {
        if (method !== "eth_getLogs") return undefined;
        const logs = (await stage.world.request(method, ...params)) as { address: string }[];
        return logs.filter(({ address }) => address.toLowerCase() !== own);
      };
      expect(await outcomes(custodian, asking, packages)).toEqual(refused("NodeContradicts"));
      node.answer = () => undefined;
      expect(await outcomes(custodian, asking, packages)).toEqual(["Released", "Released"]);
    }
  });

  test("never tells of an operator, whose one batch corrects what is asked for", async () => {
    const { stage, node, custodian, all, ada, adas, asking, packages } = await openWithNode();
    const { anyone } = stage.world.actors;
    const { accreditation } = stage.world.as("governance");
    await accreditation.accredit(ROLES.operator, anyone.address, "another operator");
    const better = await deposit(stage, all, ada, { sequence: 2, replaces: adas.hash });
    // The exchange hides the correction; the node hides that there is a batch at all.
    stage.served.rows.pop();
    await stage.world.as("anyone").deposits.anchor(better.hash, 1);
    const topic = zeroPadValue(anyone.address, 32).toLowerCase();
    node.answer = async (method, params) => {
      if (method !== "eth_getLogs") return undefined;
      const logs = (await stage.world.request(method, ...params)) as { topics: string[] }[];
      return logs.filter(({ topics }) => topics[1]?.toLowerCase() !== topic);
    };
    expect(await outcomes(custodian, asking, packages)).toEqual(refused("NodeContradicts"));
    node.answer = () => undefined;
    expect(await outcomes(custodian, asking, packages)).toEqual(refused("EntriesIncomplete"));
  });

  test("lets every consent pass where it has no contract", async () => {
    const { node, world, custodian, asking, packages } = await openWithNode();
    const registry = world.deployment.addresses.CutRegistry.toLowerCase();
    node.answer = (method, params) => {
      if (method === "eth_getCode") return "0x";
      const [call] = params as Call;
      const isCovered = method === "eth_call" && call.to?.toLowerCase() === registry;
      return isCovered && call.data?.length !== 10 ? "0x" : undefined;
    };
    expect(await outcomes(custodian, asking, packages)).toEqual(refused("NodeContradicts"));
  });
});

test("keys are made for everybody in a trial that names the custodian, and for nobody else", async () => {
  const stage = await openStage(["ada", "ben"]);
  const named = await openCustodian(stage);
  const people = Object.values(stage.people).map(({ pseudonym }) => pseudonym);
  const keys = named.store.listKeys(stage.trialId);
  expect(new Set(keys.map(({ pseudonym }) => pseudonym))).toEqual(new Set(people));
  expect(new Set(keys.map(({ publicKey }) => publicKey)).size).toBe(people.length);
  await named.catchUp();
  expect(named.store.listKeys(stage.trialId)).toEqual(keys);
  const stranger = await openCustodian(stage, { wallet: new Wallet(`0x${"d1".repeat(32)}`) });
  expect(stranger.store.countKeys()).toBe(0);
});
