// A real server's honest answers about a story that holds everything, falsified one at a time.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Field } from "../../circuits/statement/encoding/field.ts";
import type { Api } from "../../client/api/api.ts";
import { type Audit, audit } from "../../client/auditor/audit/audit.ts";
import { type Chronicle, startChronicle } from "../../client/auditor/replay/chronicle.ts";
import { compareServer } from "../../client/auditor/server/compareServer.ts";
import { checkToldCriteria } from "../../client/auditor/server/criteria.ts";
import { readServerLeaves, readTold, type Told } from "../../client/auditor/server/serverState.ts";
import { STAGE_KEYS } from "../support/stage.ts";
import { liesAbout, UNBOUND } from "./lies.ts";
import { BATCH } from "./told.ts";
import { FULL, RENEWED, type ToldStory, tellStory } from "./toldStory.ts";

let story: ToldStory;
beforeAll(async () => {
  story = await tellStory();
}, 120_000);
afterAll(() => story?.end());

/** What the comparison says of what was told. */
function compare(
  told: Told,
  { audit, chronicle }: { audit?: Audit; chronicle: Chronicle | undefined } = story,
): string[] {
  const findings = compareServer(told, audit ?? story.audit, chronicle);
  for (const { rule } of findings) expect(rule).toBe("server/differs");
  return findings.map(({ reason }) => reason);
}

/** The texts' findings. */
async function checkTexts(told: Told): Promise<string[]> {
  const checks = await checkToldCriteria(told, story.audit.world);
  return checks.flatMap((check) => ("finding" in check ? [check.finding.reason] : []));
}

describe("an honest server", () => {
  test("differs in nothing", async () => {
    expect(story.audit.findings).toEqual([]);
    expect(compare(story.told)).toEqual([]);
    expect(await checkTexts(story.told)).toEqual([]);
    expect(story.audit.leaves).toEqual({ batches: 1, checked: 1 });
  });

  test("differs in nothing when one trial is audited, or part of the events seen", async () => {
    const { chronicle, onEvent } = startChronicle();
    const limits = { trial: RENEWED };
    const { source } = story.audit;
    const part = await audit({ source, limits, keys: STAGE_KEYS, onEvent });
    expect(compare(story.told, { audit: part, chronicle })).toEqual([]);
    const late = startChronicle().chronicle;
    late.roots.set(5n, { createdAt: 1, supersededAt: null });
    expect(compare(story.told, { chronicle: late })).toEqual([]);
    expect(compareServer(story.told, story.audit, undefined)).toEqual([]);
  });

  test("is asked again while its answers are of different blocks", async () => {
    let asked = 0;
    const racing: Api = {
      ...story.api,
      deployment: async () => {
        const info = await story.api.deployment();
        return asked++ > 0 ? info : { ...info, blockNumber: info.blockNumber + 1 };
      },
    };
    const told = await readTold(racing);
    expect(asked).toBe(2);
    expect(compare(told)).toEqual([]);
  });
});

describe("a server that lies", () => {
  test("about anything that the chain binds is named, however small the lie", async () => {
    const patterns = Object.keys(UNBOUND).map((path) => [path, patternOf(path)] as const);
    const [free, silent] = [new Set<string>(), [] as string[]];
    for (const { path, what, told } of liesAbout(story.told)) {
      if (compare(told).length > 0 || (await checkTexts(told)).length > 0) continue;
      const [allowed] = patterns.find(([, pattern]) => pattern.test(path)) ?? [];
      if (allowed === undefined) silent.push(what);
      else free.add(allowed);
    }
    expect(silent).toEqual([]);
    // Nothing is in the list that is compared after all.
    expect([...free].sort()).toEqual(Object.keys(UNBOUND).sort());
  });

  test("is told what it says, what the chain says, and where", () => {
    const { ann, ben, gus } = story.people;
    const trial = `trial ${FULL}`;
    const nothing = "on the chain nothing";
    const state = ({ trials }: Told) =>
      trials.find(({ summary }) => summary.protocolNumber === FULL)!.state;
    const person = (told: Told, { pseudonym }: { pseudonym: bigint }) =>
      state(told).participants.find((one) => (one.pseudonym as bigint) === pseudonym)!;
    const terms = (told: Told) => state(told).versions[0]!.terms;
    const lies: [said: string, falsify: (told: Told) => unknown][] = [
      [
        `state of participant ${ben.pseudonym} of ${trial}: told on-study, on the chain withdrawn`,
        (told) => Object.assign(person(told, ben), { state: "on-study" }),
      ],
      [
        `onHold of participant ${ann.pseudonym} of ${trial}: told true, on the chain false`,
        (told) => Object.assign(person(told, ann), { onHold: true }),
      ],
      [
        `capacity of version 1 of ${trial}: told 9999, on the chain 5`,
        (told) => Object.assign(terms(told), { capacity: 9_999 }),
      ],
      [
        `circuit of version 1 of ${trial}: told eligibility-8, on the chain eligibility-32`,
        (told) => Object.assign(terms(told), { circuit: "eligibility-8" }),
      ],
      [
        `isSealed of version 1 of ${trial}: told true, on the chain false`,
        (told) => Object.assign(terms(told), { isSealed: true }),
      ],
      [
        `capacity of site 2 of version 1 of ${trial}: told 0, on the chain 3`,
        (told) => Object.assign(terms(told).sites[1]!, { capacity: 0 }),
      ],
      [
        `time of the chain: told 5, on the chain ${story.audit.source.head.timestamp} and later`,
        (told) => Object.assign(told.deployment, { chainTime: 5 }),
      ],
      [
        `records root 5: told {createdAt 1, root 5, supersededAt 2, voided true}, ${nothing}`,
        ({ records }) => {
          const root = { root: 5n as Field, createdAt: 1, supersededAt: 2, voided: true };
          records.roots.splice(1, 0, root);
        },
      ],
      [
        `group of version 9 of ${trial}: told {groupId 9, members [], version 9}, ${nothing}`,
        (told) => state(told).groups.push({ version: 9, groupId: 9n, members: [] }),
      ],
    ];
    for (const [said, falsify] of lies) expect(compare(falsified(falsify))).toEqual([said]);

    const hidden = falsified((told) => {
      const { participants } = state(told);
      participants.splice(participants.indexOf(person(told, gus)), 1);
    });
    const missing = `participant ${gus.pseudonym} of ${trial}: told nothing, on the chain {`;
    expect(compare(hidden)).toEqual([expect.stringContaining(missing)]);
    const doubled = falsified((told) => state(told).screenings.push(state(told).screenings[0]!));
    expect(compare(doubled)).toEqual([expect.stringMatching(/^screening of .* only once$/)]);
  });

  test("about what the board said is told from words that it does not have", async () => {
    const swapped = falsified((told) =>
      Object.assign(opinionsOf(told)[0]!, { words: { is: "altered" } }),
    );
    expect(compare(swapped)).toEqual([
      expect.stringMatching(/^hash of the words of "Comment on version 1" of trial CZ-TOLD-1: /),
    ]);
    const lost = falsified((told) =>
      Object.assign(opinionsOf(told)[1]!, { words: { is: "missing" } }),
    );
    expect(compare(lost)).toEqual([]);
    expect(await checkTexts(lost)).toEqual([
      expect.stringMatching(
        /^words of "Changes requested to version 2" of trial CZ-TOLD-1: told nothing/,
      ),
    ]);
  });

  test("about the order of a group's members or of the records roots is named", () => {
    const members = falsified(({ trials }) => trials[1]!.state.groups[0]!.members.reverse());
    const place = `members of the group of version 1 of trial ${FULL}, at 0: told `;
    expect(compare(members)).toEqual([expect.stringContaining(place)]);
    const roots = falsified(({ records }) => records.roots.reverse());
    expect(compare(roots)).toEqual([
      expect.stringContaining("newest root in the list of records roots: told "),
    ]);
  });

  test("about who holds a role is named without the whole history as well", () => {
    const { accreditations } = story.told;
    const left = accreditations.findIndex(({ active }) => !active);
    const back = falsified((told) => Object.assign(told.accreditations[left]!, { active: true }));
    const renamed = falsified((told) => Object.assign(told.accreditations[1]!, { name: "Mayo" }));
    for (const chronicle of [story.chronicle, undefined]) {
      const { account } = accreditations[left]!;
      expect(compare(back, { chronicle })).toEqual([
        expect.stringContaining(`accreditation of governance ${account}: told `),
      ]);
      const { role, account: clinic } = accreditations[1]!;
      expect(compare(renamed, { chronicle })).toEqual([
        `name of accreditation of ${role} ${clinic}: told Mayo, on the chain clinic`,
      ]);
    }
  });

  test("of leaves that it then withholds is named by the batch", async () => {
    const withholding: Api = { ...story.api, batchLeaves: async () => undefined };
    const leaves = await readServerLeaves(withholding, story.told);
    const { findings } = await audit({ source: story.audit.source, keys: STAGE_KEYS, leaves });
    const reason = `batch ${BATCH.root}: 0 leaves published, 5 anchored`;
    expect(findings).toMatchObject([{ rule: "records/leaves", reason }]);
  });
});

const opinionsOf = ({ trials }: Told) =>
  trials.find(({ summary }) => summary.protocolNumber === RENEWED)!.opinions;

function falsified(falsify: (told: Told) => unknown): Told {
  const told = structuredClone(story.told);
  falsify(told);
  return told;
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(".", "\\.").replaceAll("*", "[^.]+")}$`);
}
