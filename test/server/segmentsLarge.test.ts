// A log of several segments: what those who come back ask for, what is refused, and how it travels.
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import {
  PART_ROWS,
  readPart,
  SEGMENT_PARTS,
  TRIAL_LOG,
} from "../../circuits/statement/encoding/publicLog.ts";
import type { LogKeeper } from "../../client/api/log/head.ts";
import { TrialFollower } from "../../client/api/log/trialLog.ts";
import { blocks } from "../../server/store/tables.ts";
import { groups } from "../../server/trials/tables.ts";
import { History } from "../support/history.ts";
import { TRIAL_ID } from "../support/invention.ts";
import { type SegmentServer, startSegmentServer } from "../support/segmentServer.ts";
import { writeLargeTrial } from "../support/synthetic.ts";
import { keepInMemory, visitor, wholeStates } from "../support/visits.ts";

let server: SegmentServer;

beforeAll(async () => {
  server = await startSegmentServer();
  await new History(server.db, 20).begin();
  await addPeople(3_200, 1);
}, 120_000);

afterAll(() => server?.end());

/** So many people more, all at once, and a block more, in which nothing happened: heads are of blocks. */
async function addPeople(people: number, seed: number): Promise<void> {
  const size = { people, consents: people, days: 0 };
  const [group] = await server.db.select().from(groups);
  const [block] = await server.db.select().from(blocks).orderBy(blocks.number).limit(1);
  const at = { trialId: TRIAL_ID, version: 1, groupId: group!.groupId, block: block!.number };
  const until = Math.floor(block!.time.getTime() / 1000);
  await writeLargeTrial(server.db, { ...at, until }, size, seed);
  const hash = createHash("sha256").update(`${people} ${seed}`).digest("hex");
  const next = await server.db.$count(blocks);
  const values = { number: block!.number + next, hash, time: block!.time };
  await server.db.insert(blocks).values(values);
}

const segmentsIn = (paths: readonly string[]) =>
  paths.filter((path) => path.startsWith("/state/segments/"));

describe("a log of several segments", () => {
  test("is downloaded whole once, and then only what is new, by those who have it", async () => {
    const [one, other] = [visitor(server), visitor(server)];
    const first = await one.api.publicState(TRIAL_ID);
    expect(first.participants.length).toBeGreaterThan(1_000);
    await other.api.publicState(TRIAL_ID);
    // Everybody asks for the same: nothing of a wallet goes into it.
    expect(other.paths).toEqual(one.paths);
    expect(segmentsIn(one.paths).length).toBeLessThan(8);
    one.paths.length = other.paths.length = 0;
    await addPeople(40, 2);
    const next = await one.api.publicState(TRIAL_ID);
    await other.api.publicState(TRIAL_ID);
    expect(other.paths).toEqual(one.paths);
    expect(segmentsIn(one.paths).length).toBeLessThan(6);
    expect(next.screenings.length).toBe(first.screenings.length + 40);
    expect(next).toEqual(await visitor(server).api.publicState(TRIAL_ID));
    expect(next).toEqual((await wholeStates(server)).trial);
    one.paths.length = 0;
    await one.api.publicState(TRIAL_ID);
    expect(one.paths).toEqual([`/state/trials/${TRIAL_ID}`]);
  }, 120_000);

  test("names in its requests the subject and digests of the head, and nothing else", async () => {
    const { api, paths } = visitor(server);
    await api.publicState(TRIAL_ID);
    const text = await (await fetch(`${server.url}/state/trials/${TRIAL_ID}`)).text();
    for (const path of segmentsIn(paths)) {
      const [, , , subject, digest] = path.split("/");
      expect(subject).toBe(TRIAL_ID);
      expect(text).toContain(digest);
    }
  });

  test("goes over the end of a segment without loading what is here", async () => {
    const { api, paths } = visitor(server);
    const sizes: number[] = [];
    for (let seed = 30; sizes.length < 2; seed++) {
      await addPeople(300, seed);
      paths.length = 0;
      await api.publicState(TRIAL_ID);
      const { log } = await (await fetch(`${server.url}/state/trials/${TRIAL_ID}`)).json();
      if (sizes.at(-1) !== log.segments.length) sizes.push(log.segments.length);
      const segments = segmentsIn(paths).map((path) => path.split("/").at(-1));
      // But for the first visit, parts suffice.
      if (seed > 30) expect(segments.filter((one) => log.segments.includes(one))).toEqual([]);
    }
    expect(await api.publicState(TRIAL_ID)).toEqual(
      await visitor(server).api.publicState(TRIAL_ID),
    );
    expect(await api.publicState(TRIAL_ID)).toEqual((await wholeStates(server)).trial);
  }, 240_000);

  const session = (keeper: LogKeeper) => {
    const { api, paths, tags } = visitor(server);
    return { trial: new TrialFollower(api.transport, TRIAL_ID, keeper), paths, tags };
  };

  test("is followed by a later session as by one that never ended, without the tag it had", async () => {
    const keeper = keepInMemory();
    const stayed = visitor(server);
    await stayed.api.publicState(TRIAL_ID);
    await session(keeper).trial.read();
    stayed.paths.length = 0;
    await addPeople(40, 60);
    await stayed.api.publicState(TRIAL_ID);
    const later = session(keeper);
    expect((await later.trial.read())?.state).toEqual((await wholeStates(server)).trial);
    expect(later.paths).toEqual(stayed.paths);
    expect(segmentsIn(later.paths).length).toBeGreaterThan(0);
    expect(later.tags).toEqual([]);
    expect(stayed.tags.length).toBe(1);
  }, 60_000);

  test("is asked for from the first gap on, so that no gap names a device", async () => {
    const keeper = keepInMemory();
    await session(keeper).trial.read();
    const { log } = await (await fetch(`${server.url}/state/trials/${TRIAL_ID}`)).json();
    expect(log.segments.length).toBeGreaterThan(2);
    keeper.lose(log.segments[1]);
    const later = session(keeper);
    expect((await later.trial.read())?.state).toEqual((await wholeStates(server)).trial);
    const asked = segmentsIn(later.paths).map((path) => path.split("/").at(-1));
    expect(asked).toEqual([...log.segments.slice(1), ...(log.open === "" ? [] : [log.open])]);
  }, 60_000);

  test("refuses an altered segment by name, and takes a good one past a bad cache", async () => {
    const alter = async (response: Response) =>
      new Response((await response.text()).replace(/"seconds":\[\d/, '"seconds":[7'), response);
    const isSegment = (path: string) => path.startsWith("/state/segments/");
    const lied = visitor(server, (path, response) =>
      isSegment(path) ? alter(response) : response,
    );
    await expect(lied.api.publicState(TRIAL_ID)).rejects.toMatchObject({
      name: "Refusal",
      code: "AlteredState",
    });
    const seen = new Set<string>();
    const cached = visitor(server, (path, response) => {
      if (!isSegment(path) || seen.has(path)) return response;
      seen.add(path);
      return alter(response);
    });
    expect(await cached.api.publicState(TRIAL_ID)).toEqual(
      await visitor(server).api.publicState(TRIAL_ID),
    );
  }, 120_000);

  test("refuses a head whose list does not fit what it names", async () => {
    const shortened = visitor(server, async (path, response) => {
      if (path !== `/state/trials/${TRIAL_ID}`) return response;
      const head = await response.json();
      const { rows } = head.log;
      head.log.rows = rows - (rows % PART_ROWS) + (rows % PART_ROWS === 1 ? 2 : 1);
      return new Response(JSON.stringify(head), response);
    });
    await expect(shortened.api.publicState(TRIAL_ID)).rejects.toThrow();
  });

  test("asks for the head again when a reorganisation took a segment", async () => {
    const missing = new Set<string>();
    const overtaken = visitor(server, (path, response) => {
      if (!path.startsWith("/state/segments/") || missing.size > 0) return response;
      missing.add(path);
      return new Response("{}", { status: 404 });
    });
    const state = await overtaken.api.publicState(TRIAL_ID);
    expect(state).toEqual((await wholeStates(server)).trial);
    expect(overtaken.paths.filter((path) => path.startsWith("/state/trials/")).length).toBe(2);
  }, 60_000);

  test("is built before anybody asks, or else charged to who does, and goes on from there", async () => {
    const ratePerMinute = 60;
    const [cold, warm] = [
      await server.another({ ratePerMinute }),
      await server.another({ ratePerMinute, isWarm: true }),
    ];
    const ask = async (url: string) => (await fetch(`${url}/state/trials/${TRIAL_ID}`)).status;
    expect(await ask(cold)).toBe(429);
    expect(await ask(warm)).toBe(200);
    // What was read until the budget was spent is not read again.
    const clock = vi.spyOn(Date, "now");
    const before = Date.now();
    const statuses: number[] = [];
    for (let minute = 1; statuses.at(-1) !== 200 && minute < 10; minute++) {
      clock.mockReturnValue(before + minute * 60_000);
      statuses.push(await ask(cold));
    }
    clock.mockRestore();
    expect(statuses.length).toBeGreaterThan(1);
    expect(statuses.at(-1)).toBe(200);
  }, 60_000);

  test("is too large for GraphQL, which says where it is", async () => {
    const query = `{ publicState(trialId: "${TRIAL_ID}") { status } }`;
    const response = await fetch(`${server.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query }),
    });
    const { errors } = await response.json();
    expect(errors[0].extensions.code).toBe("TooLarge");
    expect(errors[0].message).toContain(`/state/trials/${TRIAL_ID}`);
  }, 120_000);
});

describe("over HTTP", () => {
  const ask = (path: string, headers: Record<string, string> = {}, method = "GET") =>
    fetch(server.url + path, { method, headers });
  const head = `/state/trials/${TRIAL_ID}`;
  const segment = async () => {
    const { log } = await (await ask(head)).json();
    return `/state/segments/${TRIAL_ID}/${log.segments[0]}`;
  };

  test("has heads that are asked for again, with a tag that saves their bytes", async () => {
    const first = await ask(head);
    expect(first.headers.get("cache-control")).toBe("no-cache");
    expect(first.headers.get("vary")).toBe("accept-encoding");
    expect(Number(first.headers.get("x-block-number"))).toBeGreaterThan(0);
    const etag = first.headers.get("etag")!;
    const again = await ask(head, { "if-none-match": etag });
    expect(again.status).toBe(304);
    expect(again.headers.get("x-block-time")).toBe(first.headers.get("x-block-time"));
    expect(again.headers.get("vary")).toBe("accept-encoding");
  });

  test("has segments for ever, by the digest of their bytes", async () => {
    const path = await segment();
    const response = await ask(path);
    expect(response.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(response.headers.get("vary")).toBe("accept-encoding");
    const text = await response.text();
    expect(createHash("sha256").update(text).digest("hex")).toBe(path.split("/").at(-1));
    expect(text.trim().split("\n")).toHaveLength(SEGMENT_PARTS);
    const etag = response.headers.get("etag")!;
    expect((await ask(path, { "if-none-match": etag })).status).toBe(304);
  });

  test("has rows written in one way only, so that nobody gets bytes of their own", async () => {
    const [line] = (await (await ask(await segment())).text()).split(/(?<=\n)/);
    expect(readPart(TRIAL_LOG, line!)).toHaveLength(PART_ROWS);
    const others = [
      line!.replace(":", ": "),
      line!.replace(/"seconds":\[(\d+)/, '"seconds":[$1.0'),
      line!.replace("}", ',"flag":[]}'),
      line!.trim(),
    ];
    for (const other of others) {
      expect(other).not.toBe(line);
      expect(() => readPart(TRIAL_LOG, other)).toThrow("not written as these rows are");
    }
  });

  test("packs for those who take it, and for nobody who rules it out", async () => {
    const path = await segment();
    const packed = await ask(path, { "accept-encoding": "br, gzip;q=0.5" });
    expect(packed.headers.get("content-encoding")).toBe("gzip");
    for (const encoding of ["identity", "gzip;q=0", "br"]) {
      const plain = await ask(path, { "accept-encoding": encoding });
      expect(plain.headers.get("content-encoding")).toBeNull();
      expect(Number(plain.headers.get("content-length"))).toBe((await plain.text()).length);
    }
  });

  test("answers HEAD with the same headers and no body", async () => {
    for (const path of [head, await segment()]) {
      const [get, only] = [await ask(path), await ask(path, {}, "HEAD")];
      expect(only.status).toBe(200);
      for (const name of ["etag", "cache-control", "content-type", "vary"]) {
        expect(only.headers.get(name)).toBe(get.headers.get(name));
      }
      expect(await only.text()).toBe("");
    }
  });

  test.each([
    `/state/segments/${TRIAL_ID}/${"00".repeat(32)}`,
    `/state/segments/records/${"00".repeat(32)}`,
    `/state/segments/0x${"00".repeat(32)}/${"00".repeat(32)}`,
    "/state/segments/records/",
    "/state/segments/records/../../etc/passwd",
    `/state/trials/0x${"00".repeat(32)}`,
    "/state/trials/../../etc/passwd",
  ])("finds nothing at %s, and says so", async (path) => {
    const response = await ask(path);
    expect(response.status).toBe(404);
    expect(response.headers.get("cache-control")).toBe("no-store");
  });
});
