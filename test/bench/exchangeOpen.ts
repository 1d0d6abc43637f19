// From a request to opened data: what a custodian answers, what the sponsor takes to collect, open and verify it, and what
// cut, request and batches cost on the chain.
import { Decrypter } from "age-encryption";
import { getBytes, hexlify } from "ethers";
import { entryTree } from "../../circuits/statement/exchange/entryTree.ts";
import { hpke, sharesOf } from "../../circuits/statement/exchange/package.ts";
import { RELEASE_AT_ONCE } from "../../client/exchange/custodian.ts";
import { fetchCut } from "../../client/exchange/fetch.ts";
import { bytes32 } from "../support/world.ts";
import { COLLECTION, type OpeningWorld, openWorld } from "./exchangeWorld.ts";
import { cost, ms, type Result } from "./measure.ts";

const TARGETS = {
  answerSeconds: 10,
  openSeconds: 30,
  entry: 200,
  participant: 4_500,
  request: 60_000,
};

export async function measureOpening(say: (progress: string) => void): Promise<Result[]> {
  const world = await openWorld(say);
  try {
    const count = world.visits.length;
    say(`a custodian answers ${count} packages`);
    const answered = await answerAll(world);
    say(`the sponsor collects, opens and verifies ${count} packages`);
    const opened = await openAll(world);
    say("gas");
    return [...answered, ...opened, ...(await gasOf(world))];
  } finally {
    await world.close();
  }
}

const seconds = (wallMs: number) => `${(wallMs / 1000).toFixed(1)} s`;

/** One custodian, asked as `fetchCut` asks it. */
async function answerAll(world: OpeningWorld): Promise<Result[]> {
  const { clients, visits, request } = world;
  const [client] = clients;
  const tree = entryTree(visits.map(({ hash }) => hash));
  const asked = await Promise.all(
    visits.map(async ({ hash, bytes }, i) => {
      const stanza = (await sharesOf(bytes)).find(({ address }) => address === client!.address)!;
      return { entry: hash, path: tree.pathOf(i), stanza };
    }),
  );
  const bare = await cost(() =>
    bareHpke(
      world,
      asked.map(({ stanza }) => stanza),
    ),
  );
  const { registry, requestId } = request;
  let released = 0;
  const answering = await cost(async () => {
    for (let at = 0; at < asked.length; at += RELEASE_AT_ONCE) {
      const packages = asked.slice(at, at + RELEASE_AT_ONCE);
      const answers = await client!.release({ registry, requestId, packages });
      released += answers.filter((answer) => "body" in answer).length;
    }
  });
  if (released !== visits.length) throw new Error(`only ${released} were released`);
  return [
    {
      what: `a custodian answers ${visits.length} packages, the chain's part included`,
      baseline: `an HPKE open and seal each, ${seconds(bare.wallMs)}`,
      measured: `${seconds(answering.wallMs)}, ${(answering.wallMs / bare.wallMs).toFixed(1)}x`,
      target: `${TARGETS.answerSeconds} s`,
      reached: answering.wallMs <= TARGETS.answerSeconds * 1000,
    },
  ];
}

type Stanza = { readonly enc: Uint8Array; readonly body: Uint8Array };

/** No more than the cryptography of a release: each share opened (or tried: it is bound to a context), and one sealed. */
async function bareHpke({ custodians, visits }: OpeningWorld, stanzas: readonly Stanza[]) {
  const [custodian] = custodians;
  const { publicKey } = await hpke.kem.generateKeyPair();
  const share = new Uint8Array(17);
  await Promise.all(
    stanzas.map(async ({ enc, body }, i) => {
      const { trialId, pseudonym } = visits[i]!.deposited.entry;
      const recipientKey = await custodian!.keys.open({ trialId, pseudonym });
      const opener = await hpke.createRecipientContext({ recipientKey: recipientKey!, enc });
      await opener.open(body).catch(() => {});
      await (await hpke.createSenderContext({ recipientPublicKey: publicKey })).seal(share);
    }),
  );
}

async function openAll(world: OpeningWorld): Promise<Result[]> {
  const { clients, threshold, request, visits, place, check } = world;
  const stored = new Map(
    visits.map(({ deposited, bytes }) => [deposited.entry.ciphertextHash, bytes]),
  );
  const aged = await cost(async () => {
    for (const { bytes, identity } of visits) {
      const decrypter = new Decrypter();
      decrypter.addIdentity(identity);
      await decrypter.decrypt(bytes);
    }
  });
  const begun = performance.now();
  const fetched = await fetchCut({
    exchange: { package: async (hash) => stored.get(hash) },
    ...{ custodians: clients, threshold, request, place },
    cut: visits.map(({ hash }) => hash),
    entries: visits.map(({ deposited }) => deposited),
    verifying: { check, disclosure: undefined as never, collections: [COLLECTION] },
  });
  const collectedMs = performance.now() - begun;
  const checks = new Map<string, number>();
  for await (const one of fetched.opened()) {
    for (const name of one.checks) checks.set(name, (checks.get(name) ?? 0) + 1);
  }
  const openedMs = performance.now() - begun - collectedMs;
  for (const name of ["ciphertext", "authority", "form"]) {
    if (checks.get(name) !== visits.length) throw new Error(`not all packages passed: ${name}`);
  }
  const both = collectedMs + openedMs;
  const size = Math.round(visits[0]!.bytes.length / 1024);
  return [
    {
      what: `the sponsor opens and verifies ${visits.length} packages of ${size} kB, two custodians' answers included`,
      baseline: `age alone, to one recipient, ${seconds(aged.wallMs)}`,
      measured: `${seconds(both)}, ${(both / aged.wallMs).toFixed(1)}x`,
      target: `${TARGETS.openSeconds} s`,
      reached: both <= TARGETS.openSeconds * 1000,
    },
    {
      what: "of it opening and verifying, once the shares are there",
      baseline: `age alone, ${seconds(aged.wallMs)}`,
      measured: `${seconds(openedMs)}, ${(openedMs / aged.wallMs).toFixed(1)}x`,
      target: "",
      reached: undefined,
    },
  ];
}

type Sent = { wait(): Promise<{ gasUsed: bigint } | null> };
const gasUsed = async (sending: Promise<unknown>): Promise<number> =>
  Number((await ((await sending) as Sent).wait())!.gasUsed);
const k = (gas: number) => `${(gas / 1000).toFixed(1)} k`;

async function gasOf({ stage, people }: OpeningWorld): Promise<Result[]> {
  const { cuts } = stage.world.as("sponsor");
  const { deposits } = stage.world.as("operator");
  const pseudonyms = people.map(({ pseudonym }) => pseudonym).sort((a, b) => (a < b ? -1 : 1));
  const root = bytes32("packages");
  const seal = (some: readonly bigint[]) =>
    cuts.seal(stage.trialId, 2, some, root, some.length) as Promise<unknown>;
  const began = performance.now();
  const all = await gasUsed(seal(pseudonyms));
  const sealedMs = performance.now() - began;
  const one = await gasUsed(seal(pseudonyms.slice(0, 1)));
  const cutId = ((await cuts.cuts()) as bigint) - 1n;
  const until = (await stage.world.now()) + 3_600;
  const { publicKey } = await hpke.kem.generateKeyPair();
  const key = hexlify(getBytes(new Uint8Array(await hpke.kem.serializePublicKey(publicKey))));
  const requested = await gasUsed(cuts.request(cutId, bytes32("why"), key, until));
  const single = await gasUsed(deposits.anchor(bytes32("a batch of one"), 1));
  const full = await gasUsed(deposits.anchor(bytes32("a batch"), 1_000));
  return [
    {
      what: `a cut of ${people.length}, gas a participant, all included; ${ms(sealedMs)}`,
      baseline: `a cut of one, ${k(one)}`,
      measured: `${Math.round(all / people.length)} (${k(all)} in all)`,
      target: `at most ${k(TARGETS.participant)}`,
      reached: all / people.length <= TARGETS.participant,
    },
    {
      what: "a request, gas",
      baseline: "",
      measured: k(requested),
      target: `at most ${k(TARGETS.request)}`,
      reached: requested <= TARGETS.request,
    },
    {
      what: "an entry, gas, in a batch of 1,000",
      baseline: `a batch of one, ${k(single)}`,
      measured: `${Math.round(full / 1_000)}, and under ${TARGETS.entry} from ${Math.ceil(full / TARGETS.entry)} entries on`,
      target: `at most ${TARGETS.entry}`,
      reached: full / 1_000 <= TARGETS.entry,
    },
  ];
}
