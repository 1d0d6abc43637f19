// Completeness and authority of public entries: an operator neither withholds, reorders, nor invents one.
import { describe, expect, test } from "vitest";
import { hashEncoded } from "../../circuits/statement/encoding/keccak.ts";
import { STAFF_TYPES, staffDomain, TASKS } from "../../circuits/statement/exchange/delegation.ts";
import { depositMessage, hashEntry, SOURCES } from "../../circuits/statement/exchange/entry.ts";
import { rootOver } from "../../circuits/statement/exchange/entryTree.ts";
import { ROLES } from "../../circuits/statement/trial/trial.ts";
import type { Row } from "../../custodian/entries/row.ts";
import { CHAIN_ID } from "../contracts/story.ts";
import { simulate } from "../contracts/trapdoor.ts";
import { bytes32, TRAPDOORS } from "../support/world.ts";
import {
  anchor,
  asked,
  blockOf,
  type Deposited,
  deposit,
  openScene,
  outcomes,
  request,
  type Scene,
  seal,
} from "./stage.ts";

const both = ({ custodian, asking, packages }: Scene) => outcomes(custodian, asking, packages);
const incomplete = ["EntriesIncomplete", "EntriesIncomplete"];

/** What a custodian says of a package of Ada's, in a cut of its own. */
async function ask({ stage, custodian, ada }: Scene, of: Deposited): Promise<string> {
  const cut = await seal(stage, [ada], [of]);
  const { asking } = await request(stage, cut.cutId);
  const [answer] = await outcomes(custodian, asking, [await asked(custodian, of, cut.pathOf(0))]);
  return answer!;
}

describe("an exchange that", () => {
  test("keeps back the newest batch, with a correction in it", async () => {
    const scene = await openScene();
    const { stage, custodian, all, ada, adas, served } = scene;
    const before = { rows: [...served.rows], batches: [...served.batches] };
    await deposit(stage, all, ada, { sequence: 2, replaces: adas.hash, correction: 2 });
    await anchor(stage);
    custodian.exchange.log = before;
    expect(await both(scene)).toEqual(incomplete);
    custodian.exchange.log = undefined;
    expect(await both(scene)).toEqual(["Superseded", "Released"]);
  });

  test("drops, changes or reorders an entry of a batch", async () => {
    for (const change of [
      (rows: Row[]) => rows.slice(1),
      (rows: Row[]) => [...rows].reverse(),
      ([first, ...others]: Row[]) => {
        const entry = { ...first!.entry, day: 1 };
        return [{ ...first!, entry, hash: hashEntry(entry) }, ...others];
      },
    ]) {
      const scene = await openScene();
      const { custodian, served } = scene;
      custodian.exchange.log = { rows: change(served.rows), batches: served.batches };
      expect(await both(scene)).toEqual(incomplete);
    }
  });

  test("lists a batch that never comes, and anchors its entries in another one, hides none", async () => {
    const scene = await openScene();
    const { stage, custodian, all, ada, served } = scene;
    const late = await deposit(stage, all, ada, { sequence: 2 });
    const made = { root: rootOver([late.hash])!, first: served.rows.length - 1, count: 1 };
    custodian.exchange.log = { rows: [...served.rows], batches: [...served.batches, made] };
    expect(await both(scene)).toEqual(["Released", "Released"]);
    expect(await ask(scene, late)).toBe("EntryNotAnchored");
    custodian.exchange.log = undefined;
    await deposit(stage, all, ada, { sequence: 3 });
    await anchor(stage);
    expect(await ask(scene, late)).toBe("Released");
  });

  test("serves nothing, or another trial's entries", async () => {
    const scene = await openScene();
    const { custodian, served } = scene;
    custodian.exchange.log = { rows: [], batches: [] };
    expect(await both(scene)).toEqual(incomplete);
    const foreign = served.rows.map((row) => ({
      ...row,
      entry: { ...row.entry, trialId: bytes32("other") },
    }));
    custodian.exchange.log = { rows: foreign, batches: served.batches };
    expect(await both(scene)).toEqual(incomplete);
  });

  test("belongs to an operator that is accredited no more blocks nobody", async () => {
    const scene = await openScene();
    const { world } = scene;
    await world.as("operator").deposits.anchor(bytes32("a batch that nobody serves"), 3);
    expect(await both(scene)).toEqual(incomplete);
    const { accreditation } = world.as("governance");
    await accreditation.deaccredit(ROLES.operator, world.actors.operator.address);
    expect(await both(scene)).toEqual(["Released", "Released"]);
  });
});

describe("an entry that", () => {
  test("a site signed for another site's participant", async () => {
    const scene = await openScene();
    const { stage, all, ada } = scene;
    const foreign = await deposit(stage, all, ada, { sequence: 2, by: "otherSite", siteId: 2 });
    await anchor(stage);
    expect(await ask(scene, foreign)).toBe("EntryInvalid");
  });

  test("somebody signed who is not staff", async () => {
    const scene = await openScene();
    const { stage, all, ada } = scene;
    const forged = await deposit(stage, all, ada, { sequence: 2, by: "anyone" });
    await anchor(stage);
    expect(await ask(scene, forged)).toBe("EntryInvalid");
  });

  test("its operator invented: the signature is over another entry", async () => {
    const scene = await openScene();
    const { stage, all, ada, served } = scene;
    const made = await deposit(stage, all, ada, { sequence: 2 });
    const entry = { ...made.entry, day: 5 };
    const row = { ...made.row, entry, hash: hashEntry(entry) };
    served.rows[served.rows.length - 1] = row;
    await anchor(stage);
    expect(await ask(scene, { ...made, entry, hash: row.hash, row })).toBe("EntryInvalid");
  });

  test("hides another behind a correction that nobody made does not", async () => {
    const scene = await openScene();
    const { stage, all, ada, adas } = scene;
    const change = { sequence: 2, replaces: adas.hash, correction: 1 };
    await deposit(stage, all, ada, { ...change, by: "anyone" });
    await anchor(stage);
    expect(await both(scene)).toEqual(["Released", "Released"]);
  });

  test("has a number that is taken, or corrects what was corrected", async () => {
    const scene = await openScene();
    const { stage, all, ada, adas } = scene;
    const twice = await deposit(stage, all, ada, { day: 3 });
    await deposit(stage, all, ada, { sequence: 2, replaces: adas.hash, correction: 1 });
    const third = await deposit(stage, all, ada, {
      ...{ sequence: 3, replaces: adas.hash, correction: 1 },
    });
    await anchor(stage);
    expect(await ask(scene, twice)).toBe("EntryInvalid");
    expect(await ask(scene, third)).toBe("EntryInvalid");
  });

  test("a staff key made before its end, and not one after it", async () => {
    const scene = await openScene();
    const { stage, world, trialId, all, ada } = scene;
    const { StaffRegistry } = world.deployment.addresses;
    const now = await world.now();
    const key = world.actors.staff.address;
    const common = {
      trialId,
      siteId: 1,
      key,
      salt: bytes32("salt"),
      deadline: BigInt(now + 9_999),
    };
    const delegation = {
      ...{ ...common, tasks: TASKS.deposit, person: bytes32("nurse") },
      ...{ from: now - 10, until: now + 9_999 },
    };
    const domain = staffDomain(CHAIN_ID, StaffRegistry);
    const signer = world.actors.site;
    const given = await signer.signTypedData(domain, STAFF_TYPES.Delegation, delegation);
    await world.as("anyone").staff.delegate(delegation, given);
    const own = await deposit(stage, all, ada, { sequence: 2, by: "staff" });
    const correcting = await deposit(stage, all, ada, {
      ...{ sequence: 3, replaces: own.hash, correction: 1, by: "staff" as const },
    });
    await anchor(stage);
    // It may deposit and not correct.
    expect(await ask(scene, own)).toBe("Released");
    expect(await ask(scene, correcting)).toBe("EntryInvalid");
    const taken = await signer.signTypedData(domain, STAFF_TYPES.Revocation, common);
    await world.as("anyone").staff.revoke(common, taken);
    const block = await blockOf(world);
    const late = await deposit(stage, all, ada, { sequence: 4, by: "staff", block });
    await anchor(stage);
    expect(await ask(scene, late)).toBe("EntryInvalid");
  });

  test("is said to have been taken long before it was anchored is judged as of then", async () => {
    const scene = await openScene();
    const { stage, world, all, ada, story } = scene;
    const early = await blockOf(world);
    // Another signs for the site from the next version on.
    const sites = story.published[0]!.sites.map((site) =>
      site.siteId === 1 ? { ...site, signer: world.actors.staff.address } : site,
    );
    await story.publish({ ...story.published[0]!, sites });
    await story.approve(2);
    const soon = await deposit(stage, all, ada, { sequence: 2, block: early });
    await anchor(stage);
    expect(await ask(scene, soon)).toBe("Released");
    await world.travel(2 * 86_400);
    await world.mine();
    const backdated = await deposit(stage, all, ada, { sequence: 3, block: early });
    await anchor(stage);
    expect(await ask(scene, backdated)).toBe("EntryInvalid");
  });
});

test("a participant's own entry needs their proof, in a group of the trial", async () => {
  const scene = await openScene();
  const { stage, world, story, trialId, all, ada, served } = scene;
  const { screening, semaphore } = world.as("anyone");
  const groupRoot = (await semaphore.getMerkleTreeRoot(
    await screening.groupOf(trialId, 1),
  )) as bigint;
  const hashed = (value: bigint) => hashEncoded(["uint256"], [value]);
  const change = { collection: "diary", source: SOURCES.participant };
  async function own(sequence: number, of: { root?: bigint; pseudonym?: bigint } = {}) {
    const made = await deposit(stage, all, ada, { ...change, sequence });
    const root = of.root ?? groupRoot;
    const message = hashed(depositMessage(made.entry));
    const signals = [root, of.pseudonym ?? ada.pseudonym, message, hashed(story.scope)];
    const points = simulate(TRAPDOORS.semaphore, signals);
    const authority = { kind: "participant" as const, version: 1, groupRoot: root, points };
    const row = { ...made.row, authority };
    served.rows[served.rows.length - 1] = row;
    return { ...made, row };
  }
  const sound = await own(1);
  const foreignRoot = await own(2, { root: 5n });
  const foreignPerson = await own(3, { pseudonym: 7n });
  await anchor(stage);
  expect(await ask(scene, sound)).toBe("Released");
  expect(await ask(scene, foreignRoot)).toBe("EntryInvalid");
  expect(await ask(scene, foreignPerson)).toBe("EntryInvalid");
});

test("roots are those of the sponsor's and the exchange's trees", () => {
  expect(rootOver([])).toBeUndefined();
  expect(rootOver([bytes32("one")])).toBe(bytes32("one"));
});
