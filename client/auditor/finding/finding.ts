// What an audit can find wrong: every rule by its id, and a finding with the place that shows it.

/**
 * Rule id and what it says of an honest history. The ids are stable: reports and scripts name
 * them.
 */
export const RULES = {
  "chain/order": "logs come once each, in the chain's order, in blocks whose times do not run back",
  "chain/unreadable": "every log of the contracts decodes by their published interface",

  "accreditation/order": "a role is given to who lacks it and taken from who has it",
  "accreditation/owner":
    "governance passes from its last holder, the first being the published one",
  "accreditation/dictionary":
    "dictionary versions come in order, the first with the published hash",

  "key/forgeable": "no registered verifying key is one for which anybody can forge proofs",
  "key/mismatch": "every verifying key on the chain is the published one of its circuit",
  "key/unpublished": "every registered circuit is among the published ones",
  "key/hash": "a key's registered hash is the hash of the key that the verifier uses",
  "key/twice": "a circuit is registered once",
  "key/origin": "a deployment file says of keys and artifacts what was published with the keys",

  "records/clinic": "only an accredited clinic anchors, replaces or revokes",
  "records/leaf":
    "a leaf is anchored once ever, is no tombstone, and stands for 1 to 4,096 records",
  "records/bound": "a leaf is the hash of its batch's root and the clinic that anchored it",
  "records/quota": "a clinic takes no more slots than its quota",
  "records/limit": "a clinic voids roots no more often a day than its limit",
  "records/voided-clinic":
    "a voided clinic is no longer accredited, and its leaves are cleared before anything is anchored",
  "records/index": "a leaf takes the next place, or the one of the leaf it replaces",
  "records/owner": "a leaf is replaced or revoked only in the name of the clinic that anchored it",
  "records/root": "the registry's root is the one of the tree rebuilt from its leaves",
  "records/epoch": "what voids roots starts the next epoch, and nothing else does",
  "records/tombstone": "a revoked leaf is replaced by its tombstone",
  "records/leaves": "the published leaves of a batch add up to its root, number and hash",

  "trial/protocol":
    "a trial's id is the hash of its protocol number, of one spelling; it passes to another sponsor only while nothing was approved, released or after a year",
  "trial/sponsor": "an accredited sponsor registers, publishes, enrolls, closes and completes",
  "trial/board": "an accredited board approves, suspends and resumes, and is the trial's own",
  "trial/version": "versions are numbered in order and their terms do not contradict themselves",
  "trial/digest": "a version's digest is the one of exactly its terms",
  "trial/approval":
    "the board approves the newest version or the one in force, by its digest, and none that it rejected",
  "trial/opinion":
    "the trial's board alone comments, asks for changes to the newest version or rejects it, and says why it suspends",
  "trial/status":
    "a trial's status changes only as it may, by whom it may; governance holds and lifts in turn",
  "trial/criteria": "the criteria opened to the auditor are those that the board approved",

  "group/root": "a group's root is the one of the tree rebuilt from its members",
  "group/member": "a member is added by a screening or a succession, and by nothing else",
  "group/changed": "groups only grow and stay in the contract's hands",

  "screening/version":
    "a screening is under the version that its board had approved and was in force",
  "screening/not-recruiting": "nobody is screened when a trial does not recruit",
  "screening/day": "a proof's day is the block's or at most three before, and its date that day's",
  "screening/root-unknown": "a screening's records root was a root of the registry",
  "screening/root-expired":
    "a superseded records root is used within its window, a voided one never",
  "screening/nullifier":
    "a person is screened once for a trial and once for each version that asks",
  "screening/commitment": "a participant commitment belongs to one person and stays theirs",
  "screening/group": "a screening enters the group of its screening version",
  "screening/parts": "a screening has one proof for each part of the criteria",
  "screening/proof": "each eligibility proof holds for the signals that follow from the chain",

  "consent/sequence": "statements of a participant are numbered upwards",
  "consent/time":
    "a grant is submitted in its days and valid to a day that lies ahead, all whole days",
  "consent/often":
    "a participant grants once an hour and twelve times in thirty days at most, but to take back",
  "consent/unchanged": "a grant changes something",
  "consent/statement": "a statement does not contradict itself",
  "consent/terms": "form, permissions and site are those of the version consented to",
  "consent/version": "a grant is to the version in force, while the trial runs",
  "consent/group": "a consent proof is about the group of those screened for its version",
  "consent/code": "a withdrawal code is the one whose hash the consent carried",
  "consent/proof": "the membership proof holds for exactly this statement and pseudonym",

  "participant/unknown": "nothing happens to a pseudonym that never consented",
  "participant/after-withdrawal": "nothing happens to a participant who has withdrawn",
  "participant/state": "a participant's state changes only as it may",
  "participant/unexplained": "each act changes the state it says, and no state changes without one",

  "enrollment/consent": "who is enrolled or arrives has a current consent to the required version",
  "enrollment/not-running": "nobody is enrolled or arrives in a trial that does not run",
  "enrollment/capacity": "no more are enrolled than the trial has places",
  "enrollment/site-capacity": "no more are enrolled at a site than it has places",
  "enrollment/deadline": "the time to arrive follows from the version",

  "enrollment/skipped": "who is skipped could not be enrolled",

  "site/signature": "a site's act is signed by the key registered for it at that moment",
  "site/act": "a site acts for its own participants, before its deadline, attesting the right list",
  "site/giver": "a site admits nobody on a representative's consent that the terms do not allow",
  "site/late": "a participant arrives in time; a no-show is reported after it",
  "site/successor":
    "a successor's nullifier and commitment were never used in the trial, and its own proofs hold",

  "staff/delegation":
    "a delegation, or its end, is signed by the site's signer or the sponsor, in time, once",

  "deposits/batch":
    "an accredited operator anchors batches of 1 to 1,024 entries, each once, numbered without gaps",

  "entry/form": "a public entry is its trial's, of a known source and size, its own key beside it",
  "entry/authority":
    "an entry is made by its participant's own proof, or by staff of the participant's site, then",
  "entry/proof": "the membership proof holds for exactly this entry and pseudonym",
  "entry/consent": "data are deposited of participants who are in the trial then",
  "entry/sequence": "a participant's entries in a collection are numbered 1, 2, 3",
  "entry/correction":
    "a correction names its reason and an entry of the same participant that nothing has replaced",
  "entry/batch": "an anchored batch is exactly the entries that name it, in their order",
  "entry/missing": "every entry of an anchored batch is shown",

  "cut/form": "cuts are numbered in order, and hold packages of participants in ascending order",
  "cut/sponsor": "an accredited sponsor, or its staff for requests, seals a cut",
  "cut/consent": "the consent of everyone in a cut covered it in its block",

  "request/form": "a request is for a cut of its trial, says why, names a key, and ends in a day",
  "request/staff": "who asks to open a cut is an accredited sponsor, or its staff for requests",

  "tag/desk": "a person's tag is signed at the desk of the participant's site, before the arrival",
  "tag/taken": "a person has one tag in a trial, and goes on with it after a succession alone",
  "tag/evaluated":
    "a person's tag was evaluated by as many custodians as it takes, who have receipts",
  "tag/arrival": "where custodians are named, whoever arrives has a person's tag",

  "case/form": "emergency cases are numbered in order, with a reason and a key",
  "case/clinician": "only an accredited emergency clinician breaks the glass",
  "case/limit":
    "a clinician breaks the glass five times a day at most, and with no case open for over a week",
  "case/opted-out": "nobody is opened in an emergency without having permitted it",
  "case/board": "an emergency case is closed once, by its trial's accredited board",
  "case/week": "the board closes every emergency case within 7 days",

  "erasure/authority":
    "an erasure is asked for by proof, by the printed code as it withdraws, or by the site's staff",
  "erasure/proof": "the membership proof holds for exactly this trial's erasure and pseudonym",
  "erasure/twice": "an erasure is asked for once",

  "custody/custodian": "only accredited custodians anchor receipts and destroy keys",
  "custody/receipts": "a custodian's receipts are anchored up to numbers that rise",
  "custody/destroyed": "keys are destroyed once by each custodian, after somebody asked for it",
  "custody/outstanding":
    "every custodian destroys its keys within 7 days of an erasure's being asked for",
  "custody/purge":
    "a recipient declares its copies destroyed within 30 days of an erasure's being asked for",
  "custody/recipient":
    "who declares copies destroyed, corrections seen, or anchors a dataset, may open that cut",
  "custody/dataset": "a dataset's manifest is anchored once for its request",

  "receipt/signature": "a receipt is signed by its custodian",
  "receipt/number": "a custodian's receipts are numbered 1, 2, 3, and none is missing",
  "receipt/root": "a custodian's receipts add up to the roots that it anchored",
  "receipt/custodian": "a share is released by an accredited custodian that the trial names",
  "receipt/request": "a share is released for a request, or an emergency, that was open",
  "receipt/entry": "what is released is an anchored entry of a participant in that cut or case",
  "receipt/consent": "what is released was covered by its participant's consent at that block",
  "receipt/superseded": "what was corrected is not released any more",
  "receipt/erased": "nothing is released of whose erasure was asked for",

  "state/differs": "the chain's own state is what its events add up to",

  "server/differs": "what the server tells people is what the chain says",
} as const;
export type Rule = keyof typeof RULES;

/** Where an event stands on the chain. */
export type Place = {
  readonly block: number;
  readonly transaction: string;
  readonly logIndex: number;
};

/**
 * One thing that an honest history would not hold. `place` is missing where no single event shows
 * it.
 */
export type Finding = { readonly rule: Rule; readonly reason: string; readonly place?: Place };

/** Receives findings as they are made. */
export type Report = (rule: Rule, reason: string, place?: Place) => void;

const LAST = Number.MAX_SAFE_INTEGER;

/** Findings in the chain's order, those without a place last. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  const text = (f: Finding) => `${f.rule} ${f.reason}`;
  return [...findings].sort(
    (a, b) =>
      (a.place?.block ?? LAST) - (b.place?.block ?? LAST) ||
      (a.place?.logIndex ?? 0) - (b.place?.logIndex ?? 0) ||
      (text(a) < text(b) ? -1 : 1),
  );
}
