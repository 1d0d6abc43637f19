// The told story's visit: the staff compare the person with the list and sign the arrival.
import { readFileSync, writeFileSync } from "node:fs";
import { expect } from "vitest";
import { PROTOCOL, type Stage } from "./story.ts";

/** Ann arrives under this pseudonym; before, everything that must be refused. */
export async function visitStory(
  { ok, no, run, file, wallet }: Stage,
  pseudonym: string,
): Promise<void> {
  const bundle = JSON.parse(readFileSync(file("ann.fhir.json"), "utf8"));
  const { birthDate, gender } = bundle.entry
    .map(({ resource }: { resource: { resourceType: string } }) => resource)
    .find(({ resourceType }: { resourceType: string }) => resourceType === "Patient");
  const arrive = (date: string, document: string) => [
    ...["site", "arrive", PROTOCOL, "--answer", file("answer.json"), "--birth-date", date],
    ...["--sex", gender, "--document", document, "--book", file("book.json")],
    ...["--memory", file("memory.json")],
  ];
  const unseen = await run(...arrive(birthDate, "P ann"));
  expect([unseen.code, unseen.out]).toEqual([2, ""]);
  expect(unseen.err).toMatch(/- Temperature of 38\.0 .* on the day\? No$/m);
  const wrong = [arrive("1950-01-01", "P ann"), arrive(birthDate, "P ben")];
  for (const args of wrong) expect(await no(...args, "--attest")).toBe("NotThisPerson");
  expect(await no(...arrive(birthDate, "P ann"), "--attest", "--as", "stranger")).toBe("NotStaff");
  const within = [...arrive(birthDate, "P ann"), "--attest", "--screened-within"];
  expect((await run(...within, "some")).code).toBe(2);
  expect(await no(...within, "1")).toBe("DayOutOfRange");
  const { arrived } = await ok(...within, "30");
  expect(arrived).toBe(pseudonym);
  expect(await no(...arrive(birthDate, "P ann"), "--attest")).toBe("ChallengeUsed");
  const status = await ok("patient", "status", PROTOCOL, ...wallet("ann"));
  expect(status.state).toBe("on-study");
  expect((await ok("site", "attest", PROTOCOL)).items).toHaveLength(1);
  writeFileSync(file("answer.json"), "{}");
  expect(await no(...arrive(birthDate, "P ann"), "--attest")).toBe("MalformedInput");
}
