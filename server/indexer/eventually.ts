// Looking twice: what is not known here may have just happened on the chain.
import type { Indexer } from "./indexer.ts";

/**
 * What is found now, or else once what the chain says meanwhile is read. Throws TooManyRequests when too many wait for
 * that already.
 */
export async function eventually<T>(
  { indexer }: { readonly indexer: Pick<Indexer, "refresh"> },
  look: () => Promise<T>,
  isEnough: (found: T) => boolean,
): Promise<T> {
  const found = await look();
  if (isEnough(found)) return found;
  await indexer.refresh();
  return await look();
}
