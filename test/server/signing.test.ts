import type { SiweMessage } from "siwe";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { sessions } from "../../server/sessions/tables.ts";
import { openDatabase } from "../../server/store/database.ts";
import { KEYS, startChain, type TestChain } from "../support/chain.ts";
import { SIGN_IN, siweMessage, startTestServer, type TestServer } from "../support/server.ts";

let chain: TestChain;

let server: TestServer;

beforeAll(async () => {
  chain = await startChain();
  server = await startTestServer(chain);
});

afterAll(async () => {
  await server?.end();
  await chain?.stop();
});

/** Tries to sign in with a changed message; the union member's answer. */
async function attempt(change: Partial<SiweMessage>, signer = KEYS.sponsor) {
  const message = await siweMessage(server.url, KEYS.sponsor, change);
  const variables = { message, signature: await signer.signMessage(message) };
  return (await server.ask(SIGN_IN, variables)).data.signIn;
}

const past = () => new Date(Date.now() - 60_000).toISOString();

const future = () => new Date(Date.now() + 60_000).toISOString();

describe("signing in", () => {
  test("gives a session that ends when signed out", async () => {
    const token = await server.signIn(KEYS.sponsor);
    const me = async () => (await server.ask("{ me { address } }", {}, token)).data.me;
    expect(await me()).toEqual({ address: KEYS.sponsor.address.toLowerCase() });
    await server.ask("mutation { signOut }", {}, token);
    expect(await me()).toBeNull();
  });

  test.each([
    ["another site's domain", () => ({ domain: "evil.example" }), "InvalidSignature"],
    ["another site's uri", () => ({ uri: "https://evil.example" }), "InvalidSignature"],
    ["another chain", () => ({ chainId: 1 }), "InvalidSignature"],
    ["a nonce that was never given", () => ({ nonce: "a1b2c3d4e5f6g7h8" }), "DeadlinePassed"],
    ["an expiry in the past", () => ({ expirationTime: past() }), "DeadlinePassed"],
    ["a start in the future", () => ({ notBefore: future() }), "DeadlinePassed"],
  ])("with %s is refused", async (_, change, code) => {
    expect(await attempt(change())).toMatchObject({ __typename: code });
  });

  test("with another account's signature is refused", async () => {
    expect(await attempt({}, KEYS.stranger)).toMatchObject({ __typename: "InvalidSignature" });
  });

  test("twice with the same message is refused the second time", async () => {
    const message = await siweMessage(server.url, KEYS.sponsor);
    const variables = { message, signature: await KEYS.sponsor.signMessage(message) };
    expect((await server.ask(SIGN_IN, variables)).data.signIn.__typename).toBe("Session");
    expect((await server.ask(SIGN_IN, variables)).data.signIn.code).toBe("DeadlinePassed");
  });

  test("with something that is no signature is refused, and prints nothing", async () => {
    const printed = vi.spyOn(console, "error");
    // A sponsor's account, which could be a contract's.
    const message = await siweMessage(server.url, KEYS.sponsor);
    const answer = await server.ask(SIGN_IN, { message, signature: "0x1234" });
    expect(answer.data.signIn.code).toBe("InvalidSignature");
    expect(printed).not.toHaveBeenCalled();
    printed.mockRestore();
  });

  test("with something that is no message is refused", async () => {
    const answer = await server.ask(SIGN_IN, { message: "let me in", signature: "0x00" });
    expect(answer.data.signIn.code).toBe("InvalidSignature");
  });
});

describe("a token", () => {
  test("that was made up opens nothing", async () => {
    const { data } = await server.ask("{ me { address } }", {}, "A".repeat(43));
    expect(data.me).toBeNull();
  });

  test("is stored as a hash only", async () => {
    const own = await startTestServer(chain);
    const token = await own.signIn(KEYS.board);
    await own.stop();
    const database = await openDatabase({ url: undefined, folder: `${own.folder}/database` });
    const rows = await database.db.select().from(sessions);
    await database.close();
    await own.end();
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(token);
    expect(own.logged()).not.toContain(token);
  });
});
