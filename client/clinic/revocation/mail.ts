// Publishing re-issued records in the clinic's mailboxes, whole buckets at a time.
import { Refusal } from "../../../circuits/statement/refusal.ts";
import { commitRecord } from "../../../circuits/witness/record.ts";
import type { Actor } from "../../actor/actor.ts";
import { BUCKET_BYTES, bucketOf, fillBucket, sealForMailbox } from "../../handover/mailbox.ts";
import { type AttestedRecord, parseAttested } from "../record/attest.ts";
import { holderOf, type Roster } from "../roster/roster.ts";
import { provable, refuseLost, revokedAmong } from "./where.ts";

/** A record whose patient is in the roster. */
type Letter = {
  readonly file: AttestedRecord;
  readonly place: number;
  readonly recipient: string;
  /** Nothing was issued for this wallet before. */
  readonly isFirst: boolean;
  /** Records of the wallets that the person has lost. */
  readonly lost: readonly bigint[];
};

/** Whose each file is. Refuses (`NotInRoster`) when one is of nobody in the roster. */
function lettersFor(roster: Roster, files: readonly AttestedRecord[]): Letter[] {
  return files.map((file) => {
    const { identityCommitment, header } = parseAttested(file).record;
    const { identitySince } = header;
    const { place, identity, lost } = holderOf(roster, { identityCommitment, identitySince });
    const { recipient, records } = identity;
    return { file, place, recipient, isFirst: records.length <= 1, lost };
  });
}

/**
 * Refuses to put these files on the registry while one is of nobody in the roster (`NotInRoster`), was revoked
 * (`RevokedBeforeAnchoring`), or is of somebody whose lost wallet can still prove something (`StillProvable`): for a
 * trial that opens later they would be two people.
 */
export async function checkLetters(
  clinic: Pick<Actor, "api" | "address">,
  roster: Roster,
  files: readonly AttestedRecord[],
): Promise<void> {
  const letters = lettersFor(roster, files);
  const lost = letters.flatMap((letter) => letter.lost);
  const own = files.map((file) => {
    const { record, batch } = parseAttested(file);
    return { commitment: commitRecord(record), batch };
  });
  const [revoked] = await revokedAmong(clinic, own);
  if (revoked !== undefined) throw new Refusal("RevokedBeforeAnchoring", { commitment: revoked });
  const [record] = await provable(clinic, lost);
  if (record !== undefined) refuseLost(record);
}

/**
 * Seals these patients' files, with their paths, and publishes the buckets that they are in; the other places keep what
 * they hold. A first issue is handed over by hand and goes into no mailbox, unless `isReplacing`: then the path of the
 * record that the patient has is old. Returns the numbers of the buckets.
 */
export async function publishMail(
  clinic: Pick<Actor, "api" | "address">,
  of: { roster: Roster; files: readonly AttestedRecord[]; isReplacing: boolean },
): Promise<number[]> {
  const letters = lettersFor(of.roster, of.files).filter(
    ({ isFirst }) => of.isReplacing || !isFirst,
  );
  const buckets = new Map<number, Map<number, Uint8Array>>();
  for (const { file, place, recipient } of letters) {
    const { bucket, slot } = bucketOf(place);
    const mail = buckets.get(bucket) ?? new Map<number, Uint8Array>();
    mail.set(slot, await sealForMailbox({ content: file, recipient }));
    buckets.set(bucket, mail);
  }
  for (const [bucket, mail] of buckets) {
    const held = await clinic.api.recordBucket({ clinic: clinic.address, bucket });
    // What is no bucket held nobody's mail either.
    const before = held?.length === BUCKET_BYTES ? held : undefined;
    const bytes = await fillBucket({ before, mail });
    await clinic.api.publishBucket({ clinic: clinic.address, bucket, bytes });
  }
  return [...buckets.keys()];
}
