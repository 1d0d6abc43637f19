// Cursor connections: the store returns one row more than asked for, each with its cursor.
import { COSTS } from "../limits/costs.ts";
import { GraphQLError } from "../limits/graphqlLibrary.ts";
import { type Page, pageSize, type Row } from "../store/pages.ts";
import type { Context } from "./context.ts";

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

/** As many rows as nested pages may multiply to: an answer is made in one piece, for each who asks. */
const MOST_ROWS = 10_000;

/** Charges for the rows of a whole state, unless there are too many. */
export function requireFew({ charge }: Pick<Context, "charge">, rows: number, path: string): void {
  if (rows > MOST_ROWS) {
    const message = `TooLarge: more than ${MOST_ROWS} rows; download them as segments, from GET ${path} on`;
    throw new GraphQLError(message, { extensions: { code: "TooLarge" } });
  }
  charge(rows * COSTS.row);
}
