// What else the exchange does for those who act: packages by HTTP, texts, the delegation log, cuts and requests.
import { randomBytes } from "node:crypto";
import { keccak256, toUtf8Bytes } from "ethers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  SPONSOR_SITE,
  STAFF_TYPES,
  staffDomain,
} from "../../circuits/statement/exchange/delegation.ts";
import { PERMISSIONS } from "../../circuits/statement/trial/trial.ts";
import { MAX_PACKAGE_BYTES } from "../../server/exchange/packages/form.ts";
import { arriveNew, type Person } from "../contracts/story.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { asInput, STAGE_KEYS, submit } from "../support/stage.ts";
import { bytes32, DAY } from "../support/world.ts";
import {
  type ExchangeStage,
  packageFor,
  publish,
  putAt,
  sha256,
  startExchangeStage,
  TASKS,
} from "./exchangeStage.ts";
import { forwardOf } from "./forward.ts";

let stage: ExchangeStage;
let server: TestServer;

beforeAll(async () => {
  stage = await startExchangeStage();
  server = await startTestServer(
    stage.chain,
    { UPLOADS_MB_PER_ADDRESS: "17" },
    { keys: STAGE_KEYS },
  );
  await publish(server, stage);
}, 180_000);
afterAll(async () => {
  await server?.end();
  await stage?.stop();
});

describe("PUT of a package", () => {
  test("takes it under its own hash, as often as it is sent", async () => {
    const bytes = await packageFor(stage.custodians);
    expect((await putAt(server.url, bytes)).status).toBe(204);
    expect((await putAt(server.url, bytes)).status).toBe(204);
    // Nobody has deposited it: it is shown to nobody.
    const at = `${server.url}/packages/${sha256(bytes).slice(2)}`;
    expect((await fetch(at)).status).toBe(404);
  });

  test("refuses another hash, what is no package, no hash, and too much", async () => {
    const bytes = await packageFor(stage.custodians);
    const malformed = { status: 400, code: "MalformedInput" };
    expect(await putAt(server.url, bytes, "00".repeat(32))).toEqual(malformed);
    expect(await putAt(server.url, randomBytes(5_000))).toEqual(malformed);
    expect(await putAt(server.url, Buffer.alloc(0))).toEqual(malformed);
    expect(await putAt(server.url, bytes.subarray(0, -1))).toEqual(malformed);
    for (const name of ["..%2f..%2fsecret", "AB".repeat(32), `${"ab".repeat(32)}/1`]) {
      expect((await putAt(server.url, bytes, name)).status).toBe(404);
    }
    const large = Buffer.alloc(MAX_PACKAGE_BYTES + 1);
    const refused = await putAt(server.url, large).catch(() => ({ status: 413 }));
    expect(refused.status).toBe(413);
  });

  test("takes so much of one address in an hour", async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 6; i++) {
      statuses.push((await putAt(server.url, await packageFor(stage.custodians, 10))).status);
    }
    expect(statuses).toContain(429);
    expect(statuses.slice(0, 4)).toEqual([204, 204, 204, 204]);
  });
});

describe("a text", () => {
  const TEXT = `mutation ($content: String!) {
    uploadText(content: $content) { __typename ... on Text { hash } ... on Refusal { code } }
  }`;
  const upload = async (content: string, token?: string) => {
    const { data, errors } = await server.ask(TEXT, { content }, token);
    return data?.uploadText ?? errors[0]?.extensions;
  };

  test("of a sponsor, a board or a clinician is public under its hash", async () => {
    const { sponsor, board, clinician } = stage.actors;
    for (const who of [sponsor, board, clinician]) {
      const content = `Safety analysis, said by ${who.address}.\nSecond line: ä.`;
      const token = await server.signIn(who);
      const told = await upload(content, token);
      expect(told).toEqual({ __typename: "Text", hash: keccak256(toUtf8Bytes(content)) });
      expect(await upload(content, token)).toEqual(told);
      const response = await fetch(`${server.url}/exchange/texts/${told.hash}`);
      expect(await response.text()).toBe(content);
      expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    }
    expect((await fetch(`${server.url}/exchange/texts/${bytes32("none")}`)).status).toBe(404);
  });

  test("is taken from nobody else, and only as text", async () => {
    const { anyone, clinic, sponsor } = stage.actors;
    expect(await upload("hello")).toMatchObject({ code: "NotSignedIn" });
    for (const who of [anyone, clinic]) {
      expect(await upload("hello", await server.signIn(who))).toMatchObject({
        code: "NotAccredited",
      });
    }
    const token = await server.signIn(sponsor);
    expect(await upload("a\u0000b", token)).toMatchObject({ code: "MalformedInput" });
    expect(await upload("ä".repeat(5_001), token)).toMatchObject({ code: "TooLarge" });
  });
});

describe("staff of the sponsor", () => {
  let ann: Person;

  beforeAll(async () => {
    ann = await arriveNew(stage.story, "Ann");
  });

  async function delegation(tasks: number) {
    const { world, trialId } = stage.story;
    const now = await world.now();
    const said = {
      ...{ trialId, siteId: SPONSOR_SITE, key: stage.actors.staff.address, tasks },
      ...{ person: bytes32("Mark, data manager"), from: now, until: now + 30 * DAY },
      ...{ salt: bytes32(`salt of ${tasks}`), deadline: BigInt(now + 3_600) },
    };
    const { StaffRegistry } = world.deployment.addresses;
    const domain = staffDomain(world.deployment.chainId, StaffRegistry);
    const { sponsor } = stage.actors;
    const signature = await sponsor.signTypedData(domain, STAFF_TYPES.Delegation, said);
    return { ...said, signature };
  }

  const seal = async (token: string) => {
    const { trialId } = stage.story;
    const args = [trialId, PERMISSIONS.shareRecord, [ann.pseudonym], bytes32("root"), 1];
    const call = { contract: "CutRegistry", name: "seal", args } as const;
    const forward = { who: stage.actors.staff, call: { ...call, args: [...args] } };
    return submit(server, "relay", await forwardOf(stage, forward), token);
  };

  test("seal and request once they may, and it is all told", async () => {
    const { staff } = stage.actors;
    const token = await server.signIn(staff);
    expect((await seal(token)).code).toBe("NotStaff");
    const input = { delegation: await delegation(TASKS.request) };
    const query = `mutation ($input: StaffActInput!) {
      submitStaffAct(input: $input) { __typename ... on Submission { id } ... on Refusal { code } }
    }`;
    const { data } = await server.ask(query, { input: asInput(input) });
    expect((await server.settle(data.submitStaffAct.id)).state).toBe("FINAL");
    const replayed = await server.ask(query, { input: asInput(input) });
    expect(replayed.data.submitStaffAct.id).toBe(data.submitStaffAct.id);
    expect((await server.settle((await seal(token)).id)).state).toBe("FINAL");
    const until = (await stage.world.now()) + 3_600;
    const args = [0, bytes32("purpose"), bytes32("key"), until];
    const call = { contract: "CutRegistry", name: "request", args } as const;
    const forward = { who: staff, call: { ...call, args: [...args] } };
    const asked = await submit(server, "relay", await forwardOf(stage, forward), token);
    expect((await server.settle(asked.id)).state).toBe("FINAL");
    const manifest = bytes32("manifest");
    const anchor = async (by: Parameters<typeof forwardOf>[1]["who"]) => {
      const named = { contract: "CustodyLog", name: "anchorDataset", args: [0, 0, manifest] };
      const signed = await forwardOf(stage, { who: by, call: named as typeof forward.call });
      return submit(server, "relay", signed, await server.signIn(by));
    };
    expect((await anchor(stage.actors.clinic)).code).toBe("NotStaff");
    expect((await server.settle((await anchor(staff)).id)).state).toBe("FINAL");
    await arriveNew(stage.story, "Bob");
    const list = `query ($trialId: Bytes32!) {
      cuts(trialId: $trialId) { edges { node { cutId participants leftOut pseudonyms by } } }
      dataRequests(trialId: $trialId) { edges { node { requestId cutId staff purges { by }
        datasets { manifest by } } } }
      delegations(trialId: $trialId) { edges { node { siteId key tasks by endedAt } } }
      emergencyCases(trialId: $trialId) { edges { node { caseId } } }
      personTags(trialId: $trialId) { edges { node { tag } } }
      receiptRoots { edges { node { root } } }
    }`;
    const read = async () => (await server.ask(list, { trialId: stage.story.trialId })).data;
    const told = await read();
    const [key, sponsor] = [staff, stage.actors.sponsor].map((one) => one.address.toLowerCase());
    const node = { cutId: "0", participants: 1, leftOut: 0, pseudonyms: [`${ann.pseudonym}`] };
    expect(told.cuts.edges).toEqual([{ node: { ...node, by: key } }]);
    expect(told.dataRequests.edges).toEqual([
      {
        node: {
          requestId: "0",
          cutId: "0",
          staff: key,
          purges: [],
          datasets: [{ manifest, by: key }],
        },
      },
    ]);
    expect(told.delegations.edges).toEqual([
      { node: { siteId: 0, key, tasks: TASKS.request, by: sponsor, endedAt: null } },
    ]);
    await server.rebuild();
    expect(await read()).toEqual(told);
  });

  test("leave out whom they could have taken, and that shows", async () => {
    const { staff } = stage.actors;
    const sealed = await seal(await server.signIn(staff));
    expect((await server.settle(sealed.id)).state).toBe("FINAL");
    const list = `query ($trialId: Bytes32!) {
      cuts(trialId: $trialId) { edges { node { leftOut } } }
    }`;
    const { data } = await server.ask(list, { trialId: stage.story.trialId });
    expect(data.cuts.edges.at(-1).node.leftOut).toBe(1);
  });

  test("of somebody else may not", async () => {
    const token = await server.signIn(stage.actors.otherSponsor);
    const args = [0, bytes32("purpose"), bytes32("key"), (await stage.world.now()) + 3_600];
    const call = { contract: "CutRegistry", name: "request", args } as const;
    const forward = { who: stage.actors.otherSponsor, call: { ...call, args: [...args] } };
    const { code } = await submit(server, "relay", await forwardOf(stage, forward), token);
    expect(code).toBe("NotStaff");
  });
});
