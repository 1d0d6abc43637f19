import { describe, expect, test } from "vitest";
import { hashPair } from "../../circuits/statement/encoding/hash.ts";
import { registryLeafOf } from "../../circuits/statement/encoding/tree.ts";
import { audit } from "../../client/auditor/audit/audit.ts";
import { number } from "../support/world.ts";
import { end, FIRST, openHonest } from "./falsify.ts";
import { KEYS } from "./history.ts";
import {
  argsAt,
  change,
  find,
  insert,
  play,
  type Recording,
  rootOver,
  rulesOf,
} from "./recording.ts";
import { BATCH } from "./told.ts";

const of = await openHonest();
const { expectFindings } = of;

/** What stands in the registry at the end: a record, the batch and a tombstone. */
function leavesAtEnd(h: Recording): bigint[] {
  const [first, batch] = [FIRST, 1].map((nth) => argsAt(h, "Anchored", find(h, "Anchored", nth)));
  return [first!.leaf, batch!.leaf, argsAt(h, "Revoked", find(h, "Revoked")).tombstone];
}

describe("a record", () => {
  test("of a clinic without accreditation is named", () =>
    expectFindings(
      (h) =>
        change(h, ["Anchored", FIRST], () => ({
          clinic: of.history.world.actors.anyone.address.toLowerCase(),
        })),
      ["records/bound", "records/clinic"],
    ));
  test("whose root is another tree's is named", () =>
    expectFindings(
      (h) => change(h, ["Anchored", FIRST], () => ({ root: number("elsewhere") })),
      ["records/root"],
    ));
  test("revoked without a new epoch is named", () =>
    expectFindings((h) => change(h, ["Revoked", FIRST], () => ({ epoch: 9n })), ["records/epoch"]));
  test("in a leaf that is not bound to its clinic is named", () =>
    expectFindings(
      (h) => {
        const first = argsAt(h, "Anchored", find(h, "Anchored", FIRST));
        const { leaf } = argsAt(h, "Revoked", find(h, "Revoked"));
        const foreign = hashPair(leaf, 5n);
        const root = rootOver([...leavesAtEnd(h), foreign], hashPair);
        insert(h, end(h), [["Anchored", { ...first, leaf: foreign, index: 3n, root }]]);
      },
      ["records/bound"],
    ));
  test("over its clinic's quota is named", () =>
    expectFindings(
      (h) => {
        const first = argsAt(h, "Anchored", find(h, "Anchored", FIRST));
        const batchRoot = number("one more");
        const leaf = registryLeafOf(batchRoot, first.clinic);
        const root = rootOver([...leavesAtEnd(h), leaf], hashPair);
        insert(h, end(h), [["QuotaSet", { clinic: first.clinic, slots: 2n }]]);
        insert(h, end(h), [["Anchored", { ...first, batchRoot, leaf, index: 3n, root }]]);
      },
      ["records/quota"],
    ));
  test("revoked beyond the clinic's limit of the day is named", () =>
    expectFindings(
      (h) => {
        const { clinic } = argsAt(h, "Revoked", find(h, "Revoked"));
        insert(h, find(h, "Revoked") - 1, [["RevocationLimitSet", { clinic, perDay: 0n }]]);
      },
      ["records/limit"],
    ));
  test("of a clinic voided while accredited is named, and what is anchored over its leaves", () =>
    expectFindings(
      (h) => {
        const first = argsAt(h, "Anchored", find(h, "Anchored", FIRST));
        const { epoch } = argsAt(h, "Revoked", find(h, "Revoked"));
        const { clinic } = first;
        insert(h, end(h), [["ClinicVoided", { clinic, epoch: epoch + 1n, leavesLeft: 2n }]]);
        const other = argsAt(h, "Revoked", find(h, "Revoked")).clinic;
        const batchRoot = number("one more");
        const leaf = registryLeafOf(batchRoot, other);
        const root = rootOver([...leavesAtEnd(h), leaf], hashPair);
        const anchored = { ...first, clinic: other, batchRoot, leaf, index: 3n, root };
        insert(h, end(h), [["Anchored", anchored]]);
      },
      ["records/voided-clinic", "records/voided-clinic"],
    ));
  test("anchored again after its revocation is named", () =>
    expectFindings(
      (h) => {
        const revoked = argsAt(h, "Revoked", find(h, "Revoked"));
        const before = argsAt(h, "Anchored", find(h, "Anchored", -1));
        const root = rootOver([...leavesAtEnd(h), revoked.leaf], hashPair);
        insert(h, end(h), [["Anchored", { ...before, index: 3n, root }]]);
      },
      ["records/leaf"],
    ));
  test("revoked in another clinic's name is named", () =>
    expectFindings(
      (h) =>
        change(h, ["Revoked", FIRST], () => ({ clinic: of.history.world.actors.clinic.address })),
      ["records/owner"],
    ));
  test("revoked without its tombstone is named, and the root that does not follow", () =>
    expectFindings(
      (h) => change(h, ["Revoked", FIRST], () => ({ tombstone: number("another") })),
      ["records/root", "records/tombstone"],
    ));
  test("missing from the published leaves of its batch is named, and one too many or changed", async () => {
    const root = BATCH.root.toString();
    const leaves = BATCH.leaves.map(String);
    const rulesWith = async (published: string[]) =>
      rulesOf(
        await audit({ source: play(of.honest), keys: KEYS, leaves: new Map([[root, published]]) }),
      );
    expect(await rulesWith(leaves)).toEqual([]);
    for (const wrong of [leaves.slice(1), [...leaves, "7"], ["7", ...leaves.slice(1)], ["x"]]) {
      expect(await rulesWith(wrong)).toEqual(["records/leaves"]);
    }
  });
});
