import { id } from "ethers";
import { describe, expect, test } from "vitest";
import { trialIdOf, versionDigest, ZERO_BYTES32 } from "../../circuits/statement/trial/trial.ts";
import { audit } from "../../client/auditor/audit/audit.ts";
import type { EventArgs } from "../../client/auditor/node/event.ts";
import { CHAIN_ID } from "../contracts/story.ts";
import { bytes32 } from "../support/world.ts";
import { end, FIRST, openHonest, screenedNow } from "./falsify.ts";
import { KEYS } from "./history.ts";
import {
  argsAt,
  auditFalsified,
  change,
  drop,
  endOf,
  find,
  insert,
  play,
  type Recording,
  rulesOf,
} from "./recording.ts";

const of = await openHonest();
const { expectFindings } = of;

describe("a trial", () => {
  test("whose digest is not that of its terms is named", () =>
    expectFindings(
      (h) => {
        const digest = bytes32("other terms");
        change(h, ["VersionPublished", FIRST], () => ({ digest }));
        change(h, ["VersionApproved", FIRST], () => ({ digest }));
      },
      ["trial/digest"],
    ));
  test("approved by another digest than published is named", () =>
    expectFindings(
      (h) => change(h, ["VersionApproved", -1], () => ({ digest: bytes32("x") })),
      ["trial/approval"],
    ));
  test("suspended by a stranger is named", () =>
    expectFindings(
      (h) =>
        change(h, ["StatusChanged", -2], () => ({
          by: of.history.world.actors.anyone.address.toLowerCase(),
        })),
      ["trial/status"],
    ));
  const rejected = () => {
    const { story, world } = of.history;
    const by = world.actors.board.address.toLowerCase();
    return { trialId: story.trialId, version: 2, opinion: 2, textHash: bytes32("words"), by };
  };
  const reject = (h: Recording, times = 1) => {
    const told = ["OpinionGiven", rejected()] as const;
    insert(h, endOf(h, find(h, "VersionPublished", 1)), Array(times).fill(told));
  };
  test("approved after its board rejected the version is named", () =>
    expectFindings((h) => reject(h), ["trial/approval"]));
  test("rejected twice, or when it is in force, is named", async () => {
    await expectFindings((h) => reject(h, 2), ["trial/opinion", "trial/approval"]);
    const late = (h: Recording) => insert(h, end(h), [["OpinionGiven", rejected()]]);
    await expectFindings(late, ["trial/opinion"]);
  });
  test("suspended without a reason, or for another board's, is named", async () => {
    await expectFindings((h) => drop(h, "OpinionGiven"), ["trial/opinion"]);
    const by = of.history.world.actors.otherBoard.address.toLowerCase();
    await expectFindings(
      (h) => change(h, ["OpinionGiven", FIRST], () => ({ by })),
      ["trial/opinion"],
    );
    const textHash = ZERO_BYTES32;
    const mute = (h: Recording) => change(h, ["OpinionGiven", FIRST], () => ({ textHash }));
    await expectFindings(mute, ["trial/opinion"]);
  });
  const registered = (protocolNumber: string, to: Partial<EventArgs["TrialRegistered"]> = {}) => {
    const { sponsor, board } = of.history.world.actors;
    const accounts = { sponsor: sponsor.address, board: board.address };
    return { trialId: trialIdOf(protocolNumber), protocolNumber, ...accounts, ...to };
  };
  const stranger = () => of.history.world.actors.anyone.address;

  test("registered by the rules is not named, under another's number or by a stranger it is", async () => {
    const add = (args: EventArgs["TrialRegistered"]) => (h: Recording) =>
      insert(h, end(h), [["TrialRegistered", args]]);
    await expectFindings(add(registered("CZ-9")), []);
    await expectFindings(add(registered("CZ-9", { trialId: bytes32("x") })), ["trial/protocol"]);
    await expectFindings(add(registered("CZ-9", { sponsor: stranger() })), ["trial/sponsor"]);
    await expectFindings(add(registered("CZ-9", { board: stranger() })), ["trial/board"]);
    for (const spelling of ["cz-9", "CZ-9 ", "CZ\u200b-9", "C9"]) {
      await expectFindings(add(registered(spelling)), ["trial/protocol"]);
    }
  });
  test("taken over before it has lapsed is named, and released after its approval", async () => {
    const { trialId, published } = of.history.story;
    expect(published.length).toBeGreaterThan(0);
    const { protocolNumber } = argsAt(
      of.honest,
      "TrialRegistered",
      find(of.honest, "TrialRegistered"),
    );
    await expectFindings(
      (h) => insert(h, end(h), [["TrialRegistered", registered(protocolNumber)]]),
      ["trial/protocol"],
    );
    await expectFindings(
      (h) => insert(h, end(h), [["ProtocolReleased", { trialId }]]),
      ["trial/protocol"],
    );
  });
  test("lifted without a hold is named, and who is screened while it is held", async () => {
    const { trialId } = of.history.story;
    await expectFindings(
      (h) => insert(h, end(h), [["HeldByGovernance", { trialId, held: false }]]),
      ["trial/status"],
    );
    await expectFindings(
      (h) => {
        insert(h, end(h), [["HeldByGovernance", { trialId, held: true }]]);
        insert(h, end(h), screenedNow(of, h));
      },
      ["screening/not-recruiting"],
    );
  });
  test("handed to a board without accreditation is named", () =>
    expectFindings(
      (h) => {
        const { trialId } = of.history.story;
        insert(h, end(h), [["BoardChanged", { trialId, board: stranger() }]]);
      },
      ["trial/board"],
    ));
  test("with a version number left out is named", () =>
    expectFindings(
      (h) => {
        const last = argsAt(h, "VersionPublished", find(h, "VersionPublished", -1));
        const { trialId, published } = of.history.story;
        const { TrialRegistry: trialRegistry } = h.deployment.addresses;
        const terms = published[1]!;
        const digest = versionDigest({
          chainId: CHAIN_ID,
          trialRegistry,
          trialId,
          version: 5,
          terms,
        });
        insert(h, end(h), [["VersionPublished", { ...last, version: 5, digest }]]);
      },
      ["trial/version"],
    ));
});

describe("a role", () => {
  test("given twice is named, and so is one taken from someone without it", async () => {
    const account = of.history.world.actors.clinic.address;
    await expectFindings(
      (h) => insert(h, end(h), [["Accredited", { role: 1, account, name: "again" }]]),
      ["accreditation/order"],
    );
    await expectFindings(
      (h) => insert(h, end(h), [["Deaccredited", { role: 2, account }]]),
      ["accreditation/order"],
    );
  });
  test("of governance taken by a stranger is named", () =>
    expectFindings(
      (h) =>
        change(h, ["OwnershipTransferred", FIRST], () => ({ newOwner: bytes32("x").slice(0, 42) })),
      ["accreditation/owner"],
    ));
});

describe("a dictionary", () => {
  test("version that was skipped is named", () =>
    expectFindings(
      (h) => insert(h, end(h), [["DictionaryRegistered", { version: 3n, hash: bytes32("d3") }]]),
      ["accreditation/dictionary"],
    ));
});

describe("the log of the chain", () => {
  test("in which time runs back is named", () =>
    expectFindings(
      (h) => {
        const { blockNumber } = h.logs.at(-1)!;
        h.blocks.set(blockNumber, { ...h.blocks.get(blockNumber)!, timestamp: 1 });
      },
      ["chain/order"],
    ));
  test("with an entry that does not decode is named", () =>
    expectFindings(
      (h) => {
        h.logs[end(h)] = { ...h.logs[end(h)]!, data: "0x" };
      },
      ["chain/unreadable"],
    ));
});

describe("a verifying key", () => {
  const KEY = id("key()").slice(0, 10);
  const withKey = async (edit: (words: bigint[]) => void) => {
    const at = `${of.honest.deployment.addresses.EligibilityVerifier8.toLowerCase()} ${KEY}`;
    const words = of.honest.calls
      .get(at)!
      .slice(2)
      .match(/.{64}/g)!
      .map((word) => BigInt(`0x${word}`));
    edit(words);
    const key = `0x${words.map((w) => w.toString(16).padStart(64, "0")).join("")}`;
    return rulesOf(await auditFalsified(of.honest, (h) => h.calls.set(at, key)));
  };
  test("for which anyone forges proofs is named: delta equals gamma", async () => {
    expect(await withKey((words) => words.splice(10, 4, ...words.slice(6, 10)))).toEqual([
      "key/forgeable",
    ]);
  });
  test("that is not the published one is named", async () => {
    expect(
      await withKey((words) => {
        words[0] = 7n;
      }),
    ).toEqual(["key/mismatch"]);
  });
  test("of a circuit that nobody published is named", () =>
    expectFindings(
      (h) => {
        const first = argsAt(h, "CircuitRegistered", find(h, "CircuitRegistered", FIRST));
        const name = "eligibility-9";
        insert(h, end(h), [["CircuitRegistered", { ...first, name, circuit: id(name) }]]);
      },
      ["key/unpublished"],
    ));
  test("registered again or under a false hash is named", async () => {
    await expectFindings(
      (h) => {
        const first = argsAt(h, "CircuitRegistered", find(h, "CircuitRegistered", FIRST));
        insert(h, end(h), [["CircuitRegistered", first]]);
      },
      ["key/twice"],
    );
    const keyHash = bytes32("another key");
    await expectFindings(
      (h) => change(h, ["CircuitRegistered", FIRST], () => ({ keyHash })),
      ["key/hash"],
    );
  });
  test("that the node left out is named, when the deployment has it", async () => {
    const { findings } = await auditFalsified(of.honest, (h) => {
      const named = [FIRST, 1].map(
        (nth) => argsAt(h, "CircuitRegistered", find(h, "CircuitRegistered", nth)).name,
      );
      drop(h, "CircuitRegistered", named.indexOf("eligibility-32"));
    });
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      rule: "state/differs",
      reason: expect.stringContaining("knows eligibility-32, and no event registers it"),
    });
  });
  test("and artifacts are what was published with them, whatever a deployment file says", async () => {
    const origin = { keys: "DEV", artifactHashes: { "eligibility-8.zkey": "aa" } };
    const rulesFor = async (keys: string, artifactHashes: Record<string, string> = {}) => {
      const deployment = { ...of.honest.deployment, keys, artifactHashes };
      const source = play({ ...of.honest, deployment });
      return rulesOf(await audit({ source, keys: { ...KEYS, origin } }));
    };
    expect(await rulesFor("DEV", origin.artifactHashes)).toEqual([]);
    expect(await rulesFor("CEREMONY")).toEqual(["key/origin"]);
    expect(await rulesFor("DEV", { "eligibility-8.zkey": "bb" })).toEqual(["key/origin"]);
    expect(await rulesFor("DEV", { "another.zkey": "aa" })).toEqual(["key/origin"]);
  });
});
