// The told story, audited by the command line.
import { readFileSync, writeFileSync } from "node:fs";
import { expect } from "vitest";
import { whileTold } from "../support/lying.ts";
import { PROTOCOL, type Stage } from "./story.ts";

/** Audits the chain against the server, then a part of it with the text that the sponsor saves. */
export async function auditStory({ ok, no, run, file, rpc, url }: Stage): Promise<void> {
  const audit = ["audit", "--rpc", rpc, "--deployment", file("deployment.json")];
  const whole = await ok(...audit, "--server", url);
  expect(whole).toMatchObject({ verdict: "clean", findings: [] });
  expect(whole.checked).toMatchObject({ eligibilityProofs: 2, batchesRebuilt: 1 });
  expect(whole.criteria).toMatchObject([{ protocolNumber: PROTOCOL, documentChecked: true }]);

  // Without a server: by the leaves that the clinic saved, at its first run and at one that had nothing left to do.
  expect(readFileSync(file("again.json"))).toEqual(readFileSync(file("leaves.json")));
  expect((await ok(...audit)).checked.batchesRebuilt).toBe(0);
  expect((await ok(...audit, "--leaves", file("."))).checked.batchesRebuilt).toBe(1);

  const text = file("published.json");
  expect(await no("sponsor", "text", "CZ-NONE-1", "--out", text)).toBe("UnknownTrial");
  expect(await no("sponsor", "text", PROTOCOL, "--of", "9", "--out", text)).toBe("UnknownVersion");
  const asked = ["sponsor", "text", PROTOCOL, "--out", text];
  const without = (told: string) => told.replace(/"document":\{/g, '"document":null,"_":{');
  expect(await whileTold(without, () => no(...asked))).toBe("NotFound");
  const changed = (told: string) => told.replace(/(?<="content":"\{)/g, " ");
  expect(await whileTold(changed, () => no(...asked))).toBe("TrialTampered");
  await ok(...asked);
  expect((await run("sponsor", "text", PROTOCOL, "--out", text)).code).not.toBe(0);
  const part = await ok(...audit, "--trial", PROTOCOL, "--criteria", text);
  expect(part).toMatchObject({ verdict: "clean", limits: { trial: PROTOCOL } });
  expect(part.criteria).toEqual(whole.criteria);
  writeFileSync(text, readFileSync(text, "utf8").replace(/("title": ?")/, "$1Another "));
  const edited = await run(...audit, "--criteria", text, "--json");
  expect([edited.code, edited.json().verdict]).toEqual([5, "findings"]);
}
