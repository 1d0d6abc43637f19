// What a transaction offers for its gas, up to a ceiling.
import { type JsonRpcProvider, Transaction } from "ethers";

export type Fees =
  | { readonly maxFeePerGas: bigint; readonly maxPriorityFeePerGas: bigint }
  | { readonly gasPrice: bigint };

/** Nodes take a replacement only when both fees are a tenth higher; an eighth is. */
const raised = (fee: bigint | null | undefined) => ((fee ?? 0n) * 9n) / 8n + 1n;
const larger = (a: bigint, b: bigint) => (a > b ? a : b);
const smaller = (a: bigint, b: bigint) => (a < b ? a : b);

/**
 * The node's suggestion, or what replaces a signed transaction (raw). Undefined when nothing up to the ceiling, in wei a
 * unit of gas, would do: then waiting is all there is.
 */
export async function suggestFees(
  { provider, ceiling }: { readonly provider: JsonRpcProvider; readonly ceiling: bigint },
  replacing?: string,
): Promise<Fees | undefined> {
  const { gasPrice, maxFeePerGas, maxPriorityFeePerGas } = await provider.getFeeData();
  const old = replacing === undefined ? undefined : Transaction.from(replacing);
  // A chain without EIP-1559 has a gas price only.
  if (maxFeePerGas === null) {
    const least = larger(gasPrice ?? 0n, old ? raised(old.gasPrice) : 0n);
    return least > ceiling ? undefined : { gasPrice: least };
  }
  const tip = larger(maxPriorityFeePerGas ?? 0n, old ? raised(old.maxPriorityFeePerGas) : 0n);
  // Ethers suggests twice the base fee, for blocks to come; the next block takes it once.
  const now = (maxFeePerGas - (maxPriorityFeePerGas ?? 0n)) / 2n + tip;
  const least = larger(now, old ? raised(old.maxFeePerGas) : 0n);
  if (least > ceiling || tip > ceiling) return undefined;
  return {
    maxFeePerGas: smaller(larger(least, maxFeePerGas), ceiling),
    maxPriorityFeePerGas: tip,
  };
}
