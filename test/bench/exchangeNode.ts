// A node of a chain that nobody runs: it tells of one trial with as many participants as are wanted, and of a custodian that
// the trial names. As much of Ethereum's JSON-RPC as a custodian asks for.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type ParamType, toBeHex, toQuantity } from "ethers";
import { type Connectable, interfaceOf } from "../../contracts/connect.ts";
import { paperDeployment } from "../support/paperDeployment.ts";
import { bytes32, number } from "../support/world.ts";

const TRIAL = bytes32("a large trial");
/** Consents in one block. */
const A_BLOCK = 200;

export const DEPLOYMENT = paperDeployment();

type Log = { readonly address: string; readonly topics: string[]; readonly data: string };
type Values = { readonly [name: string]: unknown };

/** A value of each type, but for those that are given by name. */
function filled(type: ParamType, given: unknown): unknown {
  if (type.isTuple()) {
    const values = (given ?? {}) as Values;
    return type.components.map((part) => filled(part, values[part.name]));
  }
  if (given !== undefined) return given;
  if (type.isArray()) return Array(Math.max(0, type.arrayLength ?? 0)).fill(0);
  if (type.type === "bytes32") return bytes32("nothing");
  if (type.type === "address") return `0x${"00".repeat(20)}`;
  return type.type === "bool" ? false : 0;
}

function logOf(contract: Connectable, event: string, given: Values): Log {
  const abi = interfaceOf(contract);
  const fragment = abi.getEvent(event)!;
  const values = fragment.inputs.map((input) => filled(input, given[input.name]));
  const { topics, data } = abi.encodeEventLog(fragment, values);
  return { address: DEPLOYMENT.addresses[contract], topics: topics as string[], data };
}

/** Blocks with the events of a trial that names this custodian and has so many participants. */
function blocksOf(custodian: string, people: number): Log[][] {
  const trialId = TRIAL;
  const terms = { custodians: [custodian], custodianThreshold: 1, sites: [] };
  const blocks = [
    [
      logOf("TrialRegistry", "VersionPublished", { trialId, version: 1, terms }),
      logOf("TrialRegistry", "VersionApproved", { trialId, version: 1, screeningVersion: 1 }),
      logOf("Screening", "GroupOpened", { trialId, screeningVersion: 1, groupId: 1 }),
    ],
  ];
  // All of them say the same, but of whom: written out once.
  const { address, topics, data } = logOf("Enrollment", "Consented", {
    ...{ trialId, pseudonym: 1n, statement: { trialId, siteId: 1 } },
  });
  for (let at = 0; at < people; at += A_BLOCK) {
    const some = Array.from({ length: Math.min(A_BLOCK, people - at) }, (_, i) => at + i);
    blocks.push(
      some.map((i) => {
        const pseudonym = toBeHex(number(`participant ${i}`), 32);
        return { address, data, topics: [...topics.slice(0, 2), pseudonym] };
      }),
    );
  }
  return blocks;
}

const hashOf = (block: number) => bytes32(`block ${block}`);

/** Starts it on a free port. */
export async function startPaperNode(custodian: string, people: number) {
  const blocks = blocksOf(custodian, people);
  const first = DEPLOYMENT.deployBlock;
  const last = first + blocks.length - 1;
  const answers: Readonly<Record<string, (params: never) => unknown>> = {
    eth_chainId: () => toQuantity(DEPLOYMENT.chainId),
    eth_getCode: () => "0xfe",
    // Counts of requests and of batches: there are none.
    eth_call: () => `0x${"00".repeat(32)}`,
    eth_getBlockByNumber: ([tag]: string[]) => {
      const block = tag?.startsWith("0x") ? Number(tag) : last;
      const timestamp = toQuantity(1_790_000_000 + block);
      return { number: toQuantity(block), hash: hashOf(block), timestamp };
    },
    eth_getLogs: ([{ fromBlock, toBlock }]: [{ fromBlock: string; toBlock: string }]) =>
      blocks.flatMap((logs, i) => {
        const block = first + i;
        if (block < Number(fromBlock) || block > Number(toBlock)) return [];
        const of = { blockNumber: toQuantity(block), blockHash: hashOf(block) };
        return logs.map((log, index) => ({ ...log, ...of, logIndex: toQuantity(index) }));
      }),
  };
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const { id, method, params } = JSON.parse(Buffer.concat(parts).toString());
    const answer = answers[method as string];
    const told = answer ? { result: answer(params as never) } : { error: { code: -32_601 } };
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ jsonrpc: "2.0", id, ...told }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    trialId: TRIAL,
    close: () => server.close(),
  };
}
