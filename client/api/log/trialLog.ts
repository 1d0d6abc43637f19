// A trial's public state out of its log, as the indexer's tables have it.
import { z } from "zod";
import { type Field, parseField } from "../../../circuits/statement/encoding/field.ts";
import { TRIAL_LOG, type TrialRow } from "../../../circuits/statement/encoding/publicLog.ts";
import { PARTICIPANT_STATES, TRIAL_STATUSES } from "../../../circuits/statement/trial/terms.ts";
import { bytes32, count } from "../scalars.ts";
import type { Transport } from "../transport.ts";
import { type PublicState, version } from "../trial.ts";
import { type Followed, LogFollower } from "./follower.ts";
import { digest, type LogKeeper } from "./head.ts";

/** Something that happened in a trial, and to which participant, by the order of first consents. */
export type Moment = {
  readonly at: number;
  readonly who: number | undefined;
  readonly row: Exclude<TrialRow, { kind: "G" | "T" }>;
};

type Screening = PublicState["screenings"][number];
type Group = PublicState["groups"][number];
/** A participant without what the trial's standing makes of them; arrays of these are never changed in place. */
type Person = Omit<PublicState["participants"][number], "onHold"> & { readonly until: number };

class TrialFold {
  readonly groups: Group[] = [];
  readonly screenings: Screening[] = [];
  readonly people: Person[] = [];
  readonly moments: Moment[] = [];
  readonly #screened = new Map<Field, number>();
  #seconds = 0;

  add(row: TrialRow): void {
    this.#seconds += row.seconds;
    this.#apply(row);
    if (row.kind === "G" || row.kind === "T") return;
    const who = "who" in row ? row.who : row.kind === "C" ? this.people.length - 1 : undefined;
    this.moments.push({ at: this.#seconds, who, row });
  }

  #apply(row: TrialRow): void {
    if (row.kind === "G") {
      this.groups.push({ version: row.version, groupId: BigInt(row.group), members: [] });
    } else if (row.kind === "S") this.#screen(row, row.version);
    else if (row.kind === "U") {
      this.#screen(row, this.#groupOf(row.group).version);
      this.#change(row.who, { until: 0 });
    } else if (row.kind === "C" || row.kind === "R") this.#consent(row);
    else if (row.kind === "W") this.#change(row.who, { sequence: BigInt(row.sequence) });
    else if (row.kind === "E") this.#change(row.who, { arriveBy: row.until });
    else if (row.kind === "T") this.#change(row.who, { state: stateOf(row.state) });
  }

  #screen(row: TrialRow & { kind: "S" | "U" }, under: number): void {
    const nullifier = parseField(row.nullifier);
    const commitment = parseField(row.commitment);
    const issuerTags = row.tags.map(parseField);
    this.#groupOf(row.group).members.push(commitment);
    const known = this.#screened.get(nullifier);
    const at = known ?? this.screenings.length;
    this.#screened.set(nullifier, at);
    this.screenings[at] = { nullifier, version: under, commitment, issuerTags };
  }

  #consent(row: TrialRow & { kind: "C" | "R" }): void {
    const { version: shown, site: siteId, until } = row;
    const granted = { version: shown, siteId, sequence: BigInt(row.sequence), until };
    if (row.kind === "R") this.#change(row.who, granted);
    else {
      const pseudonym = parseField(row.pseudonym);
      this.people.push({ pseudonym, state: "eligible", arriveBy: null, ...granted });
    }
  }

  #change(who: number, change: Partial<Person>): void {
    const person = this.people[who];
    if (person === undefined) throw new Error("the log tells of somebody who is not in it");
    this.people[who] = { ...person, ...change };
  }

  #groupOf(groupId: string): Group {
    const group = this.groups.find((one) => one.groupId === BigInt(groupId));
    if (group === undefined) throw new Error("the log tells of a group that is not in it");
    return group;
  }
}

function stateOf(number: number): Person["state"] {
  const state = PARTICIPANT_STATES[number];
  if (state === undefined) throw new Error("the log tells of an unknown state");
  return state;
}

const fields = z.object({
  trialId: bytes32,
  status: z.enum(TRIAL_STATUSES),
  held: z.boolean(),
  currentVersion: count,
  /** Whether it goes on, and the oldest version whose consent is enough: else one is on hold. */
  running: z.boolean(),
  consentVersion: count,
  terms: digest,
});
type Fields = z.output<typeof fields>;
type Version = z.input<typeof version>;

/** A trial as it is followed. */
export type TrialLog = {
  readonly state: PublicState;
  readonly moments: readonly Moment[];
};

export class TrialFollower {
  readonly #follower: LogFollower<typeof TRIAL_LOG, TrialFold, Fields>;

  constructor(transport: Transport, trialId: string, keeper?: LogKeeper) {
    const path = `/state/trials/${trialId}`;
    const begin = () => new TrialFold();
    const of = { transport, path, subject: trialId, log: TRIAL_LOG, begin, fields, keeper };
    this.#follower = new LogFollower(of);
  }

  /** The state of now; undefined when there is no such trial. */
  read(): Promise<TrialLog | undefined> {
    return this.#follower.read(show);
  }

  /** What was kept last, without asking the server. */
  readKept(): Promise<TrialLog | undefined> {
    return this.#follower.readKept(show);
  }
}

/** What the log adds up to now, in arrays of its own. */
async function show(followed: Followed<TrialFold, Fields>): Promise<TrialLog> {
  const { fold, block, seconds } = followed;
  const { running, consentVersion, terms, ...standing } = followed.fields;
  const groups = fold.groups
    .map((group) => ({ ...group, members: group.members.slice() }))
    .sort((a, b) => a.version - b.version);
  const told = z.array(z.looseObject({})).parse(JSON.parse(await followed.content(terms)));
  const versions = told.map((one) => {
    const group = groups.find(({ groupId }) => String(groupId) === one.groupId);
    return version.parse({ ...(one as Version), members: group?.members.length ?? 0 });
  });
  const participants = fold.people.map(({ until, ...person }) => ({
    ...person,
    onHold: !running || person.version < consentVersion || until < seconds,
  }));
  const screenings = fold.screenings.slice();
  const state = { ...standing, blockNumber: block, versions, groups, screenings, participants };
  return { state, moments: fold.moments.slice() };
}
