// What a sponsor and a board are told of an amendment's sites, and of why a trial stands still.
import { describe, expect, it } from "vitest";
import { compileTrialDocument, readTrialDocument } from "../../client/trial/document.ts";
import { haltsOf } from "../../client/trial/halts.ts";
import { droppedWords, placesWords } from "../../client/trial/sites.ts";
import { compareVersions } from "../../client/web/board/changes.ts";
import { boardWords } from "../../client/web/sponsor/words.ts";
import { trialOf, versionOf } from "./published.ts";

describe("a site of an amendment", () => {
  it("with no places takes nobody new, in words", () => {
    expect([0, 1, 40, 1_200].map(placesWords)).toEqual([
      "takes nobody new, but signs for those it has",
      "1 place",
      "40 places",
      "1,200 places",
    ]);
  });

  it("that is dropped is said with how many participants it leaves, or what it means", () => {
    expect(droppedWords({ siteId: 2 })).toContain("whoever is there can neither arrive nor finish");
    expect(droppedWords({ siteId: 2, waiting: {} })).toBe(
      "Site 2 is dropped: it signs nothing from then on. No participant is there now.",
    );
    const waiting = { eligible: 1, "on-study": 2 } as const;
    expect(droppedWords({ siteId: 2, waiting })).toBe(
      "Site 2 is dropped: it signs nothing from then on, and 3 participants there (1 consented, 2 on study) can neither arrive nor finish. To close it to new participants only, list it with 0 places.",
    );
  });

  it("shows in the board's comparison, dropped or closed", () => {
    const before = reviewOf(versionOf());
    const sites = [{ id: 1, name: "Site one", capacity: 20 }];
    const dropped = [{ siteId: 2, waiting: { "on-study": 1 } }];
    const after = { ...reviewOf(versionOf({ trial: trialOf({ sites }), version: 2 })), dropped };
    const gone = changesOf(before, after).find(({ name }) => name === "Site 2");
    expect(gone).toMatchObject({ is: "removed", note: expect.stringContaining("1 participant") });
    const closed = trialOf({ sites: [...sites, { id: 2, name: "Site two", capacity: 0 }] });
    const kept = changesOf(before, reviewOf(versionOf({ trial: closed, version: 2 })));
    expect(kept.find(({ name }) => name === "Site 2")).toMatchObject({
      is: "changed",
      after: expect.stringContaining("Site two: takes nobody new, but signs for those it has"),
    });
  });
});

describe("the board's comparison", () => {
  it("names parts, what each part's record must be, and the document that the sites check", () => {
    const ages = Array.from({ length: 33 }, (_, i) => ({ age: { min: i + 1 } }));
    const criteria = { inclusion: ages, exclusion: [{ condition: { concept: "stroke" } }] };
    const trial = trialOf({ criteria, identityDocument: "Health card" });
    const changes = changesOf(reviewOf(versionOf()), reviewOf(versionOf({ trial, version: 2 })));
    const named = (name: string) => changes.find((change) => change.name === name);
    expect(named("Parts, each from one record")).toMatchObject({ before: "1", after: "2" });
    expect(named("Part 2 of 2: How far back")?.after).toContain("366 days");
    expect(named("Part 1 of 2: How far back")?.after).toContain("Not asked");
    expect(named("Document that the sites check")).toMatchObject({ after: "Health card" });
    const last = changes.filter(({ name }) => name.startsWith("Exclusion"));
    expect(last[0]?.after).toContain("proven by the record; Part 2 of 2");
  });
});

describe("why a trial stands still", () => {
  const account = (role: string, digit: string, active: boolean) => ({
    ...{ role, active, name: `The ${role}` },
    account: `0x${digit.repeat(40)}`,
  });
  const trial = { held: false, sponsor: `0x${"A".repeat(40)}`, board: `0x${"b".repeat(40)}` };
  const both = [account("sponsor", "a", true), account("board", "b", true)];

  it("is nothing while both are accredited and governance does not hold it", () => {
    expect(haltsOf(trial, both)).toEqual([]);
  });

  it("is governance's hold, or an accreditation that ended or never was", () => {
    expect(haltsOf({ ...trial, held: true }, both)).toEqual([
      expect.stringContaining("Only governance can lift that"),
    ]);
    const ended = [both[0]!, account("board", "b", false)];
    expect(haltsOf(trial, ended)).toEqual([expect.stringContaining("The board (The board)")]);
    // The same account in another role is no board.
    const clinic = [both[0]!, account("clinic", "b", true)];
    expect(haltsOf(trial, clinic)).toEqual([expect.stringContaining("is not accredited now")]);
  });

  it("shows in the sponsor's list before anything else", () => {
    const told = { status: "active", held: true, versions: [], currentVersion: 0 };
    expect(boardWords(told as never, { chainTime: 0, opinions: [] })).toBe("Held by governance");
  });
});

function reviewOf(version: ReturnType<typeof versionOf>) {
  const document = readTrialDocument(version.documents.document!.content);
  return {
    version,
    document,
    compiled: compileTrialDocument(document),
    digest: version.digest,
    dropped: [],
  };
}

function changesOf(...versions: Parameters<typeof compareVersions>) {
  return compareVersions(...versions).flatMap(({ changes }) => changes);
}
