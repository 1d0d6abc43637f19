// A trial as everybody downloads it: from events to the rows of a log, without proofs and signatures.
import { eq } from "drizzle-orm";
import { showableSeconds } from "../../circuits/statement/encoding/day.ts";
import {
  type RowOf,
  TRIAL_LOG,
  type TrialRow,
} from "../../circuits/statement/encoding/publicLog.ts";
import type { People, Projection, Told } from "../segments/projection.ts";
import type { PublicState } from "../segments/publicState.ts";
import type { Said } from "../store/events.ts";
import { readTrialRest } from "../trials/rest.ts";
import { documents, trials } from "../trials/tables.ts";

/** A row about a participant; none of a pseudonym that never consented, as the tables have none. */
function about(
  { pseudonym }: { readonly pseudonym: string },
  people: People,
  row: (who: number) => Told<RowOf<typeof TRIAL_LOG>>,
) {
  const who = people.get(pseudonym);
  return who === undefined ? undefined : row(who);
}

const screening = ({ groupId, parts }: Said<"Screened" | "Succeeded">) => ({
  group: groupId,
  tags: parts.map(({ issuerTag }) => issuerTag),
});

function consented(values: Said<"Consented">, people: People): Told<TrialRow> {
  const { statement } = values;
  const granted = {
    version: Number(statement.version),
    site: Number(statement.siteId),
    permissions: Number(statement.permissions),
    sequence: statement.sequence,
    until: showableSeconds(statement.validUntil),
  };
  const pseudonym = values.pseudonym;
  const who = people.get(pseudonym);
  if (who !== undefined) return { kind: "R", who, ...granted };
  people.set(pseudonym, people.size);
  return { kind: "C", pseudonym, ...granted };
}

const EVENTS: Projection["events"] = {
  GroupOpened: ({ screeningVersion, groupId }) => ({
    kind: "G",
    version: Number(screeningVersion),
    group: groupId,
  }),
  Screened: (values) => ({
    kind: "S",
    version: Number(values.version),
    nullifier: values.nullifier,
    commitment: values.participantCommitment,
    ...screening(values),
  }),
  Succeeded: (values, people) =>
    about(values, people, (who) => {
      const { succession } = values;
      return {
        kind: "U",
        who,
        nullifier: succession.successorNullifier,
        commitment: succession.successorCommitment,
        ...screening(values),
      };
    }),
  Consented: consented,
  WithdrawnByProof: (values, people) =>
    about(values, people, (who) => ({
      kind: "W",
      who,
      sequence: values.statement.sequence,
    })),
  WithdrawnByCode: (values, people) => about(values, people, (who) => ({ kind: "K", who })),
  Enrolled: (values, people) =>
    about(values, people, (who) => ({
      kind: "E",
      who,
      until: showableSeconds(values.arriveBy),
    })),
  NoShow: (values, people) => about(values, people, (who) => ({ kind: "N", who })),
  SiteSigned: (values, people) =>
    about(values, people, (who) => ({ kind: "D", who, act: values.kind })),
  StateChanged: (values, people) =>
    about(values, people, (who) => ({ kind: "T", who, state: Number(values.state) })),
  VersionApproved: ({ version }) => ({ kind: "V", version: Number(version) }),
  HeldByGovernance: ({ held }) => ({ kind: "H", flag: held }),
  StatusChanged: () => ({ kind: "P" }),
};

/** A trial's public state. */
export const trialState: PublicState = {
  path: "/state/trials/",
  isName: (subject) => /^0x[0-9a-f]{64}$/.test(subject),
  projection: { log: TRIAL_LOG, events: EVENTS },
  readRest: readTrialRest,
  isThere: async (db, subject) => (await db.$count(trials, eq(trials.trialId, subject))) > 0,
  countUploads: (db) => db.$count(documents),
};
