// Whoever stands between the sponsor and what it fetches, and lies: a store whose packages are none, and a custodian whose
// answers are none. One spoilt package spoils no dataset, and one custodian stops nobody.
import type { ServerResponse } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect } from "../../client/api/api.ts";
import { reachCustodian } from "../../client/exchange/custodian.ts";
import { memoryStore } from "../../client/exchange/fetch.ts";
import {
  type Cut,
  deposit,
  fetchAll,
  type Ground,
  type Made,
  type Requested,
  request,
  seal,
} from "./attackActs.ts";
import { endProxies, listen } from "./attackProxy.ts";
import { openStand, type Stand } from "./attackStand.ts";

const MEBIBYTE = 2 ** 20;
/** More than anybody may send; whoever reads on beyond a limit is sent all of it. */
const MOST = 200 * MEBIBYTE;
let stand: Stand;
let [adas, bens] = [] as unknown as [Made, Made];
let cut: Cut;
let asked: Requested;
beforeAll(async () => {
  stand = await openStand({ people: ["ada", "ben"] });
  const { ada, ben } = stand.people;
  [adas, bens] = [await deposit(stand, ada!), await deposit(stand, ben!)];
  cut = await seal(stand, [ada!, ben!], [adas, bens]);
  asked = await request(stand, cut);
}, 180_000);
afterAll(async () => {
  await endProxies();
  await stand?.end();
});

/** Sends without end, or until nobody listens. Returns how many bytes went out. */
function endless(response: ServerResponse, sent: { bytes: number }): void {
  const write = () => {
    while (!response.destroyed && sent.bytes < MOST) {
      sent.bytes += MEBIBYTE;
      if (!response.write(" ".repeat(MEBIBYTE))) return void response.once("drain", write);
    }
    response.end();
  };
  response.on("error", () => {});
  write();
}

/** The whole of what somebody is asked, and what the true one answers. */
async function passed(url: string, given: AsyncIterable<Buffer> & { method?: string | undefined }) {
  const chunks: Buffer[] = [];
  for await (const chunk of given) chunks.push(chunk);
  const isPost = given.method === "POST";
  const headers = { "content-type": "application/json" };
  const init = isPost ? { method: "POST", headers, body: Buffer.concat(chunks) } : {};
  const answer = await fetch(url, init);
  return { answer, asked: Buffer.concat(chunks).toString() };
}

describe("a store whose package", () => {
  const sent = { bytes: 0 };
  const whole = () => adas.bytes;
  const LIES: Readonly<Record<string, readonly [string, (response: ServerResponse) => void]>> = {
    "has another byte": [
      "AlteredState",
      (response) => response.end(whole().with(-1, whole().at(-1)! ^ 1)),
    ],
    "is cut short": ["AlteredState", (response) => response.end(whole().subarray(0, 1_000))],
    "is somebody else's": ["AlteredState", (response) => response.end(bens.bytes)],
    "is no package": ["AlteredState", (response) => response.end("<html>sorry</html>")],
    "never ends": ["TooLarge", (response) => endless(response, sent)],
    "says that it is larger than one may be": [
      "TooLarge",
      (response) => void response.writeHead(200, { "content-length": 2 ** 40 }).write(" "),
    ],
    "is gone": ["PackageMissing", (response) => response.writeHead(404).end()],
  };

  /** The exchange with one package that is not what it was. */
  async function lying(say: (response: ServerResponse) => void): Promise<Ground> {
    const name = adas.entry.ciphertextHash.slice(2);
    const url = await listen(async (given, response) => {
      if (given.url === `/packages/${name}`) return say(response);
      const { answer } = await passed(`${stand.server.url}${given.url}`, given);
      const own = ["content-encoding", "content-length", "transfer-encoding", "connection"];
      response.writeHead(
        answer.status,
        [...answer.headers].filter(([header]) => !own.includes(header)),
      );
      response.end(Buffer.from(await answer.arrayBuffer()));
    });
    return { ...stand, api: connect({ url, retries: 0 }) };
  }

  test.each(Object.keys(LIES))("%s loses that one by name, and no other", async (what) => {
    const [code, say] = LIES[what]!;
    const ground = await lying(say);
    const store = memoryStore();
    const { opened, omissions } = await fetchAll(ground, cut, asked, store);
    expect([opened, omissions]).toEqual([[bens.hash], [[adas.hash, code]]]);
    // Nothing of the lie is kept: as soon as the store is honest, the same fetch goes on.
    expect(await store.package(adas.entry.ciphertextHash)).toBeUndefined();
    const after = await fetchAll(stand, cut, asked, store);
    expect([after.opened, after.omissions]).toEqual([[adas.hash, bens.hash], []]);
  });

  test("never ends is read no further than a package may be long", () => {
    expect(sent.bytes).toBeGreaterThan(0);
    expect(sent.bytes).toBeLessThan(MOST);
  });

  test("was altered in the sponsor's own folder is fetched again", async () => {
    const store = memoryStore();
    await store.keepPackage(adas.entry.ciphertextHash, Uint8Array.of(1, 2, 3));
    const { opened } = await fetchAll(stand, cut, asked, store);
    expect(opened).toEqual([adas.hash, bens.hash]);
  });
});

describe("a custodian that", () => {
  const sent = { bytes: 0 };
  const json = (response: ServerResponse, value: unknown) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(value));
  };
  const changed =
    (change: (answer: Record<string, unknown>) => unknown) =>
    (response: ServerResponse, told: { data: { release: Record<string, unknown>[] } }) =>
      json(response, { data: { release: told.data.release.map(change) } });
  type Lie = (
    response: ServerResponse,
    told: { data: { release: Record<string, unknown>[] } },
  ) => void;
  const LIES: Readonly<Record<string, Lie>> = {
    "answers with a page": (response) => response.end("<html>sorry</html>"),
    "answers with an error": (response) => json(response, { errors: [{ message: "no" }] }),
    "answers in another form": (response) => json(response, { data: { release: [{ share: 1 }] } }),
    "answers with nothing": (response) => json(response, { data: { release: null } }),
    "leaves answers out": (response) => json(response, { data: { release: [] } }),
    "answers without end": (response) => endless(response, sent),
    "hangs up": (response) => response.destroy(),
    "changes what its receipt is about": changed((one) => ({
      ...one,
      receipt: { ...(one.receipt as object), requestId: "7" },
    })),
    "gives a share that is none": changed((one) => ({ ...one, body: "0x00" })),
    "gives one answer for another": (response, told) =>
      json(response, { data: { release: told.data.release.toReversed() } }),
  };

  test.each(Object.keys(LIES))("%s is named, and the other two suffice", async (what) => {
    const lie = LIES[what]!;
    const [first, ...others] = stand.parties;
    const url = await listen(async (given, response) => {
      const { answer, asked: text } = await passed(`${first!.url}${given.url}`, given);
      const told = (await answer.json()) as Parameters<Lie>[1];
      if (text.includes("mutation Release")) return lie(response, told);
      json(response, told);
    });
    const liar = await reachCustodian({ url, retries: 0 });
    expect(liar.address.toLowerCase()).toBe(first!.address.toLowerCase());
    const ground = { ...stand, parties: [{ url }, ...others] };
    const fetched = await fetchAll(ground, cut, asked);
    expect(fetched.opened).toEqual([adas.hash, bens.hash]);
    expect(fetched.omissions).toEqual([]);
    const named = fetched.faults.map(({ custodian }) => custodian.toLowerCase());
    expect(named).toContain(liar.address.toLowerCase());
  });

  test("answers without end fills nothing: it is cut off", () => {
    expect(sent.bytes).toBeGreaterThan(0);
    expect(sent.bytes).toBeLessThan(MOST);
  });
});
