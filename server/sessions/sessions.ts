// Sign-In with Ethereum (ERC-4361). Tokens are random and stored only as hashes, nonces serve once.
import { createHash, randomBytes } from "node:crypto";
import { and, eq, gt, lt } from "drizzle-orm";
import { type Provider, verifyMessage } from "ethers";
import { checkContractWalletSignature, generateNonce, SiweMessage } from "siwe";
import { Refusal } from "../../circuits/statement/refusal.ts";
import { answering, type RefusalShape } from "../chain/refusals.ts";
import type { Database } from "../store/database.ts";
import { nonces, sessions } from "./tables.ts";

export type Sessions = {
  readonly domain: string;
  readonly createNonce: () => Promise<string>;
  readonly signIn: (signed: Signed) => Promise<SessionShape | RefusalShape>;
  readonly signOut: (id: string) => Promise<void>;
  /** The session of an Authorization header; undefined for none, an unknown or an expired one. */
  readonly find: (header: string | null) => Promise<Session | undefined>;
};

type Signed = { readonly message: string; readonly signature: string };

const NONCE_MS = 10 * 60_000;

const SESSION_MS = 12 * 3_600_000;

/** `url` is where the server is reached: messages must name its domain and origin. */
export function createSessions(at: {
  readonly db: Database;
  readonly url: string;
  readonly chainId: number;
  /** Where contract accounts (ERC-1271) that are known are asked; without one only keys sign in. */
  readonly provider?: Provider;
  readonly isKnown: (address: string) => Promise<boolean>;
}): Sessions {
  const { db } = at;
  return {
    domain: new URL(at.url).host,
    createNonce: async () => {
      const nonce = generateNonce();
      await db.delete(nonces).where(lt(nonces.expiresAt, new Date()));
      await db.insert(nonces).values({ nonce, expiresAt: new Date(Date.now() + NONCE_MS) });
      return nonce;
    },
    signIn: (signed) => answering(() => signIn(at, signed)),
    signOut: async (id) => {
      await db.delete(sessions).where(eq(sessions.id, id));
    },
    find: (header) => findSession(db, header),
  };
}

async function signIn(
  { db, url, chainId, provider, isKnown }: Parameters<typeof createSessions>[0],
  { message, signature }: Signed,
): Promise<SessionShape> {
  const parsed = parse(message);
  const { host, origin } = new URL(url);
  const isForHere =
    parsed.domain === host && new URL(parsed.uri).origin === origin && parsed.chainId === chainId;
  if (!isForHere) throw new Refusal("InvalidSignature", { field: "domain, uri or chainId" });
  const [spent] = await db
    .delete(nonces)
    .where(and(eq(nonces.nonce, parsed.nonce), gt(nonces.expiresAt, new Date())))
    .returning();
  if (!spent) throw new Refusal("DeadlinePassed", { field: "nonce" });
  // Nobody else has the node execute code of theirs.
  const mayAsk = provider && (await isKnown(parsed.address.toLowerCase()));
  if (!isInTime(parsed, Date.now())) throw new Refusal("DeadlinePassed", { field: "message" });
  if (!(await isSigned(parsed, signature, mayAsk ? provider : undefined))) {
    throw new Refusal("InvalidSignature", { field: "message" });
  }
  const token = randomBytes(32).toString("base64url");
  const address = parsed.address.toLowerCase();
  const expiresAt = new Date(Date.now() + SESSION_MS);
  await db.delete(sessions).where(lt(sessions.expiresAt, new Date()));
  await db.insert(sessions).values({ id: hashToken(token), address, expiresAt });
  return { token, address, expiresAt };
}

function parse(message: string): SiweMessage {
  try {
    const parsed = new SiweMessage(message);
    new URL(parsed.uri);
    return parsed;
  } catch {
    throw new Refusal("InvalidSignature", { field: "message" });
  }
}

function isInTime({ expirationTime, notBefore }: SiweMessage, now: number): boolean {
  const hasBegun = notBefore === undefined || now >= Date.parse(notBefore);
  return hasBegun && (expirationTime === undefined || now < Date.parse(expirationTime));
}

/**
 * Whether the account that the message names signed it; where there is a provider, a contract may say so of itself
 * (ERC-1271). Not by `SiweMessage.verify`, which prints a stack trace for whatever is no signature.
 */
async function isSigned(
  message: SiweMessage,
  signature: string,
  provider: Provider | undefined,
): Promise<boolean> {
  try {
    if (verifyMessage(message.prepareMessage(), signature) === message.address) return true;
  } catch {
    // No key's signature; a contract may still know it.
  }
  return await checkContractWalletSignature(message, signature, provider as never).catch(
    () => false,
  );
}

function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

async function findSession(db: Database, header: string | null): Promise<Session | undefined> {
  const token = /^Bearer ([A-Za-z0-9_-]{43})$/.exec(header ?? "")?.[1];
  if (token === undefined) return undefined;
  const [session] = await db
    .select({ id: sessions.id, address: sessions.address })
    .from(sessions)
    .where(and(eq(sessions.id, hashToken(token)), gt(sessions.expiresAt, new Date())));
  return session;
}

export type SessionShape = {
  readonly token: string;
  readonly address: string;
  readonly expiresAt: Date;
};

export type Session = { readonly id: string; readonly address: string };
