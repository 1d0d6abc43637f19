// Purposes, reasons and outcomes in words: the chain holds their hashes, the exchange publishes what they stand for.
import { eq } from "drizzle-orm";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { hashDocument } from "../../circuits/statement/trial/trial.ts";
import { readAccount } from "../accreditation/accounts.ts";
import { answering, type RefusalShape } from "../chain/refusals.ts";
import { type Route, sendJson } from "../http/route.ts";
import { eventually } from "../indexer/eventually.ts";
import type { Services } from "../schema/context.ts";
import type { Database } from "../store/database.ts";
import { isRequestStaff } from "./callers.ts";
import { texts } from "./tables.ts";

/** Bytes of a text. */
export const MAX_TEXT = 10_000;
/** What one account may leave here; a text that is there already is none more. */
const MOST_TEXTS = 10_000;

export type TextShape = { readonly hash: string };

/** Control characters but the line break, and halves of characters, which no UTF-8 has. */
const UNWRITABLE = /[^\P{Cc}\n]|\p{Cs}/u;

const WRITERS = ["sponsor", "board", "emergencyClinician"] as const;

async function findText(db: Database, hash: string): Promise<string | undefined> {
  const [row] = await db.select().from(texts).where(eq(texts.hash, hash));
  return row?.content;
}

/** Stores a text under the keccak256 of its bytes. Refuses with NotAccredited who neither asks nor decides. */
export function uploadText(
  services: Services,
  content: string,
  address: string,
): Promise<TextShape | RefusalShape> {
  return answering(async () => {
    const { db } = services;
    if (Buffer.byteLength(content) > MAX_TEXT) {
      throw new Refusal("TooLarge", { field: "content", limit: MAX_TEXT });
    }
    if (UNWRITABLE.test(content)) throw new Refusal("MalformedInput", { field: "content" });
    if (!(await eventually(services, () => mayWrite(db, address), Boolean))) {
      throw new Refusal("NotAccredited", { account: address });
    }
    const hash = hashDocument(content);
    if ((await findText(db, hash)) !== undefined) return { hash };
    if ((await db.$count(texts, eq(texts.uploadedBy, address))) >= MOST_TEXTS) {
      throw new Refusal("TooLarge", { field: "texts", limit: MOST_TEXTS });
    }
    await db.insert(texts).values({ hash, content, uploadedBy: address }).onConflictDoNothing();
    return { hash };
  });
}

/** A sponsor, a board, an emergency clinician, or a sponsor's staff that may request. */
async function mayWrite(db: Database, address: string): Promise<boolean> {
  const { roles } = await readAccount(db, address);
  const held: readonly string[] = roles;
  if (WRITERS.some((role) => held.includes(role))) return true;
  return await isRequestStaff(db, { key: address });
}

/** GET of /exchange/texts/<keccak256>. */
export const sendText: Route = async ({ services, request, response, parameter }) => {
  const isHash = /^0x[0-9a-f]{64}$/.test(parameter);
  const found = isHash ? await findText(services.db, parameter) : undefined;
  if (found === undefined) return sendJson(response, 404, { error: "NotFound" });
  response.writeHead(200, {
    "content-type": "text/plain; charset=utf-8",
    "content-length": Buffer.byteLength(found),
    "cache-control": "public, max-age=31536000, immutable",
  });
  response.end(request.method === "HEAD" ? undefined : found);
};
