// Headers of blocks: each names the one before, so that a whole range is of one chain, and says by its Bloom filter which
// logs it cannot lack (Ethereum yellow paper, 4.3.1).
import { getBytes, type JsonRpcProvider, keccak256, toQuantity } from "ethers";

export type Header = {
  readonly number: number;
  readonly hash: string;
  readonly parentHash: string;
  readonly timestamp: number;
  readonly logsBloom: string;
};
type Answer = Omit<Header, "number" | "timestamp"> & { number: string; timestamp: string };

/** Asked for at once. */
const AT_ONCE = 16;

/** The headers from one block to another, in order. Throws an Error unless they are a chain, on top of `parent` if given. */
export async function readHeaders(
  provider: JsonRpcProvider,
  { from, to, parent }: { readonly from: number; readonly to: number; readonly parent?: string },
): Promise<Header[]> {
  const headers: Header[] = [];
  let before = parent;
  for (let at = from; at <= to; at += AT_ONCE) {
    const count = Math.min(AT_ONCE, to - at + 1);
    const numbers = Array.from({ length: count }, (_, i) => at + i);
    for (const header of await Promise.all(numbers.map((n) => readHeader(provider, n)))) {
      if (before !== undefined && header.parentHash !== before) throw reorganised();
      before = header.hash;
      headers.push(header);
    }
  }
  return headers;
}

async function readHeader(provider: JsonRpcProvider, number: number): Promise<Header> {
  const block: Answer | null = await provider.send("eth_getBlockByNumber", [
    toQuantity(number),
    false,
  ]);
  if (block === null || Number(block.number) !== number) throw reorganised();
  return { ...block, number, timestamp: Number(block.timestamp) };
}

class Reorganisation extends Error {
  override readonly name = "Reorganisation";
}

/** What was read is not of one chain, or no longer of this one: reading again settles it. */
export const reorganised = () => new Reorganisation("the chain reorganised while it was read");
export const isReorganisation = (problem: unknown) => problem instanceof Reorganisation;

/** May a block with this filter have logged something with this address or topic? False is certain. */
export function mayHold(logsBloom: string, word: string): boolean {
  const bloom = getBytes(logsBloom);
  const hash = getBytes(keccak256(word));
  return [0, 2, 4].every((i) => {
    const bit = ((hash[i]! << 8) | hash[i + 1]!) & 2_047;
    return (bloom[255 - (bit >> 3)]! & (1 << (bit & 7))) !== 0;
  });
}
