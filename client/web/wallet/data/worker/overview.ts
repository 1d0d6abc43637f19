// What was sent, what is due, and who opened it: found on the device among everything that is public.
import { dayOfTimestamp } from "../../../../../circuits/statement/encoding/day.ts";
import type { Collection } from "../../../../../circuits/statement/exchange/collection.ts";
import { hashEntry } from "../../../../../circuits/statement/exchange/entry.ts";
import { Refusal } from "../../../../../circuits/statement/refusal.ts";
import type { ConsentForm } from "../../../../../circuits/statement/trial/trialFile.ts";
import { addressOf } from "../../../../actor/actor.ts";
import type { AuditEvent } from "../../../../api/event.ts";
import type { Moment } from "../../../../api/log/trialLog.ts";
import { type Access, accessesOf, readReceipts } from "../../../../exchange/access.ts";
import { toDisclosureEvent } from "../../../../exchange/accessFhir.ts";
import { newestEntries } from "../../../../exchange/cut.ts";
import { inclusionOf } from "../../../../exchange/deposit.ts";
import { type ErasureStatus, erasureOf } from "../../../../exchange/erase.ts";
import { ownRecipient, publishedRecipient } from "../../../../exchange/keys.ts";
import type { Waiting } from "../../../../exchange/outbox.ts";
import { type Due, scheduleOf } from "../../../../exchange/schedule.ts";
import { permissionsOf, type Standing } from "../../../../patient/consent.ts";
import { findSelf, type Self } from "../../../../patient/self.ts";
import { answering, reachCustodians } from "../../../auditor/exchange/custodians.ts";
import { type Fault, toFault } from "../../../prover/messages.ts";
import { custodyTerms, type Looked, look, type Of, outboxOf, reviewed, whoseOf } from "./ground.ts";
import { type Correction, correctionsOf, type OwnPackage, ownPackages } from "./packages.ts";

export type OwnDue = Due<{
  readonly collection: string;
  readonly day: number;
  readonly entry: string;
}>;

export type OwnData = {
  readonly pseudonym: bigint;
  readonly trialId: string;
  /** Undefined before the arrival. */
  readonly arrivedAt: number | undefined;
  /** The newest consent; undefined after a withdrawal, and before the first one. */
  readonly granted: Standing | undefined;
  readonly collections: readonly Collection[];
  readonly form: ConsentForm | undefined;
  /** Why the trial's text cannot be used: then what was sent is shown all the same. */
  readonly textProblem: Fault | undefined;
  /** The wallet's key stands among the entries: the site can send something. */
  readonly hasKey: boolean;
  readonly due: readonly OwnDue[];
  /** Sealed on this device, and not among the entries yet. */
  readonly waiting: readonly Waiting[];
  /** Entries that the exchange took from this device and does not publish, or does not anchor. */
  readonly dropped: readonly string[];
  readonly packages: readonly OwnPackage[];
  /** What the site corrected, newest first. */
  readonly corrections: readonly Correction[];
  readonly accesses: readonly Access[];
  /** Of accredited accounts, in lower case. */
  readonly names: ReadonlyMap<string, string>;
  /** Purposes and reasons in words, by hash. */
  readonly words: ReadonlyMap<string, string>;
  /** The accesses as FHIR AuditEvents (IHE BALP), a line each. */
  readonly auditEvents: string;
  readonly erasure: ErasureStatus;
  readonly custodians: number;
  /** Custodians that did not answer, that somebody else answers for, or whose receipts are not whole. */
  readonly unsure: readonly { readonly custodian: string; readonly why: string }[];
};

/** Everything about one's own data in a trial. Refuses with `TrialNotApproved`. */
export async function overview(of: Of): Promise<OwnData> {
  const looked = await look(of);
  const found = await findSelf(whoseOf(of, looked));
  const { pseudonym, participation } = found;
  const { api, downloads, entries } = looked;
  const terms = custodyTerms(looked);
  const { trialId } = downloads.trial;
  const [events, people, told, text] = await Promise.all([
    api.events(),
    api.participants(of.protocolNumber),
    receiptsOf(looked, terms.custodians),
    textOf(of, looked),
  ]);
  const registries = {
    cuts: addressOf(downloads.deployment, "CutRegistry"),
    emergency: addressOf(downloads.deployment, "EmergencyAccess"),
  };
  const { custodianThreshold: threshold } = terms;
  const ground = { trialId, pseudonym, entries, events };
  const accesses = accessesOf({ ...ground, books: told.books, registries, threshold });
  const words = await wordsOf(looked, events, trialId);
  const me = people.find((one) => one.pseudonym === pseudonym);
  const packages = ownPackages({ ...ground, accesses });
  const { retry } = participation;
  const recipient = await ownRecipient({ seed: of.wallet.seed, trialId, retry });
  return {
    ...{ pseudonym, trialId, accesses, words, packages, ...text },
    arrivedAt: me?.arrivedAt ?? undefined,
    granted: grantedOf(found, looked.moments, downloads.state.participants),
    hasKey: (await publishedRecipient(entries, pseudonym)) === recipient,
    due: dueFor(looked, { pseudonym, collections: text.collections, me }),
    waiting: await outboxOf(of).settle(entries, looked.now),
    dropped: await droppedOf(of, looked),
    corrections: correctionsOf(packages),
    names: new Map(
      downloads.accreditations.map(({ account, name }) => [account.toLowerCase(), name]),
    ),
    auditEvents: asFhir(accesses, { trialId, pseudonym, words }),
    erasure: erasureOf({ ...ground, versions: downloads.state.versions }),
    custodians: terms.custodians.length,
    unsure: told.unsure,
  };
}

async function droppedOf(of: Of, { entries, now }: Looked): Promise<string[]> {
  const sent = await outboxOf(of).sent();
  return sent.flatMap(({ hash, takenAt }) => {
    try {
      inclusionOf({ entry: hash, entries, takenAt, now });
      return [];
    } catch (problem) {
      if (!(problem instanceof Refusal)) throw problem;
      return [hash];
    }
  });
}

/** The newest consent of a person who has not withdrawn. */
function grantedOf(
  { participant }: Self,
  moments: readonly Moment[],
  people: Looked["downloads"]["state"]["participants"],
): Standing | undefined {
  const me = participant && people.indexOf(participant);
  const newest = moments.findLast(
    ({ who, row }) => who === me && (row.kind === "C" || row.kind === "R"),
  )?.row;
  if (participant === undefined || participant.state === "withdrawn") return undefined;
  if (newest?.kind !== "C" && newest?.kind !== "R") return undefined;
  const { version, permissions, site: siteId, until: validUntil } = newest;
  return { version, permissions: permissionsOf(permissions), siteId, validUntil };
}

/** Every custodian's receipts, and of whom they are not wholly known. */
async function receiptsOf({ place }: Looked, named: readonly string[]) {
  const reached = await reachCustodians(named);
  const books = await readReceipts(answering(reached), place);
  const unsure = reached.flatMap(({ address: custodian, custodian: found, isOther }) => {
    if (isOther) return [{ custodian, why: "somebody else answers in its place" }];
    if (found === undefined) return [{ custodian, why: "it does not answer" }];
    const book = books.find((one) => one.custodian === found.address);
    return book?.isIncomplete === false
      ? []
      : [{ custodian, why: "its receipts are not whole, or not signed by it" }];
  });
  return { books, unsure };
}

/** The trial's collections and form; none, and why, where its text is sealed or refused. */
async function textOf(of: Of, looked: Looked) {
  try {
    const { trial } = (await reviewed(of, looked)).document;
    const { collections = [], consentForm: form } = trial;
    return { collections, form, textProblem: undefined };
  } catch (problem) {
    return { collections: [], form: undefined, textProblem: toFault(problem) };
  }
}

/** Of all requests and emergencies of the trial: asking for one's own alone would tell whose wallet this is. */
async function wordsOf({ exchange }: Looked, events: readonly AuditEvent[], trialId: string) {
  const said = events.flatMap(({ arguments: { trialId: of, purpose, reason } }) =>
    of === trialId ? [purpose, reason] : [],
  );
  const hashes = [...new Set(said.filter((one) => one !== undefined && HASH.test(one)))];
  const found = await Promise.all(
    hashes.map(async (hash) => [hash, await exchange.text(hash!).catch(() => undefined)] as const),
  );
  return new Map(
    found.flatMap(([hash, text]) => (text === undefined ? [] : [[hash!, text] as const])),
  );
}

const HASH = /^0x[0-9a-f]{64}$/;

type Person = {
  readonly pseudonym: bigint;
  readonly collections: readonly Collection[];
  readonly me: { readonly arrivedAt: number | null; readonly endedAt: number | null } | undefined;
};

function dueFor(
  { entries, today }: Looked,
  { pseudonym, collections, me }: Person,
): readonly OwnDue[] {
  const own = newestEntries(entries).flatMap(({ entry }) => {
    const { collection, day } = entry;
    return entry.pseudonym === pseudonym ? [{ collection, day, entry: hashEntry(entry) }] : [];
  });
  const dayOf = (seconds: number | null | undefined) =>
    seconds === null || seconds === undefined ? undefined : dayOfTimestamp(seconds);
  const arrival = dayOf(me?.arrivedAt);
  return scheduleOf({ collections, arrival, today, entries: own, end: dayOf(me?.endedAt) }).due;
}

type Telling = { trialId: string; pseudonym: bigint; words: ReadonlyMap<string, string> };

function asFhir(accesses: readonly Access[], { trialId, pseudonym, words }: Telling): string {
  const { origin: server } = self.location;
  const events = accesses.map((access) => {
    const purposeText = words.get(access.purpose);
    return toDisclosureEvent(access, { trialId, pseudonym, server, purposeText });
  });
  return events.map((event) => `${JSON.stringify(event)}\n`).join("");
}
