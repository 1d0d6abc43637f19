// The told story, audited by the command line.
import { readFileSync, writeFileSync } from "node:fs";
import { expect } from "vitest";
import { PROTOCOL, type Stage } from "./story.ts";

/** Audits the chain against the server, then a part of it with the text that the sponsor saves. */
export async function auditStory({ ok, no, run, file, rpc, url }: Stage): Promise<void> {
  const audit = ["audit", "--rpc", rpc, "--deployment", file("deployment.json")];
  const whole = await ok(...audit, "--server", url);
  expect(whole).toMatchObject({ verdict: "clean", findings: [] });
  expect(whole.checked).toMatchObject({ eligibilityProofs: 2, batchesRebuilt: 1 });
  expect(whole.criteria).toMatchObject([{ protocolNumber: PROTOCOL, documentChecked: true }]);

  const text = file("published.json");
  expect(await no("sponsor", "text", "CZ-NONE-1", "--out", text)).toBe("UnknownTrial");
  expect(await no("sponsor", "text", PROTOCOL, "--of", "9", "--out", text)).toBe("UnknownVersion");
  await ok("sponsor", "text", PROTOCOL, "--out", text);
  expect((await run("sponsor", "text", PROTOCOL, "--out", text)).code).not.toBe(0);
  const part = await ok(...audit, "--trial", PROTOCOL, "--criteria", text);
  expect(part).toMatchObject({ verdict: "clean", limits: { trial: PROTOCOL } });
  expect(part.criteria).toEqual(whole.criteria);
  writeFileSync(text, readFileSync(text, "utf8").replace(/("title": ?")/, "$1Another "));
  const changed = await run(...audit, "--criteria", text, "--json");
  expect([changed.code, changed.json().verdict]).toEqual([5, "findings"]);
}
