// What pages have read, and when they read it again.
import {
  type InvalidateOptions,
  type InvalidateQueryFilters,
  QueryClient,
  type QueryKey,
} from "@tanstack/react-query";
import { Refusal } from "../../../circuits/statement/refusal.ts";

/**
 * Whatever is invalidated is read again from now on. TanStack Query joins a first reading that is under way, though it began
 * before the act that made it out of date: what a person had just forbidden stood there as allowed. Here it is shown, and
 * read once more.
 */
class Queries extends QueryClient {
  override async invalidateQueries<TTaggedQueryKey extends QueryKey = QueryKey>(
    filters?: InvalidateQueryFilters<TTaggedQueryKey>,
    options?: InvalidateOptions,
  ): Promise<void> {
    const begun = this.getQueryCache()
      .findAll(filters)
      .filter(({ state }) => state.data === undefined && state.fetchStatus !== "idle");
    await super.invalidateQueries(filters, options);
    if (begun.length === 0) return;
    await super.invalidateQueries({ predicate: (one) => begun.includes(one) }, options);
  }
}

/** The one client of a place's pages. */
export function createQueries(): QueryClient {
  return new Queries({
    defaultOptions: {
      queries: {
        // A refusal is an answer; the transport repeats requests that got none.
        retry: (count, problem) => !(problem instanceof Refusal) && count < 1,
        staleTime: 5_000,
      },
    },
  });
}
