import { describe, test } from "vitest";
import type { EventArgs } from "../../client/auditor/node/event.ts";
import { bytes32 } from "../support/world.ts";
import { lower, NURSE, openScene, signTag } from "./exchangeStory.ts";
import { expectRules } from "./exchangeTold.ts";
import { argsAt, change, drop, find, type Recording } from "./recording.ts";

const scene = await openScene();
const { honest, world } = scene;
const nth = (at: number) => argsAt(honest, "PersonTagged", find(honest, "PersonTagged", at));

/** Bob's tag, another way. */
const tell = (to: Partial<EventArgs["PersonTagged"]>) => (h: Recording) =>
  change(h, ["PersonTagged", 1], () => to);

describe("a person's tag", () => {
  test("that everybody has is honest", () => expectRules(scene, () => {}, []));
  test("without which somebody arrived is named", () =>
    expectRules(scene, (h) => drop(h, "PersonTagged", 1), ["tag/arrival"]));
  test("that another person of the trial has is named", async () => {
    const [ann, bob] = [nth(0), nth(1)];
    const signed = { ...bob.signed, tag: ann.tag };
    const signature = await signTag(world, signed);
    const to = { tag: ann.tag, signed, signature, heldBefore: ann.pseudonym };
    await expectRules(scene, tell(to), ["tag/taken"]);
  });
  test("that is said to come from somebody who never had it is named", () =>
    expectRules(scene, tell({ heldBefore: 5n }), ["tag/taken"]));
  test("signed by a key that was not at the desk is named", async () => {
    const signed = { ...nth(1).signed, key: lower(NURSE) };
    const signature = await signTag(world, signed, NURSE);
    await expectRules(scene, tell({ signed, signature }), ["tag/desk"]);
  });
  test("signed for another enrollment is named", async () => {
    const signed = { ...nth(1).signed, arriveBy: 1n };
    const signature = await signTag(world, signed);
    await expectRules(scene, tell({ signed, signature }), ["tag/desk"]);
  });
  test("other than the one that was signed is named", () =>
    expectRules(scene, tell({ tag: bytes32("another") }), ["tag/desk"]));
  test("with a signature over another is named", async () => {
    const signature = await signTag(world, { ...nth(1).signed, tag: bytes32("another") });
    await expectRules(scene, tell({ signature }), ["site/signature"]);
  });
});
