import { describe, test } from "vitest";
import { signAct } from "../contracts/story.ts";
import { bytes32, DAY, number } from "../support/world.ts";
import {
  consented,
  end,
  enrolled,
  FIRST,
  join,
  kindOf,
  openHonest,
  restate,
  STATE,
} from "./falsify.ts";
import { proveConsented } from "./history.ts";
import { argsAt, change, find, insert, type Recording, suspension } from "./recording.ts";

const of = await openHonest();
const { expectFindings } = of;

describe("an enrollment", () => {
  test("without consent is named", () =>
    expectFindings(
      (h) => insert(h, end(h), [...enrolled(of, h, number("nobody"), 2)]),
      ["participant/unknown"],
    ));
  test("under a consent that has expired is named", () =>
    expectFindings(
      (h) => {
        const last = h.logs.at(-1)!;
        const before = h.blocks.get(last.blockNumber)!;
        const late = {
          ...before,
          number: before.number + 1,
          timestamp: before.timestamp + 400 * DAY,
        };
        h.blocks.set(late.number, late);
        h.logs.push({ ...last, blockNumber: late.number });
        const events = enrolled(of, h, of.history.people.eve!.pseudonym, 2);
        h.logs.pop();
        insert(h, end(h), [...events]);
        for (const at of [-1, -2]) {
          h.logs[h.logs.length + at] = { ...h.logs.at(at)!, blockNumber: late.number };
        }
      },
      ["enrollment/consent"],
    ));
  test("in another block than its change of state is named, though both are said to be of one transaction", () =>
    expectFindings(
      (h) => {
        join(of, h, "Fay", 2);
        const last = h.logs.at(-1)!;
        const next = { ...h.blocks.get(last.blockNumber)!, number: last.blockNumber + 1 };
        h.blocks.set(next.number, next);
        h.logs[h.logs.length - 1] = { ...last, blockNumber: next.number };
      },
      ["participant/unexplained", "participant/state", "participant/unexplained"],
    ));
  test("beyond a site's places is named", () =>
    expectFindings((h) => join(of, h, "Fay", 1), ["enrollment/site-capacity"]));
  test("beyond the trial's places is named", () =>
    expectFindings(
      (h) => {
        join(of, h, "Fay", 2);
        join(of, h, "Gil", 2);
      },
      ["enrollment/capacity"],
    ));
  test("with more time to arrive than the version gives is named", () =>
    expectFindings(
      (h) => change(h, ["Enrolled", FIRST], ({ arriveBy }) => ({ arriveBy: arriveBy + 1n })),
      // The site signed for the true one.
      ["enrollment/deadline", "site/act"],
    ));
  test("while the trial is suspended is named", () =>
    expectFindings(
      (h) => {
        const { trialId } = of.history.story;
        const by = of.history.world.actors.board.address.toLowerCase();
        insert(h, end(h), suspension({ trialId, by, version: 2 }));
        insert(h, end(h), [...enrolled(of, h, of.history.people.eve!.pseudonym, 2)]);
      },
      ["enrollment/not-running"],
    ));
  test("undone as a no-show before its time is named", () =>
    expectFindings(
      (h) => {
        const { trialId } = of.history.story;
        const pseudonym = join(of, h, "Fay", 2);
        insert(h, end(h), [
          ["StateChanged", { trialId, pseudonym, state: STATE.eligible }],
          ["NoShow", { trialId, pseudonym }],
        ]);
      },
      ["site/late"],
    ));
});

describe("a consent", () => {
  test("about a root that the group never had is named", () =>
    expectFindings(
      (h) =>
        change(h, ["Consented", FIRST], (args) => {
          const moved = { ...args, groupRoot: number("another group") };
          return { ...moved, points: proveConsented(of.history, moved) };
        }),
      ["consent/group"],
    ));
  test("to another form than the version's is named", () =>
    expectFindings(
      (h) => restate(of, h, FIRST, { formHash: bytes32("another form") }),
      ["consent/terms"],
    ));
  test("kept back by a relayer is named", () =>
    expectFindings((h) => restate(of, h, FIRST, { submitBy: 1n }), ["consent/time"]));
  test("withdrawn by another code is named", () =>
    expectFindings(
      (h) => change(h, ["WithdrawnByCode", FIRST], () => ({ code: bytes32("guess") })),
      ["consent/code"],
    ));
  test("numbered no higher than the one before is named", () =>
    expectFindings((h) => restate(of, h, 4, { sequence: 1n }), ["consent/sequence"]));
  test("that leaves no number for a withdrawal is named", () =>
    expectFindings((h) => restate(of, h, -1, { sequence: 2n ** 64n - 1n }), ["consent/sequence"]));
  test("given by an unknown person is named", () =>
    expectFindings((h) => restate(of, h, FIRST, { givenBy: 9 }), ["consent/statement"]));
  test("given by somebody else where the terms allow nobody, and admitted by the site, is named", () =>
    expectFindings((h) => restate(of, h, FIRST, { givenBy: 2 }), ["site/giver"]));
  test("to a version that was superseded is named", () =>
    expectFindings(
      (h) => {
        const first = argsAt(h, "Consented", find(h, "Consented", FIRST));
        const { groupId, groupRoot } = first;
        const args = {
          ...consented(of, h, { name: "Fay", siteId: 2, version: 1 }),
          groupId,
          groupRoot,
        };
        const { trialId, pseudonym } = args;
        insert(h, end(h), [
          ["Consented", { ...args, points: proveConsented(of.history, args) }],
          ["StateChanged", { trialId, pseudonym, state: STATE.eligible }],
        ]);
      },
      ["consent/version"],
    ));
});

describe("a site's act", () => {
  test("after the withdrawal is named", () =>
    expectFindings(
      (h) => complete(h, of.history.people.ben!.pseudonym, 1),
      ["participant/after-withdrawal"],
    ));
  test("with a signature over something else is named", () =>
    expectFindings(
      (h) => {
        const { signature } = argsAt(h, "SiteSigned", find(h, "SiteSigned", 1));
        change(h, ["SiteSigned", FIRST], () => ({ signature }));
      },
      ["site/signature"],
    ));
  test("signed by a key that is not the site's is named", () =>
    expectFindings(
      async (h) => {
        const { act } = argsAt(h, "SiteSigned", find(h, "SiteSigned", FIRST));
        const { signature } = await signAct(of.history.story, "Arrival", act, "anyone");
        const signer = of.history.world.actors.anyone.address.toLowerCase();
        change(h, ["SiteSigned", FIRST], () => ({ signer, signature }));
      },
      ["site/signature"],
    ));
  test("of completion for somebody who never was on study is named", () =>
    expectFindings((h) => complete(h, of.history.people.eve!.pseudonym, 2), ["participant/state"]));
  test("that attests another list than the approved one is named", () =>
    expectFindings(
      async (h) => {
        const before = argsAt(h, "SiteSigned", find(h, "SiteSigned", FIRST));
        const evidence = bytes32("a shorter list");
        const { act, signature } = await signAct(of.history.story, "Arrival", {
          ...before.act,
          evidence,
        });
        change(h, ["SiteSigned", FIRST], () => ({ act, signature }));
      },
      ["site/act"],
    ));
});

/** Adds a completion that its site signed. */
async function complete(h: Recording, pseudonym: bigint, siteId: 1 | 2): Promise<void> {
  const { story } = of.history;
  const { trialId } = story;
  const who = siteId === 1 ? "site" : "otherSite";
  const { act, signature } = await signAct(story, "Completion", { pseudonym, siteId }, who);
  const signer = of.history.world.actors[who].address.toLowerCase();
  const signed = { trialId, pseudonym, kind: kindOf("Completion"), act, signer, signature };
  insert(h, end(h), [
    ["SiteSigned", signed],
    ["StateChanged", { trialId, pseudonym, state: STATE.off }],
  ]);
}
