// Re-issued records by the bucket: a clinic writes its own, everybody reads.
import { randomBytes } from "node:crypto";
import { request as httpRequest } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect } from "../../client/api/api.ts";
import { KEYS, startChain, type TestChain } from "../support/chain.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

/** Most bytes of a bucket, for clients and for the server. */
const MOST = 16 * 2 ** 20;
let chain: TestChain;
let running: TestServer;
let token: string;
let stranger: string;
const clinic = KEYS.clinic.address.toLowerCase();

beforeAll(async () => {
  chain = await startChain();
  const { accreditation } = await chain.as(KEYS.governance);
  await (await accreditation.accredit(1, clinic, "clinic")).wait();
  running = await startTestServer(chain, { BUCKETS_MB: "20" });
  token = await running.signIn(KEYS.clinic);
  stranger = await running.signIn(KEYS.stranger);
});
afterAll(async () => {
  await running?.end();
  await chain?.stop();
});

const at = (path: string) => `${running.url}/records/${path}`;
const put = (path: string, body: Uint8Array<ArrayBuffer>, bearer?: string) =>
  fetch(at(path), {
    method: "PUT",
    body,
    headers: bearer === undefined ? {} : { authorization: `Bearer ${bearer}` },
  });
const codeOf = async (response: Response) => {
  const { code } = (await response.json()) as { code: string };
  return { status: response.status, code };
};
const bytes = (length: number) => new Uint8Array(randomBytes(length));

describe("a bucket", () => {
  test("is what its clinic put there last, for everybody", async () => {
    const api = connect({ url: running.url, token });
    expect(await api.recordBucket({ clinic, bucket: 3 })).toBeUndefined();
    const first = bytes(3_000);
    const second = bytes(1_600_000);
    await api.publishBucket({ clinic: KEYS.clinic.address, bucket: 3, bytes: first });
    await api.publishBucket({ clinic, bucket: 3, bytes: second });
    const anybody = connect({ url: running.url });
    expect(await anybody.recordBucket({ clinic, bucket: 3 })).toEqual(second);
    expect(await anybody.recordBucket({ clinic, bucket: 4 })).toBeUndefined();
  });

  test("need not be sent again while it is the same", async () => {
    expect((await put(`${clinic}/5`, bytes(100), token)).status).toBe(204);
    const etag = (await fetch(at(`${clinic}/5`))).headers.get("etag")!;
    expect(etag).toMatch(/^"[\w-]{22}"$/);
    const again = await fetch(at(`${clinic}/5`), { headers: { "if-none-match": etag } });
    expect(again.status).toBe(304);
    await put(`${clinic}/5`, bytes(100), token);
    const newer = await fetch(at(`${clinic}/5`), { headers: { "if-none-match": etag } });
    expect(newer.status).toBe(200);
    expect(newer.headers.get("etag")).not.toBe(etag);
  });

  test("outlives a restart of the server", async () => {
    const content = bytes(200);
    const own = await startTestServer(chain);
    const session = await own.signIn(KEYS.clinic);
    await connect({ url: own.url, token: session }).publishBucket({
      clinic,
      bucket: 0,
      bytes: content,
    });
    await own.stop();
    const again = await startTestServer(chain, {}, { folder: own.folder });
    expect(await connect({ url: again.url }).recordBucket({ clinic, bucket: 0 })).toEqual(content);
    await again.rebuild();
    expect(await connect({ url: again.url }).recordBucket({ clinic, bucket: 0 })).toEqual(content);
    await again.end();
  });
});

describe("refuses a bucket", () => {
  test("of who is not signed in, of another account, and of one that is no clinic", async () => {
    const other = KEYS.stranger.address.toLowerCase();
    const attempts = [
      await put(`${clinic}/9`, bytes(10)),
      await put(`${clinic}/9`, bytes(10), "x".repeat(43)),
      await put(`${clinic}/9`, bytes(10), stranger),
      await put(`${other}/9`, bytes(10), stranger),
    ];
    expect(await Promise.all(attempts.map(codeOf))).toEqual([
      { status: 401, code: "NotSignedIn" },
      { status: 401, code: "NotSignedIn" },
      { status: 403, code: "NotAllowed" },
      { status: 403, code: "NotAccredited" },
    ]);
    expect((await fetch(at(`${clinic}/9`))).status).toBe(204);
  });

  test("of a clinic that has lost its accreditation", async () => {
    const own = await startTestServer(chain);
    const { accreditation } = await chain.as(KEYS.governance);
    await (await accreditation.accredit(1, KEYS.site.address, "short-lived")).wait();
    const session = await own.signIn(KEYS.site);
    await (await accreditation.deaccredit(1, KEYS.site.address)).wait();
    const api = connect({ url: own.url, token: session });
    const bucket = { clinic: KEYS.site.address, bucket: 0, bytes: bytes(10) };
    await expect
      .poll(() => api.publishBucket(bucket).then(String, (problem) => problem.code))
      .toBe("NotAccredited");
    await own.end();
  });

  test.each([
    ["../9", 404],
    ["0x12/9", 404],
    [`${KEYS.clinic.address}/9`, 404],
    [`0x${"a5".repeat(20)}/4194304`, 404],
    [`0x${"a5".repeat(20)}/-1`, 404],
    [`0x${"a5".repeat(20)}/01`, 404],
    [`0x${"a5".repeat(20)}/1/2`, 404],
  ])("at %s, which is no place for one", async (path, status) => {
    expect((await put(path, bytes(10), token)).status).toBe(status);
    expect((await fetch(at(path))).status).toBe(status);
  });

  test("that is empty, or larger than the limit, announced or not", async () => {
    const api = connect({ url: running.url, token });
    await api.publishBucket({ clinic, bucket: 8, bytes: bytes(MOST) });
    expect(await api.recordBucket({ clinic, bucket: 8 })).toHaveLength(MOST);
    await api.publishBucket({ clinic, bucket: 8, bytes: bytes(1) });
    const more = api.publishBucket({ clinic, bucket: 9, bytes: bytes(MOST + 1) });
    await expect(more).rejects.toMatchObject({ code: "TooLarge", details: { limit: MOST } });
    expect(await codeOf(await put(`${clinic}/9`, new Uint8Array(), token))).toEqual({
      status: 400,
      code: "MalformedInput",
    });
    const large = await put(`${clinic}/9`, bytes(MOST + 1), token).then(
      ({ status }) => status,
      () => 413,
    );
    expect(large).toBe(413);
    const streamed = await new Promise<number | undefined>((resolve) => {
      const headers = { authorization: `Bearer ${token}`, "transfer-encoding": "chunked" };
      const request = httpRequest(at(`${clinic}/9`), { method: "PUT", headers });
      request.on("response", ({ statusCode }) => resolve(statusCode));
      request.on("error", () => resolve(413));
      for (let i = 0; i < 18; i++) request.write(bytes(2 ** 20));
      request.end();
    });
    expect(streamed).toBe(413);
    expect((await fetch(at(`${clinic}/9`))).status).toBe(204);
  });

  test("once the clinic's buckets together would take more than they may", async () => {
    const api = connect({ url: running.url, token });
    const half = { clinic, bytes: bytes(11 * 2 ** 20) };
    await api.publishBucket({ ...half, bucket: 20 });
    await expect(api.publishBucket({ ...half, bucket: 21 })).rejects.toMatchObject({
      code: "TooLarge",
    });
    // In place of itself it is no more than before.
    await api.publishBucket({ ...half, bucket: 20 });
  });

  test("by another method than PUT", async () => {
    for (const method of ["POST", "DELETE", "PATCH"]) {
      const headers = { authorization: `Bearer ${token}` };
      expect((await fetch(at(`${clinic}/5`), { method, headers })).status).toBe(404);
    }
    expect((await fetch(at(`${clinic}/5`))).status).toBe(200);
  });
});
