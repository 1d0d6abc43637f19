// Cursor connections: the store returns one row more than asked for, each with its cursor.
import type { Context } from "../context.ts";
import { COSTS } from "../costs.ts";
import type { Page, Row } from "../store/pages.ts";
import { pageSize } from "./builder.ts";

type Arguments = {
  first?: number | null | undefined;
  after?: string | null | undefined;
};

/** Answers a page forward from `after`, and charges for its rows. `load` returns up to `limit` rows in order. */
export async function connection<T>(
  { charge }: Pick<Context, "charge">,
  args: Arguments,
  load: (page: Page) => Promise<Row<T>[]>,
) {
  const size = pageSize(args.first);
  const rows = await load({ limit: size + 1, after: args.after ?? undefined });
  const edges = rows.slice(0, size);
  charge(edges.length * COSTS.row);
  return {
    edges,
    pageInfo: {
      hasNextPage: rows.length > size,
      hasPreviousPage: args.after !== undefined && args.after !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
