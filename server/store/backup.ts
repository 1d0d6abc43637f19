// A table whose rows the chain cannot give back, as a backup holds it.
import { z } from "zod";

export type Backup = {
  /** Columns of its primary key. */
  readonly key: readonly string[];
  /** A row as PostgreSQL's to_jsonb makes it. */
  readonly row: z.ZodType;
  /** Rows read at once. */
  readonly page: number;
};
/** By the table's name. */
export type Backups = Readonly<Record<string, Backup>>;

export const time = z.iso.datetime({ offset: true });
export const hex = z.string().regex(/^0x[0-9a-f]*$/);
export const bytes32 = z.string().regex(/^0x[0-9a-f]{64}$/);
export const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/);
export const decimal = z.string().regex(/^\d{1,78}$/);
