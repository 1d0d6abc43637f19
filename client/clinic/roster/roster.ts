// The clinic's roster: one identity a person, one person an identity. A site's desk relies on it: whoever proves with a
// record of this clinic is the person whom this clinic attested. Plain data; every change returns a new roster, and only
// `sealRoster` turns one into bytes that may be stored.
import { z } from "zod";
import type { Field } from "../../../circuits/statement/encoding/field.ts";
import { Refusal } from "../../../circuits/statement/refusal.ts";
import { count, fieldCodec, lowerAddress } from "../../files/codecs.ts";
import type { IdentityCode } from "../../handover/identityCode.ts";
import { BUCKET_PLACES, MAX_BUCKETS } from "../../handover/mailbox.ts";
import { contradiction, isAbout, type PersonInChart, type PersonKeys, withKeys } from "./person.ts";

const ROSTER_FORMAT = "cohort-zero/clinic-roster/1";
/** Records of one identity that are remembered: those that may still be in the registry. */
const MOST_RECORDS = 16;
const MOST_PEOPLE = MAX_BUCKETS * BUCKET_PLACES;

const text = z.string().max(400);
const identity = z.strictObject({
  commitment: fieldCodec,
  /** Age recipient that newer issues are sealed for. */
  recipient: text,
  /** 0 for the person's first identity here, else the day it was re-bound; stands in each record's header. */
  since: count,
  boundOn: count,
  /** What was issued for it, the newest last. */
  records: z.array(z.strictObject({ commitment: fieldCodec, day: count })).max(MOST_RECORDS),
});
const entry = z.strictObject({
  ids: z.array(z.strictObject({ base: text, id: text })),
  numbers: z.array(z.strictObject({ system: text, value: text })),
  /** Place in the clinic's mailboxes, from the first issue on. */
  place: count,
  /** All that the person ever had here; the last one is in use. */
  identities: z.array(identity).min(1),
});
const roster = z.strictObject({
  format: z.literal(ROSTER_FORMAT),
  clinic: lowerAddress,
  /** Place of the next person. */
  next: count,
  entries: z.array(entry).max(MOST_PEOPLE),
});
type RosterIdentity = z.output<typeof identity>;
export type RosterEntry = z.output<typeof entry>;
export type Roster = z.output<typeof roster>;

/** The roster of a clinic that has attested nobody. */
export function createRoster(clinic: string): Roster {
  return { format: ROSTER_FORMAT, clinic: clinic.toLowerCase(), next: 0, entries: [] };
}

/** A roster as JSON. Whoever reads it learns whose the clinic's records are: it is stored sealed only. */
export function rosterJson(value: Roster): unknown {
  return z.encode(roster, value);
}

/** Reads a roster. Refuses with `NotARoster`, without a word of what it holds. */
export function parseRoster(json: unknown): Roster {
  const parsed = roster.safeParse(json);
  if (!parsed.success) throw new Refusal("NotARoster");
  return parsed.data;
}

/** Refuses (`NotARoster`) the roster of another clinic. */
export function checkRosterOf(value: Roster, clinic: string): Roster {
  if (value.clinic === clinic.toLowerCase()) return value;
  throw new Refusal("NotARoster", { problem: "it is another clinic's" });
}

type Binding = {
  readonly person: PersonInChart;
  readonly code: IdentityCode;
  /** Day since 1900-01-01. */
  readonly day: number;
  /** The person lost their wallet: the code is of a new one. */
  readonly isRebinding?: boolean;
  /** Staff have made sure that a chart with another id or number is the same person's. */
  readonly isSamePerson?: boolean;
};
type Bound = {
  readonly roster: Roster;
  readonly place: number;
  /** For the record's header. */
  readonly identitySince: number;
  /** Records of the identities that the person had before: to be revoked, for the old wallet can still use them. */
  readonly lost: readonly Field[];
};

/**
 * Whom an identity is bound to, as the roster has it or from now on. Refuses with `RosterConflict` (the chart's id and
 * numbers are of several people), `IdentityTaken` (another person's) and `PersonHasIdentity` (the person has another,
 * and no re-binding was asked for).
 */
export function bindIdentity(before: Roster, binding: Binding): Bound {
  const { code, isRebinding = false, day } = binding;
  const owner = before.entries.find(({ identities }) => identities.some((one) => isOf(one, code)));
  const named = findEntry(before, binding);
  const found = named ?? (binding.isSamePerson === true ? owner : undefined);
  if (owner !== undefined && owner !== found) throw new Refusal("IdentityTaken");
  if (found === undefined) return enter(before, binding);
  const current = found.identities.at(-1)!;
  const isCurrent = isOf(current, code);
  if (isCurrent && current.recipient !== code.recipient && !isRebinding) {
    throw new Refusal("PersonHasIdentity", { problem: "the code names another mailbox" });
  }
  if (!isCurrent && !isRebinding) throw new Refusal("PersonHasIdentity");
  const changed: RosterIdentity = isCurrent
    ? { ...current, recipient: code.recipient }
    : newIdentity(code, day, day);
  const earlier = found.identities.slice(0, isCurrent ? -1 : undefined);
  const next = {
    ...found,
    ...keysOf(withKeys(found, binding.person)),
    identities: [...earlier, changed],
  };
  return {
    roster: withEntry(before, next),
    place: found.place,
    identitySince: changed.since,
    lost: recordsOf(earlier),
  };
}

const recordsOf = (identities: readonly RosterIdentity[]) =>
  identities.flatMap(({ records }) => records.map(({ commitment }) => commitment));

const isOf = ({ commitment }: RosterIdentity, code: IdentityCode) =>
  commitment === code.identityCommitment;

function newIdentity(code: IdentityCode, since: number, boundOn: number): RosterIdentity {
  const { identityCommitment: commitment, recipient } = code;
  return { commitment, recipient, since, boundOn, records: [] };
}

const keysOf = ({ ids, numbers }: PersonKeys) => ({
  ids: ids.map((one) => ({ ...one })),
  numbers: numbers.map((one) => ({ ...one })),
});

/** A person seen for the first time. Asked for, a re-binding counts all the same: they had a wallet before the roster. */
function enter(before: Roster, { person, code, day, isRebinding }: Binding): Bound {
  if (before.entries.length >= MOST_PEOPLE) throw new RangeError("the roster is full");
  const identitySince = isRebinding === true ? day : 0;
  const added: RosterEntry = {
    ...keysOf(withKeys({ ids: [], numbers: [] }, person)),
    place: before.next,
    identities: [newIdentity(code, identitySince, day)],
  };
  const after = { ...before, next: before.next + 1, entries: [...before.entries, added] };
  return { roster: after, place: added.place, identitySince, lost: [] };
}

function findEntry({ entries }: Roster, { person, isSamePerson }: Binding) {
  const found = entries.filter((known) => isAbout(person, known));
  if (found.length > 1) {
    const problem = `the chart's id and numbers name ${found.length} people in the roster`;
    throw new Refusal("RosterConflict", { problem });
  }
  const [known] = found;
  const problem = known && contradiction(person, known);
  if (problem !== undefined && isSamePerson !== true) {
    throw new Refusal("RosterConflict", { problem });
  }
  return known;
}

function withEntry(before: Roster, changed: RosterEntry): Roster {
  const entries = before.entries.map((one) => (one.place === changed.place ? changed : one));
  return { ...before, entries };
}

/** Notes what was issued at a place, under the identity in use. */
export function withRecord(
  before: Roster,
  { place, commitment, day }: { place: number; commitment: Field; day: number },
): Roster {
  return changeIdentities(before, place, (identities) => {
    const current = identities.at(-1)!;
    const records = [...current.records.filter((one) => one.commitment !== commitment)];
    const kept = [...records, { commitment, day }].slice(-MOST_RECORDS);
    return [...identities.slice(0, -1), { ...current, records: kept }];
  });
}

/**
 * Takes back a record that never was in the registry and never will be. An identity for which nothing else was issued
 * is free again, and its person too.
 */
export function withoutRecord(before: Roster, commitment: Field): Roster {
  const holder = before.entries.find(({ identities }) =>
    identities.at(-1)!.records.some((one) => one.commitment === commitment),
  );
  if (holder === undefined) return before;
  const current = holder.identities.at(-1)!;
  const records = current.records.filter((one) => one.commitment !== commitment);
  const earlier = holder.identities.slice(0, -1);
  if (records.length > 0) {
    return changeIdentities(before, holder.place, () => [...earlier, { ...current, records }]);
  }
  if (earlier.length > 0) return changeIdentities(before, holder.place, () => earlier);
  return { ...before, entries: before.entries.filter((one) => one !== holder) };
}

function changeIdentities(
  before: Roster,
  place: number,
  change: (identities: readonly RosterIdentity[]) => RosterIdentity[],
): Roster {
  const found = before.entries.find((one) => one.place === place);
  if (found === undefined) throw new Refusal("NotInRoster");
  return withEntry(before, { ...found, identities: change(found.identities) });
}

/**
 * Who uses an identity now. Refuses (`NotInRoster`) one that nobody has, or has no more: its records are not anchored.
 */
export function holderOf(
  { entries }: Roster,
  record: { identityCommitment: bigint; identitySince: number },
): { place: number; identity: RosterIdentity; lost: Field[] } {
  for (const { place, identities } of entries) {
    const current = identities.at(-1)!;
    if (current.commitment !== record.identityCommitment) continue;
    if (current.since !== record.identitySince) break;
    return { place, identity: current, lost: recordsOf(identities.slice(0, -1)) };
  }
  throw new Refusal("NotInRoster");
}
