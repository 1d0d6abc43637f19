// The server's answers are made here from the chain and then falsified one at a time; that an
// honest server agrees with the auditor is shown against a real one in the journey's test.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Field } from "../../circuits/statement/field.ts";
import {
  PARTICIPANT_STATES,
  scopeOf,
  TRIAL_STATUSES,
  ZERO_BYTES32,
} from "../../circuits/statement/trial.ts";
import { type Audit, audit } from "../../client/auditor/audit.ts";
import { compareServer } from "../../client/auditor/compareServer.ts";
import type { Told } from "../../client/auditor/serverState.ts";
import { number } from "../contracts/world.ts";
import { type History, KEYS, openHistory, playHistory } from "./history.ts";

let history: History;
let result: Audit;
let honest: Told;
beforeAll(async () => {
  history = await playHistory();
  result = await audit({ source: await openHistory(history), keys: KEYS });
  honest = tell(result);
});
afterAll(() => history.world.close());

const roleNames = ["", "clinic", "sponsor", "board"] as const;

/** What an honest server would say. */
function tell({ world, source }: Audit): Told {
  const { deployment, head } = source;
  const { chainId, deployBlock, keys, rootWindowSeconds, addresses } = deployment;
  const block = head.number;
  return {
    block,
    deployment: {
      ...{ chainId, deployBlock, keys, rootWindowSeconds, dictionaryVersion: 1 },
      ...{ blockNumber: block, chainTime: head.timestamp, signInDomain: "localhost" },
      contracts: Object.fromEntries(
        Object.entries(addresses).map(([name, at]) => [name, at.toLowerCase()]),
      ),
    },
    accreditations: [...world.accredited.keys()].map((key) => {
      const [role, account] = key.split(" ");
      const name = "Sample";
      return { role: roleNames[Number(role)]!, account: account!, name, active: true, since: 0 };
    }),
    records: tellRecords(result.world.records, block),
    trials: [...world.trials.values()].map((trial) => tellTrial(result, trial)),
  };
}

function tellRecords(records: Audit["world"]["records"], blockNumber: number): Told["records"] {
  const old = [...records.superseded].map(([root, { since, epoch }]) => ({
    root: root as Field,
    createdAt: 0,
    supersededAt: since as number | null,
    voided: epoch !== records.epoch,
  }));
  const current = { root: records.root as Field, createdAt: 0, supersededAt: null, voided: false };
  return {
    blockNumber,
    root: records.root as Field,
    leaves: records.leaves.map(({ leaf, clinic, size, leavesHash }, index) => {
      const isRevoked = records.tombstones.has(leaf);
      const isBatch = leavesHash !== ZERO_BYTES32 && !isRevoked;
      return {
        ...{ index, value: leaf as Field, issuer: clinic, size, published: false, anchoredAt: 0 },
        kind: isRevoked ? ("revoked" as const) : isBatch ? ("batch" as const) : ("record" as const),
        leavesHash: isBatch ? leavesHash : null,
      };
    }),
    roots: [...old, current],
  };
}

type Trial = Audit["world"]["trials"] extends Map<string, infer T> ? T : never;

function tellTrial({ world, source }: Audit, trial: Trial): Told["trials"][number] {
  const { trialId, protocolNumber, sponsor, board, current } = trial;
  const { chainId, addresses } = source.deployment;
  const status = TRIAL_STATUSES[trial.status]!;
  const scope = scopeOf({ chainId, enrollment: addresses.Enrollment, trialId });
  const required = trial.versions.get(current)!.consentVersion;
  const summary = {
    trialId,
    protocolNumber,
    sponsor,
    board,
    status,
    currentVersion: current,
    scope,
  };
  const groups = [...trial.groups].map(([version, groupId]) => ({
    ...{ version, groupId },
    members: world.groups.get(groupId)!.tree.leaves as Field[],
  }));
  const versions = [...trial.versions.values()].map(({ number: version, digest }) => {
    return { version, digest } as Told["trials"][number]["state"]["versions"][number];
  });
  const participants = [...trial.participants].map(([pseudonym, who]) => ({
    ...{ pseudonym: pseudonym as Field, state: PARTICIPANT_STATES[who.state]! },
    ...{ onHold: who.version < required, sequence: who.sequence },
    ...{ version: who.version, siteId: who.siteId },
  }));
  const screenings = [...trial.screened].map(([nullifier, { commitment }]) => ({
    ...{ nullifier: nullifier as Field, version: 1, commitment: commitment as Field },
  }));
  const blockNumber = source.head.number;
  const rest = { versions, groups, screenings, participants };
  const state = { trialId, blockNumber, status, currentVersion: current, ...rest };
  return { summary, state };
}

/** Falsifies a copy of the honest answers and returns what the comparison says. */
function compareWith(falsify: (told: Told) => void): string[] {
  const told = structuredClone(honest);
  falsify(told);
  const findings = compareServer(told, result);
  for (const { rule } of findings) expect(rule).toBe("server/differs");
  return findings.map(({ reason }) => reason);
}
type Open<T> = { -readonly [K in keyof T]: T[K] };
const open = <T>(value: T) => value as Open<T>;

test("an honest server differs in nothing", () => {
  expect(compareWith(() => {})).toEqual([]);
});

describe("a server that lies", () => {
  test("about the records root is named, once for the root and once for its list", () => {
    const said = compareWith(({ records }) => {
      open(records).root = number("another tree") as Field;
    });
    expect(said).toEqual([expect.stringMatching(/^records root: told \d+, on the chain \d+$/)]);
  });

  test("about a participant's state or hold is named with the pseudonym", () => {
    const { pseudonym } = history.people.ben!;
    const participant = ({ trials }: Told) =>
      open(trials[0]!.state.participants.find((one) => one.pseudonym === pseudonym)!);
    const state = compareWith((told) => {
      participant(told).state = "on-study";
    });
    expect(state).toHaveLength(1);
    expect(state[0]).toContain(`participant ${pseudonym} of trial CZ-2030-001: told [on-study`);
    const hold = compareWith((told) => {
      participant(told).onHold = !participant(told).onHold;
    });
    expect(hold).toEqual([expect.stringContaining(`hold of participant ${pseudonym}`)]);
  });

  test("by leaving a participant out is named", () => {
    const said = compareWith(({ trials }) => {
      open(trials[0]!.state).participants = trials[0]!.state.participants.slice(1);
    });
    expect(said).toHaveLength(2);
    expect(said[0]).toContain("number of participants");
  });

  test("about the text that the board approved is named", () => {
    const said = compareWith(({ trials }) => {
      const consentForm = { hash: "0x", mediaType: "text/plain", content: "sign here" };
      const documents = { document: null, consentForm, attestations: null };
      open(trials[0]!.state.versions[0]!).documents = documents;
    });
    expect(said).toHaveLength(1);
    expect(said[0]).toContain("text (consentForm) of version 1 of trial CZ-2030-001");
  });

  test("about members, screenings, versions, status, board or an address is named", () => {
    const lies: [string, (told: Told) => void][] = [
      ["members of version 1", ({ trials }) => trials[0]!.state.groups[0]!.members.reverse()],
      [
        "commitment of nullifier",
        ({ trials }) => {
          open(trials[0]!.state.screenings[0]!).commitment = 5n as Field;
        },
      ],
      [
        "versions of trial",
        ({ trials }) => {
          open(trials[0]!.state.versions[0]!).digest = `0x${"11".repeat(32)}`;
        },
      ],
      [
        "status of trial",
        ({ trials }) => {
          open(trials[0]!.state).status = "completed";
        },
      ],
      [
        "board of trial",
        ({ trials }) => {
          open(trials[0]!.summary).board = `0x${"22".repeat(20)}`;
        },
      ],
      [
        "address of Enrollment",
        ({ deployment }) => {
          deployment.contracts.Enrollment = `0x${"33".repeat(20)}`;
        },
      ],
      [
        "accreditations",
        (told) => {
          open(told).accreditations = told.accreditations.slice(1);
        },
      ],
      [
        "records under leaf 1",
        ({ records }) => {
          open(records.leaves[1]!).size = 6;
        },
      ],
      [
        "voided",
        ({ records }) => {
          open(records.roots[0]!).voided = false;
        },
      ],
      [
        "trials: told",
        (told) => {
          open(told).trials = [];
        },
      ],
    ];
    for (const [words, falsify] of lies) {
      const said = compareWith(falsify);
      expect(said[0], words).toContain(words);
    }
  });
});
