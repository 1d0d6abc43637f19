// The chain as the rest of the server sees it: one JSON-RPC node, the deployed contracts, the
// relayer's key.
import { concat, FetchRequest, JsonRpcProvider, Network, Transaction, Wallet } from "ethers";
import { type Contracts, connect, interfaceOf } from "../../contracts/connect.ts";
import type { Deployment } from "../../contracts/deployment.ts";
import { type Fees, suggestFees } from "./fees.ts";
import { isOutage, type RefusalShape, revertRefusal } from "./refusals.ts";

type Call = { readonly to: string; readonly data: string };

export type Verdict = { readonly gas: bigint } | RefusalShape;

export type Chain = {
  readonly provider: JsonRpcProvider;
  readonly deployment: Deployment;
  /** For reading. */
  readonly contracts: Contracts;
  readonly relayer: { readonly address: string };
  /**
   * Estimates a call as the relayer would make it, now or as of a block: its gas, or the refusal.
   */
  readonly simulate: (call: Call, block?: number) => Promise<Verdict>;
  /**
   * The refusal alone, if there is one: one execution, where an estimate takes twenty and is what
   * saturates first. With `gas`, what takes more is refused too.
   */
  readonly refusalOf: (call: Call & { gas?: bigint }) => Promise<RefusalShape | undefined>;
  /**
   * Current fees; with `replacing`, at least an eighth above that transaction's. Undefined when they are above the
   * ceiling.
   */
  readonly fees: (replacing?: string) => Promise<Fees | undefined>;
  /** Transactions of the relayer up to the newest block, or up to the one `confirmations` deep. */
  readonly nonce: (confirmations?: number) => Promise<number>;
  readonly sign: (
    transaction: Call & { gas: bigint; nonce: number; fees: Fees },
  ) => Promise<{ hash: string; raw: string }>;
  readonly gasOf: (raw: string) => bigint;
  /** Time of the block that a transaction sent now would be in, in Unix seconds. */
  readonly time: () => Promise<number>;
  readonly close: () => void;
};

const TIMEOUT_MS = 15_000;

/** Connects to the node. Throws an Error when it serves another chain, or lacks the contracts. */
export async function connectChain(at: {
  readonly rpcUrl: string;
  readonly deployment: Deployment;
  readonly relayerKey: string;
  /** Most that a unit of gas may cost, in wei. */
  readonly maxFeePerGas: bigint;
}): Promise<Chain> {
  const { deployment } = at;
  const request = new FetchRequest(at.rpcUrl);
  request.timeout = TIMEOUT_MS;
  // A node that says "too many requests" is an outage like any other: by default ethers would wait
  // out minutes in silence, with somebody's request.
  request.setThrottleParams({ maxAttempts: 1 });
  const provider = new JsonRpcProvider(request, Network.from(deployment.chainId), {
    staticNetwork: true,
    // The default cache of 250 ms makes nonces stale (TOOLS 3c).
    cacheTimeout: -1,
    pollingInterval: 200,
    // No waiting for more requests to put into a batch: 10 ms a step add up.
    batchMaxCount: 1,
  });
  try {
    await checkChain(provider, deployment);
  } catch (problem) {
    provider.destroy();
    throw problem;
  }
  const wallet = new Wallet(at.relayerKey);
  const relayer = wallet.address.toLowerCase();
  return {
    provider,
    deployment,
    contracts: connect(deployment, provider),
    relayer: { address: relayer },
    simulate: (call, block) => simulate({ provider, deployment, relayer }, call, block),
    refusalOf: async (call) => {
      const verdict = await simulate({ provider, deployment, relayer }, call, "latest");
      return "refusal" in verdict ? verdict : undefined;
    },
    fees: (replacing) => suggestFees({ provider, ceiling: at.maxFeePerGas }, replacing),
    nonce: (confirmations = 1) => countTransactions(provider, relayer, confirmations),
    sign: async ({ to, data, gas, nonce, fees }) => {
      const request = {
        to,
        data,
        nonce,
        gasLimit: gas,
        chainId: deployment.chainId,
        type: "gasPrice" in fees ? 0 : 2,
        ...fees,
      };
      const raw = await wallet.signTransaction(request);
      return { raw, hash: Transaction.from(raw).hash! };
    },
    gasOf: (raw) => Transaction.from(raw).gasLimit,
    time: () => nextBlockTime(provider),
    close: () => provider.destroy(),
  };
}

async function checkChain(provider: JsonRpcProvider, deployment: Deployment): Promise<void> {
  let chainId: string;
  try {
    chainId = await provider.send("eth_chainId", []);
  } catch {
    throw new Error("no node answers at RPC_URL: is it running, and is the address right?");
  }
  if (BigInt(chainId) !== BigInt(deployment.chainId)) {
    throw new Error(
      `the node at RPC_URL serves chain ${BigInt(chainId)}, but the deployment is on chain ` +
        `${deployment.chainId}: set RPC_URL or DEPLOYMENT to match`,
    );
  }
  for (const [name, address] of Object.entries(deployment.addresses)) {
    if ((await provider.getCode(address)) !== "0x") continue;
    throw new Error(
      `the node at RPC_URL has no contract ${name} at ${address}: the chain is not the one that ` +
        "was deployed to (was its state lost?). Deploy again, or restore the chain's state",
    );
  }
}

type Sender = { provider: JsonRpcProvider; deployment: Deployment; relayer: string };

async function simulate(
  { provider, deployment, relayer }: Sender,
  call: Call & { gas?: bigint },
  block?: number | "latest",
): Promise<Verdict> {
  const inner = forwardedCall(call, deployment);
  try {
    // The forwarder hides why the inner call failed: ask for the inner call as the forwarder would
    // make it.
    if (inner) await provider.call({ ...inner, ...(block && { blockTag: block }) });
    const request = { from: relayer, to: call.to, data: call.data };
    if (block !== undefined) {
      const limit = call.gas === undefined ? {} : { gasLimit: call.gas };
      await provider.call({ ...request, ...limit, blockTag: block });
      return { gas: 0n };
    }
    const estimate = await provider.estimateGas(request);
    const least = inner ? (inner.gas * 64n) / 63n + 120_000n : 0n;
    const gas = (estimate * 5n) / 4n + 20_000n;
    return { gas: gas > least ? gas : least };
  } catch (problem) {
    const refusal = isOutage(problem) ? undefined : revertRefusal(problem);
    if (!refusal) throw problem;
    return refusal;
  }
}

/** The call inside a forwarded request: ERC-2771 appends who really sent it. */
function forwardedCall({ to, data }: Call, deployment: Deployment) {
  const forwarder = deployment.addresses.ERC2771Forwarder;
  if (to.toLowerCase() !== forwarder.toLowerCase()) return undefined;
  const parsed = interfaceOf("ERC2771Forwarder").parseTransaction({ data });
  if (parsed?.name !== "execute") return undefined;
  const request = parsed.args[0];
  return {
    from: forwarder,
    to: request.to as string,
    data: concat([request.data, request.from]),
    gas: request.gas as bigint,
  };
}

async function countTransactions(
  provider: JsonRpcProvider,
  address: string,
  confirmations: number,
): Promise<number> {
  if (confirmations <= 1) return provider.getTransactionCount(address, "latest");
  const head = await provider.getBlockNumber();
  return provider.getTransactionCount(address, Math.max(0, head - confirmations + 1));
}

async function nextBlockTime(provider: JsonRpcProvider): Promise<number> {
  const block = (await provider.getBlock("pending")) ?? (await provider.getBlock("latest"));
  return block!.timestamp;
}
