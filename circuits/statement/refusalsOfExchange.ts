// Every "no" of the exchange of data: deposits at the server, custodians, and data in the wallet and at the sponsor. What
// the contracts say no to stands in refusalsOfContracts.ts.

const byServer = (meaning: string, next: string) => ({ layer: "server", meaning, next }) as const;
const byCustodian = (meaning: string, next: string) =>
  ({ layer: "custodian", meaning, next }) as const;
const byWallet = (meaning: string, next: string) => ({ layer: "wallet", meaning, next }) as const;

/** By code, as REFUSALS has them. */
export const EXCHANGE_REFUSALS = {
  // Deposits
  UnknownCollection: byServer(
    "the trial's version in force has no such collection",
    "download the trial again; what it no longer collects is not deposited",
  ),
  WrongCustodians: byServer(
    "the package's shares are not for the custodians of the trial's version in force",
    "download the trial again and seal the package anew",
  ),
  PackageMissing: byServer(
    "the package is not here, or was not deposited within an hour of being sent",
    "send the package again, then deposit it",
  ),
  PackageTaken: byServer(
    "the package belongs to another entry",
    "seal the content anew: each entry has a package of its own",
  ),
  WrongSequence: byServer(
    "the entry is not the next one of this participant in this collection",
    "download the entries again and take the number named",
  ),
  NotReplaceable: byServer(
    "the entry to be corrected is none of this participant in this collection, or was corrected before",
    "download the entries again and correct the newest one",
  ),
  Erased: byServer(
    "somebody has asked that all keys of this participant be destroyed",
    "nothing more is kept for this participant in this trial",
  ),
  StoreUnavailable: byServer(
    "the store of packages takes nothing now",
    "try again later; nothing was deposited",
  ),

  // Custodians
  HeadOld: byCustodian(
    "the custodian's node is behind: its newest block is old",
    "try again later; ask another custodian",
  ),
  NodeContradicts: byCustodian(
    "the custodian's node contradicts itself",
    "ask another custodian; its operator checks the node",
  ),
  EntriesIncomplete: byCustodian(
    "the exchange does not serve all entries that are on the chain",
    "try again in a few minutes; if that does not help, tell the operator and the board",
  ),
  UnknownEntry: byCustodian("no exchange serves this entry", "check its hash"),
  EntryNotAnchored: byCustodian(
    "the entry is not on the chain yet, or not final",
    "wait a few minutes",
  ),
  EntryInvalid: byCustodian(
    "the entry was not made by somebody who could make it, or its number is taken",
    "leave it out; the audit names it",
  ),
  NotInCut: byCustodian(
    "the entry is not what the request is for: its path does not lead to the cut's root, or its participant is not in it",
    "check path and cut",
  ),
  OtherPermission: byCustodian(
    "the entry needs another permission than was asked for",
    "seal a cut for that permission",
  ),
  RequestEnded: byCustodian("the request or the case has ended", "make a new request"),
  Withdrawn: byCustodian("the participant has withdrawn", "leave them out"),
  PermissionNotGiven: byCustodian(
    "the participant does not give this permission",
    "leave them out",
  ),
  OnHold: byCustodian(
    "the participant has not consented to the form that is required now",
    "wait until they consent again",
  ),
  Superseded: byCustodian("the entry was corrected", "ask for the correcting entry in a new cut"),
  NoCustodianKey: byCustodian(
    "this custodian has no key for the participant",
    "ask the other custodians",
  ),
  StanzaDoesNotOpen: byCustodian(
    "the stanza was not made for this entry and custodian",
    "send the one in the package's own header",
  ),
  RecipientKeyInvalid: byCustodian(
    "no secret can be agreed with the request's key",
    "request again with a fresh X25519 key",
  ),

  // Data in the wallet and at the sponsor
  UnreadableHealthData: byWallet(
    "the file cannot be read as the health data it was given as",
    "export it again and open the new file; nothing was taken from this one",
  ),
  TooManyReadings: byWallet(
    "the file has more readings than the wallet takes",
    "choose fewer days, or a source that measures less often",
  ),
  DayTooLarge: byWallet(
    "the readings of one day are larger than a package may be",
    "choose a source that measures less often for that day",
  ),
  MalformedMapping: byWallet(
    "what was said of the table's columns cannot be used",
    "correct the named field",
  ),
  EntryDropped: byWallet(
    "the operator took an entry and has not published or anchored it",
    "keep the receipt and tell governance",
  ),
  MalformedPackage: byWallet(
    "the package does not hold what packages hold",
    "have it deposited again",
  ),
  NotThisEntry: byWallet("the package was made for another entry", "do not use it; tell the board"),
  CustodiansMissing: byWallet(
    "the trial collects data, and nobody is named who would hold the keys to it",
    "name at least two accredited custodians (--custodian), or leave the collections out",
  ),
  NoCollections: byWallet("the trial's version names no custodians", "it collects nothing"),
  NoParticipantKey: byWallet(
    "the participant's wallet has published no key",
    "ask them to open their wallet once",
  ),
  NothingToCut: byWallet(
    "no package is covered by consent now",
    "look at who is left out, and why",
  ),
  NothingToShow: byWallet(
    "no record shows what is asked for",
    "ask your clinic for a newer record",
  ),
  TooFewCustodians: byWallet("not enough custodians gave keys or shares", "try again later"),
  WrongKeys: byWallet(
    "a custodian's list of keys is not signed by it, or out of order",
    "tell governance",
  ),
  CustodianAway: byWallet(
    "a custodian of the trial gives no keys",
    "try again later; nothing is sealed while one is missing",
  ),
  OtherCustodian: byWallet(
    "somebody else answers where a custodian should",
    "tell the exchange and governance; nothing was sealed",
  ),
  KeysChanged: byWallet(
    "a custodian gives another key for this participant than before",
    "seal nothing; tell the site and governance: a custodian that lost its keys has to be replaced",
  ),
  WrongShare: byWallet("a custodian's share does not fit", "ask another custodian"),
  NotYourPackage: byWallet(
    "the package is sealed for another key than this wallet's",
    "tell the site",
  ),

  // Persons' tags
  NoTagKey: byCustodian(
    "the trial's custodians have dealt no key for persons' tags yet",
    "let the desk set it up while all of them answer",
  ),
  WrongTagShare: byCustodian(
    "what a custodian dealt for the key of persons' tags does not fit",
    "tell governance which custodian it is",
  ),
  TagKeysDiffer: byCustodian(
    "the trial's custodians hold different keys for persons' tags",
    "register no tag, and tell governance which custodians they are",
  ),
  TooManyTags: byCustodian(
    "too many documents were evaluated for this desk or participant today",
    "go on tomorrow",
  ),
  WrongTagAnswer: byWallet(
    "a custodian did not evaluate the document with its share of the key",
    "go on with the other custodians, and tell governance",
  ),
} as const;
