// What the board says of an amendment, to the sponsor and to whoever audits.
import { expect } from "vitest";
import { whileTold } from "../support/lying.ts";
import { PROTOCOL, type Stage } from "./story.ts";

const CHANGES = "Say who pays for travel.";
const WHY = "Travel costs are still missing.";

/** Version 2 waits for its board, which asks for changes and then rejects it; the sponsor publishes another. */
export async function opinionStory({ ok, no, run, file, rpc, url }: Stage): Promise<void> {
  const stranger = ["board", "comment", PROTOCOL, "Not by the board.", "--as", "sponsor"];
  expect(await no(...stranger)).toBe("NotAccredited");
  expect(await no("board", "reject", PROTOCOL, WHY, "--version-number", "9")).toBe(
    "UnknownVersion",
  );
  // The version in force is suspended, not rejected.
  expect(await no("board", "reject", PROTOCOL, WHY, "--version-number", "1")).toBe(
    "VersionSuperseded",
  );
  const asked = await ok("board", "request-changes", PROTOCOL, CHANGES);
  expect(asked).toMatchObject({ opinion: "changes-requested", version: 2, text: CHANGES });
  await ok("board", "comment", PROTOCOL, "A clear form.", "--version-number", "1");
  const sponsor = ["sponsor", "trial", PROTOCOL];
  const told = await run(...sponsor);
  expect(told.out).toMatch(/asks for changes to version 2.*Changes requested to version 2\. Say/s);
  expect((await run("board", "review", PROTOCOL)).out).toContain(CHANGES);

  await ok("board", "reject", PROTOCOL, WHY);
  expect(await no("board", "reject", PROTOCOL, WHY)).toBe("VersionRejected");
  expect(await no("board", "approve", PROTOCOL)).toBe("VersionRejected");
  const { steps, opinions } = await ok(...sponsor);
  expect(steps).toEqual([expect.stringContaining("Publish a new version that answers it")]);
  expect(opinions.at(-1)).toMatchObject({
    ...{ opinion: "rejection", version: 2, words: { is: "said", text: WHY } },
  });

  // Words that the server swapped are shown to nobody, and the auditor names them.
  const swapped = (words: string) => words.replaceAll(WHY, "Fine with us.");
  const lied = await whileTold(swapped, () => run(...sponsor));
  expect(lied.out).toContain("The server gave other words than the board said");
  expect(lied.out).not.toContain("Fine with us.");
  const audit = ["audit", "--rpc", rpc, "--deployment", file("deployment.json")];
  const found = await whileTold(swapped, () => run(...audit, "--server", url, "--json"));
  expect(found.code).toBe(5);
  expect(found.json().findings).toMatchObject([
    { rule: "server/differs", reason: expect.stringMatching(/^hash of the words of "Rejected: /) },
  ]);
  await ok("sponsor", "amend", file("amended.json"), "--site", "1=site-1");
}
