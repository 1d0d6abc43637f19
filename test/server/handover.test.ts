// Records that wait under a code: a clinic leaves them, the first who names one has it, and nothing outlasts its day.
import { randomBytes } from "node:crypto";
import { eq } from "drizzle-orm";
import { hexlify } from "ethers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect } from "../../client/api/api.ts";
import { fetchByCode, leaveByCode, lookAfter } from "../../client/handover/byCode.ts";
import { drawRecordCode, readRecordCode } from "../../client/handover/recordCode.ts";
import { dropEnded, takeHandover } from "../../server/handover/handovers.ts";
import { handovers } from "../../server/handover/tables.ts";
import { openDatabase } from "../../server/store/database.ts";
import { KEYS, startChain, type TestChain } from "../support/chain.ts";
import { seedDatabase, startTestServer, type TestServer, testFolder } from "../support/server.ts";

let chain: TestChain;
let server: TestServer;
let token: string;
let stranger: string;

beforeAll(async () => {
  chain = await startChain();
  const { accreditation } = await chain.as(KEYS.governance);
  await (await accreditation.accredit(1, KEYS.clinic.address, "clinic")).wait();
  server = await startTestServer(chain);
  token = await server.signIn(KEYS.clinic);
  stranger = await server.signIn(KEYS.stranger);
});
afterAll(async () => {
  await server?.end();
  await chain?.stop();
});

const as = (session?: string) => connect({ url: server.url, token: session });
const idOf = () => hexlify(randomBytes(32));
const leave = async (id: string, sealed: string, session?: string) =>
  await server.ask(
    `mutation ($id: Bytes32!, $sealed: String!) { leaveHandover(id: $id, sealed: $sealed) {
      __typename ... on Refusal { code details { value } } } }`,
    { id, sealed },
    session,
  );

describe("a record that waits", () => {
  test("is had by the first who has its code, and by nobody after", async () => {
    const content = { record: "ann's" };
    const { code, id, until } = await leaveByCode({ api: as(token), content });
    expect(until - Date.now() / 1000).toBeGreaterThan(23.9 * 3_600);
    expect(await lookAfter({ api: as(token), id })).toMatchObject({ fetchedAt: null });
    expect(await fetchByCode({ api: as(), code: code.toLowerCase() })).toEqual(content);
    const again = fetchByCode({ api: as(), code });
    await expect(again).rejects.toMatchObject({ code: "HandoverGone" });
    const { fetchedAt } = (await lookAfter({ api: as(token), id }))!;
    expect(Math.abs(fetchedAt! - Date.now() / 1000)).toBeLessThan(60);
    expect(server.logged()).not.toContain(code);
  });

  test("goes to one of many who ask at once", async () => {
    const { code } = await leaveByCode({ api: as(token), content: 1 });
    const asked = Array.from({ length: 5 }, () => fetchByCode({ api: as(), code }));
    const answers = await Promise.allSettled(asked);
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  test("is shown to the clinic that left it only", async () => {
    const { id } = await leaveByCode({ api: as(token), content: 1 });
    expect(await lookAfter({ api: as(stranger), id })).toBeNull();
    await expect(lookAfter({ api: as(), id })).rejects.toMatchObject({ code: "NotSignedIn" });
  });

  test("is asked for by no mistyped code, and an unknown one finds nothing", async () => {
    const code = drawRecordCode();
    const wrong = fetchByCode({ api: as(), code: `${code.slice(0, -1)}!` });
    await expect(wrong).rejects.toMatchObject({ code: "MalformedInput" });
    await expect(fetchByCode({ api: as(), code })).rejects.toMatchObject({ code: "HandoverGone" });
  });
});

describe("the server refuses", () => {
  test("to keep anything for who is no clinic, or not signed in", async () => {
    const { data } = await leave(idOf(), "AAAA", stranger);
    expect(data.leaveHandover.code).toBe("NotAccredited");
    expect((await leave(idOf(), "AAAA")).errors).toMatchObject([
      { extensions: { code: "NotSignedIn" } },
    ]);
  });

  test("more bytes than a record takes, what is no Base64, and a name that is taken", async () => {
    const invalid = [{ extensions: { code: "BAD_USER_INPUT" } }];
    expect((await leave(idOf(), "A".repeat(40_004), token)).errors).toMatchObject(invalid);
    expect((await leave(idOf(), "not base64", token)).errors).toMatchObject(invalid);
    const id = idOf();
    expect((await leave(id, "AAAA", token)).data.leaveHandover.__typename).toBe("Handover");
    const { data } = await leave(id, "BBBB", token);
    expect(data.leaveHandover).toMatchObject({
      code: "MalformedInput",
      details: [{ value: "id" }],
    });
  });
});

describe("in the database", () => {
  test("a record ends with its day", async () => {
    const folder = testFolder();
    await seedDatabase(`${folder}/database`);
    const database = await openDatabase({ url: undefined, folder: `${folder}/database` });
    const { db } = database;
    const { id } = readRecordCode(drawRecordCode())!;
    const row = { clinic: "0xa", sealed: "AAAA", until: new Date(Date.now() - 1), fetchedAt: null };
    await db.insert(handovers).values({ id, ...row });
    const gone = await takeHandover({ db } as Parameters<typeof takeHandover>[0], id);
    expect(gone).toMatchObject({ refusal: "HandoverGone" });
    await dropEnded(db);
    expect(await db.$count(handovers, eq(handovers.id, id))).toBe(0);
    await database.close();
  });

  test("a clinic leaves no more than 256 at once, and one more when one was fetched", async () => {
    const ids = Array.from({ length: 256 }, idOf);
    const own = await startTestServer(chain, { RATE_PER_MINUTE: "1000000" });
    const session = await own.signIn(KEYS.clinic);
    const put = async (id: string) =>
      (
        await own.ask(
          `mutation ($id: Bytes32!) { leaveHandover(id: $id, sealed: "AAAA") {
            __typename ... on Refusal { code } } }`,
          { id },
          session,
        )
      ).data.leaveHandover;
    for (const id of ids) expect((await put(id)).__typename).toBe("Handover");
    expect((await put(idOf())).code).toBe("TooLarge");
    const taken = await own.ask(
      `mutation ($id: Bytes32!) { takeHandover(id: $id) { __typename } }`,
      { id: ids[7] },
    );
    expect(taken.data.takeHandover.__typename).toBe("SealedRecord");
    expect((await put(idOf())).__typename).toBe("Handover");
    await own.end();
  });
});
