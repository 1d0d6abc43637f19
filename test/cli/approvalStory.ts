// An amendment that waits for its board, and a server that calls it approved.
import { expect } from "vitest";
import { whileTold } from "../support/lying.ts";
import { PROTOCOL, type Stage } from "./story.ts";

/** Version 2 is published and not approved. Who names a node is told so, whatever the server says. */
export async function approvalStory({ ok, no, run, file, wallet, rpc }: Stage): Promise<void> {
  const approved = (told: string) => {
    const until = /"approvedUntil":([^n,}][^,}]*)/.exec(told)?.[1];
    return told
      .replace(/"currentVersion":1/g, '"currentVersion":2')
      .replace(/"approvedUntil":null/g, `"approvedUntil":${until}`);
  };
  const form = ["patient", "form", PROTOCOL];
  const node = ["--rpc", rpc, "--deployment", file("deployment.json")];
  expect((await ok(...form, ...node)).version).toBe(1);
  expect((await whileTold(approved, () => ok(...form))).version).toBe(2);
  expect(await whileTold(approved, () => no(...form, ...node))).toBe("TrialTampered");
  const check = ["patient", "check", PROTOCOL, ...wallet("ann"), ...node];
  expect(await whileTold(approved, () => no(...check))).toBe("TrialTampered");
  const away = [...form, "--rpc", "http://127.0.0.1:9", ...node.slice(2)];
  const ran = await run(...away, "--json");
  expect([ran.code, ran.json().error.kind]).toEqual([4, "ServerUnavailable"]);
}
