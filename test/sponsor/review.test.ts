// What the board recomputes from a version's text: both lists of hashes, whose first day binds, and the sites that are gone.
import { describe, expect, it } from "vitest";
import { hashProgram, successorProgram } from "../../circuits/statement/criteria/program.ts";
import { reviewVersion } from "../../client/board/approve.ts";
import { compileTrialDocument, readTrialDocument } from "../../client/trial/document.ts";
import { PROTOCOL, participantAt, tellingApi, trialOf, versionOf } from "./published.ts";

const ages = Array.from({ length: 57 }, (_, i) => ({ age: { min: i + 1 } }));
const long = trialOf({ criteria: { inclusion: ages, exclusion: [] } });
const other = trialOf({ criteria: { inclusion: [{ sex: "male" }], exclusion: [] } });
const review = (api: Parameters<typeof reviewVersion>[0]["api"], version?: number) =>
  reviewVersion({ api, protocolNumber: PROTOCOL, version });

describe("the board's review", () => {
  it("recomputes a hash a part, and one more a part for a lost wallet's successor", async () => {
    const found = await review(tellingApi([versionOf({ trial: long, isApproved: false })]));
    const { criteriaHashes, successorHashes } = found.version.terms;
    const { programs } = compileTrialDocument(found.document);
    expect(programs).toHaveLength(2);
    expect(criteriaHashes).toEqual(programs.map(hashProgram));
    expect(successorHashes).toEqual(programs.map((one) => hashProgram(successorProgram(one))));
    expect(new Set([...criteriaHashes, ...successorHashes]).size).toBe(4);
    expect(found.digest).toBe(found.version.digest);
  });

  it.each(["criteriaHashes", "successorHashes"] as const)(
    "refuses %s that do not follow from the text, or in another order",
    async (name) => {
      const easier = versionOf({ trial: other }).terms[name][0]!;
      const swaps = [
        (hashes: readonly bigint[]) => [easier, ...hashes.slice(1)],
        (hashes: readonly bigint[]) => hashes.toReversed(),
        (hashes: readonly bigint[]) => hashes.slice(1),
      ];
      for (const swap of swaps) {
        const version = versionOf({
          trial: long,
          tamper: (terms) => ({ ...terms, [name]: swap(terms[name]) }),
        });
        await expect(review(tellingApi([version]))).rejects.toMatchObject({
          code: "TrialTampered",
          details: { terms: name },
        });
      }
    },
  );

  it("refuses a re-binding day after that of the first approved version", async () => {
    const first = versionOf({ today: 46_000 });
    const late = versionOf({ version: 2, today: 46_010, isApproved: false });
    await expect(review(tellingApi([first, late]))).rejects.toMatchObject({
      code: "TrialTampered",
      details: { problem: expect.stringContaining("latestIdentitySince") },
    });
  });

  it("is not bound by a version that was never approved: a squatter's, whose registration lapsed", async () => {
    const squatted = versionOf({ today: 10, isApproved: false });
    const ours = versionOf({ version: 2, today: 46_010, isApproved: false });
    const found = await review(tellingApi([squatted, ours]));
    expect(found.version.version).toBe(2);
  });

  it("names sites that are dropped, and who is left without one", async () => {
    const one = trialOf({ sites: [{ id: 1, name: "Site one", capacity: 20 }] });
    const amended = versionOf({ trial: one, version: 2, isApproved: false });
    const people = [
      participantAt(2, "on-study"),
      participantAt(2, "pending-on-study"),
      participantAt(2, "withdrawn"),
      participantAt(1, "on-study"),
    ];
    const { dropped } = await review(tellingApi([versionOf(), amended], people));
    expect(dropped).toEqual([{ siteId: 2, waiting: { "on-study": 1, "pending-on-study": 1 } }]);
    const closed = trialOf({
      sites: [
        { id: 1, name: "Site one", capacity: 20 },
        { id: 2, name: "Site two", capacity: 0 },
      ],
    });
    const kept = versionOf({ trial: closed, version: 2, isApproved: false });
    expect((await review(tellingApi([versionOf(), kept], people))).dropped).toEqual([]);
  });
});

describe("a text of the first protocol", () => {
  it("is refused by name", () => {
    const content = versionOf().documents.document!.content;
    const old = content.replace("cohort-zero/trial/2", "cohort-zero/trial/1");
    expect(() => readTrialDocument(old)).toThrow(
      expect.objectContaining({ code: "FirstProtocol", details: { what: "trial document" } }),
    );
  });
});
