// A protocol number in another spelling would be another trial with another scope: whoever was screened could be screened
// again, and whoever registers it first would keep it. Refused where it is typed, and on the chain.
import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { act, signInActor } from "../../client/actor/actor.ts";
import { connect } from "../../client/api/api.ts";
import { openStage, PROTOCOL, type Stage } from "../cli/story.ts";
import { KEYS } from "../support/chain.ts";

const SPELLINGS = [
  ["lower case", "cz-cli-1"],
  ["a space at the end", "CZ-CLI-1 "],
  ["a zero-width space", "CZ-CLI\u200b-1"],
  ["another dash", "CZ\u2013CLI-1"],
] as const;

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
  await stage.ok("governance", "accredit", "sponsor", "sponsor", "The sponsor");
  await stage.ok("governance", "accredit", "board", "board", "The board");
  const keys = ["--board", "board", "--site", "1=site-1"];
  await stage.ok("sponsor", "publish", stage.file("trial.json"), ...keys);
}, 120_000);
afterAll(() => stage?.stop());

describe("a protocol number with", () => {
  it.each(SPELLINGS)("%s is refused where it is typed, with the right one", async (_, text) => {
    const commands = [
      ["sponsor", "trial", text],
      ["sponsor", "text", text, "--out", stage.file("never.json")],
      ["sponsor", "enroll", text],
      ["sponsor", "no-show", text, "123456"],
      ["sponsor", "close", text],
      ["sponsor", "complete", text],
      ["board", "review", text],
      ["board", "approve", text],
      ["board", "request-changes", text, "words"],
      ["board", "reject", text, "words"],
      ["board", "comment", text, "words"],
      ["board", "suspend", text, "--reason", "words"],
      ["board", "resume", text],
    ];
    for (const command of commands) {
      const ran = await stage.run(...command);
      expect(ran.code, command.join(" ")).toBe(2);
      expect(ran.err, command.join(" ")).toContain(`did you mean ${PROTOCOL}?`);
    }
  });

  it.each(SPELLINGS)("%s is refused in a file, with the right one", async (_, text) => {
    const trial = JSON.parse(readFileSync(stage.file("trial.json"), "utf8"));
    writeFileSync(stage.file("other.json"), JSON.stringify({ ...trial, protocolNumber: text }));
    const keys = ["--board", "board", "--site", "1=site-1"];
    for (const command of [["check"], ["publish", ...keys], ["amend", ...keys.slice(2)]]) {
      const [verb, ...rest] = command;
      const ran = await stage.run("sponsor", verb!, stage.file("other.json"), ...rest);
      expect(ran.code, verb).toBe(2);
      expect(ran.err, verb).toContain(`protocolNumber: a protocol number is 3 to 40`);
      expect(ran.err, verb).toContain(`Write ${PROTOCOL}.`);
    }
  });

  it.each(SPELLINGS)("%s is refused by the chain from any other client", async (_, text) => {
    const api = connect({ url: stage.url });
    const sponsor = await signInActor({ api, signer: KEYS.sponsor });
    const args = [text, KEYS.board.address];
    await expect(act(sponsor, "TrialRegistry", "register", args)).rejects.toMatchObject({
      code: "InvalidProtocolNumber",
    });
    expect((await api.trials()).map(({ protocolNumber }) => protocolNumber)).toEqual([PROTOCOL]);
  });
});
