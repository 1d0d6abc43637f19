import { id } from "ethers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { publishedTerminology } from "../../circuits/statement/dictionary/terminology.ts";
import { encodeCode } from "../../circuits/statement/encoding/code.ts";
import {
  type CompiledFact,
  compileFact,
  type Fact,
} from "../../circuits/statement/exchange/collectionFacts.ts";
import type { Disclosure, ShownFact } from "../../circuits/statement/exchange/payload.ts";
import { releaseProver } from "../../circuits/witness/prove.ts";
import { chooseFacts } from "../../client/exchange/choose.ts";
import {
  type DisclosureGround,
  type DisclosureTerms,
  proveDisclosure,
  verifyDisclosure,
} from "../../client/exchange/disclosure.ts";
import {
  disclosureMessage,
  disclosureProgram,
  partsOf,
  shownWords,
} from "../../client/exchange/shown.ts";
import { findSelf } from "../../client/patient/self.ts";
import { TODAY } from "../patient/support.ts";
import { artifacts, deskOf, enrolledWorld, type World, walletWith } from "../site/world.ts";

const FACTS: Fact[] = [
  { show: "latest", observation: { concept: "hba1c" } },
  { show: "present", condition: { snomed: "44054006" } },
  { show: "absent", procedure: { concept: "dialysis" } },
  { show: "latest", person: "sex" },
  { show: "latest", person: "birthYear" },
];

function compiled(facts: readonly Fact[] = FACTS): CompiledFact[] {
  return facts.map((fact, i) => {
    const problems: Parameters<typeof compileFact>[1]["problems"] = [];
    const found = compileFact(fact, { path: `facts[${i}]`, problems });
    if (found === undefined) throw new Error(JSON.stringify(problems));
    return found;
  });
}

describe("what a record collection shows", () => {
  it("is each fact's value and day, and of a person no more than asked", async () => {
    const { wallet, registry } = await walletWith(1, [{}]);
    const choice = chooseFacts({ wallet, facts: compiled(), registry, asOfDay: TODAY });
    const facts = choice.parts.flatMap((part) => part.facts);
    const hba1c = String(publishedTerminology.conceptByName("hba1c")!.number);
    const code = encodeCode("observation", "concept", hba1c).toString();
    expect(facts).toContainEqual(
      expect.objectContaining({ kind: "latest", code, day: TODAY - 30 }),
    );
    expect(facts).toContainEqual(expect.objectContaining({ kind: "none", withinDays: null }));
    // Both of these facts carry the birth date as their day.
    const birth = encodeCode("demographic", "loinc", "21112-8").toString();
    expect(facts).toContainEqual({
      ...{ kind: "any", code: birth, day: "untold", value: "19700101", valueTo: "19701231" },
    });
    const sex = encodeCode("demographic", "loinc", "46098-0").toString();
    expect(facts).toContainEqual({ kind: "any", code: sex, day: "untold", value: "1" });
    expect(JSON.stringify(facts)).not.toContain("19700517");
    expect(choice.words.join("\n")).toMatch(/born in 1970/);
    expect(choice.words.join("\n")).toMatch(/and nothing newer/);
    expect(choice.left).toEqual([]);
  });

  it("names what it leaves out, and why", async () => {
    const { wallet, registry } = await walletWith(1, [{}]);
    const asked: Fact[] = [
      { show: "absent", observation: { concept: "hba1c" } },
      { show: "latest", observation: { concept: "creatinine" } },
    ];
    const facts = compiled(asked);
    const choice = chooseFacts({ wallet, facts, registry, asOfDay: TODAY });
    expect(choice.parts).toEqual([]);
    expect(choice.left.map(({ why }) => why)).toEqual([
      "it is on your record",
      "not on your record",
    ]);
    const none = chooseFacts({ wallet: { records: [] }, facts, registry, asOfDay: TODAY });
    expect(none.left[0]!.why).toBe("no record of yours is anchored");
  });

  it("says nothing of absence or newness on an old record", async () => {
    const { wallet, registry } = await walletWith(1, [{}]);
    const asOfDay = TODAY + 200;
    const choice = chooseFacts({ wallet, facts: compiled(), registry, asOfDay });
    const kinds = choice.parts.flatMap((part) => part.facts.map(({ kind }) => kind));
    expect(new Set(kinds)).toEqual(new Set(["any"]));
    expect(choice.left[0]!.why).toMatch(/not complete enough/);
  });

  it("comes in parts of at most 32 facts, and at most 4 of them", () => {
    const fact = (n: number): ShownFact => ({
      ...{ kind: "any", code: String(n + 1), day: 1, value: "2" },
    });
    const many = Array.from({ length: 70 }, (_, n) => fact(n));
    expect(partsOf(many).map(({ length }) => length)).toEqual([32, 32, 6]);
  });

  it("has words for each kind of day", () => {
    const code = encodeCode("conditionLast", "snomed", "44054006").toString();
    expect(shownWords({ kind: "any", code, day: "ongoing", value: "2" })).toMatch(/still going on/);
    expect(shownWords({ kind: "any", code, day: TODAY, value: "2" })).toMatch(/2026-11-21/);
  });
});

describe("a disclosure's program", () => {
  const message = disclosureMessage({
    pseudonym: 7n,
    context: id("context"),
    recipient: `0x${"33".repeat(20)}`,
  });
  const of = { asOfDay: TODAY, message, dictionaryVersion: 2 };
  const code = encodeCode("observation", "loinc", "4548-4").toString();

  it("refuses a day that has no end in the circuit: it would say more than is proven", () => {
    for (const day of [TODAY, TODAY + 1]) {
      const facts: ShownFact[] = [{ kind: "any", code, day, value: "5" }];
      expect(() => disclosureProgram({ ...of, facts })).toThrow(/MalformedPackage/);
    }
  });

  it("refuses facts that no leaf can say", () => {
    const wrong: ShownFact[][] = [
      [{ kind: "any", code: "0", day: 1, value: "5" }],
      [{ kind: "any", code, day: 1, value: String(1n << 38n) }],
      [{ kind: "none", codeLo: "9", codeHi: "8", withinDays: null }],
      [{ kind: "none", codeLo: code, codeHi: String(BigInt(code) + 5n), withinDays: 30 }],
      [
        { kind: "any", code, day: 1, value: "5" },
        { kind: "any", code, day: 1, value: "5" },
      ],
    ];
    for (const facts of wrong) {
      expect(() => disclosureProgram({ ...of, facts })).toThrow(/MalformedPackage/);
    }
  });
});

describe("a proven disclosure", () => {
  let world: World;
  let ground: DisclosureGround;
  let terms: DisclosureTerms;
  let shown: Awaited<ReturnType<typeof proveDisclosure>>;

  beforeAll(async () => {
    world = await enrolledWorld();
    const { wallet, reviewed, state, registry, pseudonym, asOfDay } = world;
    const { keys } = await deskOf(world);
    ground = { state, registry, keys };
    terms = {
      ...{ pseudonym, asOfDay, scope: reviewed.scope },
      context: id("context"),
      recipient: reviewed.trial.sponsor,
      dictionaryVersion: reviewed.document.dictionaryVersion,
    };
    const self = await findSelf({ wallet, place: reviewed, state });
    const { parts } = chooseFacts({ wallet, facts: compiled(), registry, asOfDay });
    shown = await proveDisclosure({ ...terms, wallet, self, parts, registry, artifacts });
  }, 120_000);
  afterAll(releaseProver);

  type Change = {
    content?: { facts: ShownFact[] };
    proofs?: Partial<Disclosure>;
    terms?: Partial<DisclosureTerms>;
    ground?: Partial<DisclosureGround>;
  };
  const verify = (change: Change = {}) =>
    verifyDisclosure(
      { content: change.content ?? shown.content, proofs: { ...shown.proofs, ...change.proofs } },
      { ...terms, ...change.terms },
      { ...ground, ...change.ground },
    );
  const codeOf = async (change: Change): Promise<string> => {
    try {
      await verify(change);
      return "accepted";
    } catch (error) {
      return (error as { code: string }).code;
    }
  };

  it("holds for the recipient, also as JSON", async () => {
    const carried = JSON.parse(JSON.stringify(shown)) as typeof shown;
    const verified = await verify(carried);
    expect(verified.issuerTags).toHaveLength(shown.content.facts.length);
    expect(new Set(verified.issuerTags).size).toBe(1);
    expect(verified.isRootVoid).toBe(false);
  });

  it("holds for no other value, day, kind or code of any fact", async () => {
    const { facts } = shown.content;
    for (const [i, fact] of facts.entries()) {
      const changes: Partial<Record<string, unknown>>[] =
        fact.kind === "none"
          ? [{ codeHi: String(BigInt(fact.codeHi) + 1n) }, { withinDays: 400 }]
          : [{ value: String(BigInt(fact.value) + 1n) }, { day: 40_000 }, { code: "77" }];
      for (const change of changes) {
        const changed = facts.map((one, at) => (at === i ? { ...one, ...change } : one));
        const code = await codeOf({ content: { facts: changed as unknown as ShownFact[] } });
        expect(["InvalidProof", "MalformedPackage"]).toContain(code);
      }
    }
  });

  it("cannot lose, gain or swap a fact", async () => {
    const { facts } = shown.content;
    expect(await codeOf({ content: { facts: facts.slice(1) } })).toBe("MalformedPackage");
    expect(await codeOf({ content: { facts: [...facts, facts[0]!] } })).toBe("MalformedPackage");
    expect(await codeOf({ content: { facts: facts.toReversed() } })).toBe("InvalidProof");
  });

  it("is of no use under another pseudonym, entry, recipient, trial or day", async () => {
    expect(await codeOf({ terms: { pseudonym: 5n } })).toBe("InvalidProof");
    expect(await codeOf({ terms: { context: id("other") } })).toBe("InvalidProof");
    expect(await codeOf({ terms: { recipient: `0x${"99".repeat(20)}` } })).toBe("InvalidProof");
    expect(await codeOf({ terms: { scope: 5n } })).toBe("InvalidProof");
    expect(await codeOf({ terms: { asOfDay: terms.asOfDay + 1 } })).toBe("InvalidProof");
  });

  it("needs the screening of the very participant", async () => {
    const [screening] = world.state.screenings;
    const state = (screenings: typeof world.state.screenings) => ({
      ground: { state: { screenings } },
    });
    expect(await codeOf(state([]))).toBe("NotScreened");
    const other = { ...screening!, commitment: 5n as never };
    expect(await codeOf(state([other]))).toBe("CommitmentMismatch");
  });

  it("needs a membership proof of its own commitment", async () => {
    const { membership } = shown.proofs;
    expect(await codeOf({ proofs: { participantCommitment: "5" } })).toBe("InvalidProof");
    const points = membership.points.with(0, "1");
    expect(await codeOf({ proofs: { membership: { ...membership, points } } })).toBe(
      "InvalidProof",
    );
  });

  it("needs proofs that hold", async () => {
    const [part] = shown.proofs.parts;
    const proof = { ...(part!.proof as object), pi_a: ["1", "2", "1"] };
    expect(await codeOf({ proofs: { parts: [{ ...part!, proof }] } })).toBe("InvalidProof");
    const signals = part!.signals.with(0, "5");
    const code = await codeOf({ proofs: { parts: [{ ...part!, signals }] } });
    expect(code).toBe("NotScreened");
  });

  it("needs a root that the registry had then; one voided since is told", async () => {
    const [root] = world.registry.roots;
    expect(await codeOf({ ground: { registry: { roots: [] } } })).toBe("UnknownRoot");
    const old = { ...root!, supersededAt: root!.createdAt + 1 };
    const early = { ...old, createdAt: 0, supersededAt: 1 };
    expect(await codeOf({ ground: { registry: { roots: [early] } } })).toBe("UnknownRoot");
    const voided = { ...root!, voided: true };
    expect((await verify({ ground: { registry: { roots: [voided] } } })).isRootVoid).toBe(true);
  });
});
