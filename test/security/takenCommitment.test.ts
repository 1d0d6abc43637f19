// Row 7: whoever sees a participant commitment on its way can screen it as their own. The victim's wallet goes on with the
// next one by itself, and may send through another server than the one it downloads from.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { toCalldata } from "../../circuits/statement/proof/proof.ts";
import { screeningMessage, trialIdOf } from "../../circuits/statement/trial/trial.ts";
import { releaseProver } from "../../circuits/witness/prove.ts";
import { localArtifacts } from "../../client/artifacts/artifacts.node.ts";
import { checkTrial } from "../../client/patient/check.ts";
import { deriveParticipantIdentity, screeningNullifier } from "../../client/patient/derive.ts";
import { proveParts, submitScreening } from "../../client/patient/screen.ts";
import { openWallet } from "../../client/patient/store.node.ts";
import { chainDay, downloadTrial, reviewTrial } from "../../client/trial/review.ts";
import { PASSPHRASE, PROTOCOL } from "../cli/story.ts";
import { type Chart, type DeskStage, openDeskStage } from "../support/deskStage.ts";

vi.setConfig({ testTimeout: 300_000 });
const trialId = trialIdOf(PROTOCOL);
let stage: DeskStage;
let proxy: Server | undefined;

beforeAll(async () => {
  stage = await openDeskStage();
  await newPatient("ann", "ann", "clinic-1");
  await newPatient("ben", "ben", "clinic-1");
  await newPatient("eve", "eve", "clinic-1");
  // Charts of the same kind, of other people at the other clinic.
  await newPatient("zoe", "ann", "stranger");
}, 600_000);

afterEach(() => {
  proxy?.closeAllConnections();
  proxy?.close();
  proxy = undefined;
});

afterAll(async () => {
  await stage?.stop();
  await releaseProver();
});

async function newPatient(name: string, chart: Chart, clinic: "clinic-1" | "stranger") {
  const identity = await stage.init(name);
  const record = await stage.attest({ chart, identity, clinic, document: `P ${name}` });
  await stage.ok("clinic", "anchor", record, "--as", clinic);
  await stage.ok("patient", "import", record, ...stage.walletOf(name));
}

const walletOf = (name: string) =>
  openWallet({ path: stage.file(`${name}.age`), passphrase: PASSPHRASE });

async function commitmentOf(name: string, retry: number): Promise<bigint> {
  const { seed } = await walletOf(name);
  return (await deriveParticipantIdentity({ seed, trialId, retry })).commitment;
}

/** A screening by the attacker's own records, of somebody else's commitment. Returns how to send it. */
async function prepareAttack(attacker: string, participantCommitment: bigint) {
  const { api } = stage;
  const wallet = await walletOf(attacker);
  const downloads = await downloadTrial(api, PROTOCOL);
  const reviewed = await reviewTrial({ downloads });
  const asOfDay = chainDay(downloads.deployment);
  const { registry } = downloads;
  const { plan } = checkTrial({ wallet, reviewed, registry, asOfDay });
  const { version } = reviewed.version;
  const proven = await proveParts({
    wallet,
    reviewed,
    programs: reviewed.compiled.programs,
    plan: plan!.map(({ record, path }) => ({ record, path: path! })),
    message: screeningMessage({ trialId, version, participantCommitment }),
    asOfDay,
    artifacts: localArtifacts(),
  });
  const { nullifier } = proven[0]!.signals;
  const parts = proven.map(({ proof, signals: { issuerTag, recordsRoot, asOf } }) => ({
    ...{ issuerTag, recordsRoot, asOf },
    points: toCalldata(proof),
  }));
  const input = { trialId, version, nullifier, participantCommitment, parts };
  return async () => void (await api.settle(await submitScreening(api, input)));
}

/** A server in between, which sees what is sent; `change` may answer with something else. */
async function openProxy(of: {
  onSubmission?: (commitment: bigint) => Promise<void>;
  change?: (text: string) => string;
}): Promise<string> {
  proxy = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", async () => {
      const body = Buffer.concat(chunks);
      const { query = "", variables } = JSON.parse(body.toString() || "{}");
      if (query.includes("submitScreening")) {
        await of.onSubmission?.(BigInt(variables.input.participantCommitment));
      }
      const { method = "GET", url } = request;
      const answer = await fetch(`${stage.url}${url}`, {
        method,
        headers: {
          "content-type": "application/json",
          accept: String(request.headers.accept ?? "*/*"),
        },
        ...(method === "POST" ? { body } : {}),
      });
      const text = await answer.text();
      const type = answer.headers.get("content-type") ?? "application/json";
      response.writeHead(answer.status, { "content-type": type });
      response.end(of.change?.(text) ?? text);
    });
  });
  await new Promise<void>((resolve) => proxy!.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
}

async function ownScreening(name: string) {
  const { scope } = await stage.api.trial(PROTOCOL);
  const nullifier = await screeningNullifier({ seed: (await walletOf(name)).seed, scope });
  const { screenings } = await stage.api.publicState(trialId);
  return screenings.find((screening) => screening.nullifier === nullifier);
}

describe("a commitment that somebody else has screened", () => {
  it("refuses to lock the victim out: the wallet is screened with the next one", async () => {
    const attack = await prepareAttack("eve", await commitmentOf("ann", 0));
    await attack();
    const screened = await stage.ok("patient", "screen", PROTOCOL, ...stage.walletOf("ann"));
    expect(screened.screened).toBe(PROTOCOL);
    expect(await ownScreening("ann")).toMatchObject({ commitment: await commitmentOf("ann", 1) });
    const { participations } = await walletOf("ann");
    expect(participations).toMatchObject([{ retry: 1 }]);
    // And consents as itself, not in the attacker's place.
    const consent = ["patient", "consent", PROTOCOL, "--site", "1", "--yes", "--now"];
    await stage.ok(...consent, ...stage.walletOf("ann"));
    const status = await stage.ok("patient", "status", PROTOCOL, ...stage.walletOf("ann"));
    expect(status.state).toBe("eligible");
  });

  it("refuses to lock the victim out also when it is taken on the way, by the relayer itself", async () => {
    const first = await commitmentOf("zoe", 0);
    // Made before, so that it is quick; a relayer would make it of what it sees.
    const attack = await prepareAttack("ben", first);
    let seen: bigint | undefined;
    let attacking: Promise<void> | undefined;
    const url = await openProxy({
      onSubmission: async (commitment) => {
        seen ??= commitment;
        attacking ??= attack();
        await attacking;
      },
    });
    const flags = [...stage.walletOf("zoe"), "--relayer", url];
    const screened = await stage.ok("patient", "screen", PROTOCOL, ...flags);
    expect(screened.screened).toBe(PROTOCOL);
    expect(seen).toBe(first);
    expect(await ownScreening("zoe")).toMatchObject({ commitment: await commitmentOf("zoe", 1) });
    const again = await stage.no("patient", "screen", PROTOCOL, ...flags);
    expect(again).toBe("AlreadyScreened");
  });

  it("is sent through no server of another exchange", async () => {
    const url = await openProxy({
      change: (text) => text.replace(/"chainId":"\d+"/, '"chainId":"1"'),
    });
    const flags = [...stage.walletOf("zoe"), "--relayer", url];
    expect(await stage.no("patient", "screen", PROTOCOL, ...flags)).toBe("OtherExchange");
    const wrong = await stage.run(
      "patient",
      "screen",
      PROTOCOL,
      ...stage.walletOf("zoe"),
      "--relayer",
      "nonsense",
    );
    expect(wrong.code).toBe(2);
  });
});
