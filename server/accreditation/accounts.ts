// Accounts and the roles that governance gave them.
import { and, asc, desc, eq } from "drizzle-orm";
import type { RoleName as Accredited } from "../../circuits/statement/trial/trial.ts";
import type { Database } from "../store/database.ts";
import { after, type Page, type Row, withCursors } from "../store/pages.ts";
import { accreditations, dictionaries } from "./tables.ts";

export async function listAccreditations(
  db: Database,
  role: RoleName | null | undefined,
  page: Page,
): Promise<Row<AccreditationShape>[]> {
  const rows = await db
    .select()
    .from(accreditations)
    .where(
      and(role ? eq(accreditations.role, role) : undefined, after(accreditations.position, page)),
    )
    .orderBy(asc(accreditations.position))
    .limit(page.limit);
  return withCursors(rows, ({ account, name, role, active, since }) => ({
    account,
    name,
    role: role as RoleName,
    active,
    since,
  }));
}

/** The roles that an account holds now. */
export async function readAccount(db: Database, address: string): Promise<AccountShape> {
  const rows = await db
    .select({ role: accreditations.role })
    .from(accreditations)
    .where(and(eq(accreditations.account, address), eq(accreditations.active, true)))
    .orderBy(asc(accreditations.position));
  return { address, roles: rows.map(({ role }) => role as RoleName) };
}

/** Newest dictionary version in force; 0 for none. */
export async function newestDictionary(db: Database): Promise<number> {
  const [row] = await db
    .select({ version: dictionaries.version })
    .from(dictionaries)
    .orderBy(desc(dictionaries.version))
    .limit(1);
  return row?.version ?? 0;
}

export type RoleName = Accredited | "governance";

export type AccreditationShape = {
  readonly name: string;
  readonly account: string;
  readonly role: RoleName;
  readonly active: boolean;
  readonly since: Date;
};

export type AccountShape = { readonly address: string; readonly roles: readonly RoleName[] };
