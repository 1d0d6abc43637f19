// A clinic hands Ann's record over by a code, which works once.
import { readFileSync } from "node:fs";
import { expect } from "vitest";
import type { Stage } from "./story.ts";

export async function handsOverByCode({ ok, no, run, file }: Stage): Promise<void> {
  expect(await no("clinic", "hand-over", file("ann.json"), "--as", "stranger")).toBe(
    "NotAccredited",
  );
  const wrong = await run("clinic", "hand-over", file("leaves.json"));
  expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining("not a patient's file")]);
  const { code } = await ok("clinic", "hand-over", file("ann.json"));
  expect(await ok("clinic", "fetched", code)).toMatchObject({ fetchedAt: null });
  const taken = await run("patient", "fetch", code, "--out", file("ann.json"));
  expect([taken.code, taken.err]).toEqual([2, expect.stringContaining("exists already")]);
  await ok("patient", "fetch", code, "--out", file("fetched.json"));
  const [given, got] = ["ann.json", "fetched.json"].map((name) =>
    JSON.parse(readFileSync(file(name), "utf8")),
  );
  expect(got).toEqual(given);
  const again = ["patient", "fetch", code, "--out", file("twice.json")];
  expect(await no(...again)).toBe("HandoverGone");
  expect((await ok("clinic", "fetched", code)).fetchedAt).toMatch(/^20\d\d-/);
}
