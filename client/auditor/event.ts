// The contracts' events as the auditor reads them: decoded by the published interfaces, addresses
// in lower case, integers of up to 32 bits as numbers and larger ones as bigints.
import type { ParamType } from "ethers";
import type { ConsentStatement, SiteAct, Succession } from "../../circuits/statement/consent.ts";
import type { Bytes32, SiteTerms, VersionTerms } from "../../circuits/statement/trial.ts";
import type { Connectable } from "../../contracts/connect.ts";
import { parseLog } from "../../contracts/logs.ts";
import type { Place } from "./finding.ts";

/** A log as a node gives it, numbers parsed. */
export type RawLog = {
  readonly address: string;
  readonly topics: readonly string[];
  readonly data: string;
  readonly blockNumber: number;
  readonly transactionHash: string;
  readonly logIndex: number;
};

/** VersionTerms with the circuit by id, as the chain has them. */
export type ChainTerms = Omit<VersionTerms, "circuit"> & {
  readonly circuit: Bytes32;
  readonly sites: readonly SiteTerms[];
};
type OfTrial = { readonly trialId: Bytes32 };
type OfParticipant = OfTrial & { readonly pseudonym: bigint };
type ConsentEvent = OfParticipant & {
  readonly statement: ConsentStatement;
  readonly groupId: bigint;
  readonly groupRoot: bigint;
  readonly points: readonly bigint[];
};
type Leaf = { readonly clinic: string; readonly index: bigint; readonly leaf: bigint };
type Batch = {
  readonly batchRoot: bigint;
  readonly root: bigint;
  readonly size: bigint;
  readonly leavesHash: Bytes32;
  readonly uri: string;
};
/** One proof of a screening, in the order of the version's criteria hashes. */
export type Part = {
  readonly issuerTag: bigint;
  readonly recordsRoot: bigint;
  readonly asOf: bigint;
  readonly points: readonly bigint[];
};
type Member = {
  readonly groupId: bigint;
  readonly index: bigint;
  readonly identityCommitment: bigint;
  readonly merkleTreeRoot: bigint;
};

/** Arguments by event name. */
export type EventArgs = {
  Accredited: { role: number; account: string; name: string };
  Deaccredited: { role: number; account: string };
  DictionaryRegistered: { version: bigint; hash: Bytes32 };
  OwnershipTransferred: { previousOwner: string; newOwner: string };
  CircuitRegistered: { circuit: Bytes32; name: string; verifier: string; keyHash: Bytes32 };
  Anchored: Leaf & Batch;
  Replaced: Leaf &
    Batch & {
      readonly oldLeaf: bigint;
      readonly voided: boolean;
      readonly epoch: bigint;
      readonly revoked: readonly bigint[];
    };
  Revoked: Leaf & { readonly tombstone: bigint; readonly root: bigint; readonly epoch: bigint };
  RevokedEarly: { clinic: string; commitment: bigint };
  ClinicVoided: { clinic: string; epoch: bigint; leavesLeft: bigint };
  QuotaSet: { clinic: string; slots: bigint };
  RevocationLimitSet: { clinic: string; perDay: bigint };
  TrialRegistered: OfTrial & { protocolNumber: string; sponsor: string; board: string };
  ProtocolReleased: OfTrial;
  HeldByGovernance: OfTrial & { held: boolean };
  BoardChanged: OfTrial & { board: string };
  VersionPublished: OfTrial & { version: number; digest: Bytes32; terms: ChainTerms };
  VersionApproved: OfTrial & {
    version: number;
    digest: Bytes32;
    expiresAt: bigint;
    screeningVersion: number;
    consentVersion: number;
  };
  StatusChanged: OfTrial & { status: number; by: string };
  GroupOpened: OfTrial & { screeningVersion: number; groupId: bigint };
  Screened: OfTrial & {
    nullifier: bigint;
    version: number;
    groupId: bigint;
    participantCommitment: bigint;
    parts: readonly Part[];
  };
  Consented: ConsentEvent;
  WithdrawnByProof: ConsentEvent;
  WithdrawnByCode: OfParticipant & { code: Bytes32 };
  StateChanged: OfParticipant & { state: number };
  Enrolled: OfParticipant & { siteId: number; arriveBy: bigint };
  NotEnrolled: OfParticipant & { reason: string };
  NoShow: OfParticipant;
  SiteSigned: OfParticipant & { kind: Bytes32; act: SiteAct; signer: string; signature: string };
  Succeeded: OfParticipant & {
    succession: Succession;
    /** The printed withdrawal code; zero for a participant on study. */
    code: Bytes32;
    groupId: bigint;
    parts: readonly Part[];
    signer: string;
    signature: string;
  };
  MemberAdded: Member;
  MemberRemoved: Member;
  MemberUpdated: Member;
  MembersAdded: {
    groupId: bigint;
    startIndex: bigint;
    identityCommitments: readonly bigint[];
    merkleTreeRoot: bigint;
  };
  GroupAdminUpdated: { groupId: bigint; newAdmin: string };
  GroupMerkleTreeDurationUpdated: { groupId: bigint; newMerkleTreeDuration: bigint };
};
export type EventName = keyof EventArgs;
/** Where and when something happened. */
export type When = {
  readonly place: Place /** Unix seconds of the block. */;
  readonly time: number;
};
export type Event<Name extends EventName = EventName> = {
  [N in Name]: When & {
    readonly contract: Connectable;
    readonly name: N;
    readonly args: EventArgs[N];
  };
}[Name];

/** The contracts whose logs are read. The forwarder's say nothing that the others do not. */
export const AUDITED = [
  "Accreditation",
  "CircuitRegistry",
  "RecordRegistry",
  "TrialRegistry",
  "Screening",
  "Enrollment",
  "Semaphore",
] as const satisfies readonly Connectable[];

/** Events that change nothing an audit looks at. */
const IGNORED = new Set(["OwnershipTransferStarted", "EIP712DomainChanged", "GroupCreated"]);
const IGNORED_SEMAPHORE = new Set(["GroupAdminPending", "ProofValidated"]);

/**
 * Decodes a log. Undefined: an event that does not matter. Throws RangeError for one that does not
 * decode.
 */
export function decodeLog(contract: Connectable, log: RawLog, time: number): Event | undefined {
  const { topics, data, blockNumber: block, transactionHash: transaction, logIndex } = log;
  const parsed = parse(contract, topics, data);
  if (parsed === undefined) {
    throw new RangeError(`${contract}: a log that its interface does not know`);
  }
  if (IGNORED.has(parsed.name) || IGNORED_SEMAPHORE.has(parsed.name)) return undefined;
  const args = parsed.inputs.map((input, i) => [input.name, plain(input, parsed.values[i])]);
  const place = { block, transaction, logIndex };
  const event = { contract, name: parsed.name, args: Object.fromEntries(args), place, time };
  return event as Event;
}

function parse(contract: Connectable, topics: readonly string[], data: string) {
  try {
    return parseLog(contract, { topics, data });
  } catch {
    throw new RangeError(`${contract}: a log that does not decode`);
  }
}

/** A decoded value as plain data. */
function plain(type: ParamType, value: unknown): unknown {
  if (type.arrayChildren) {
    const child = type.arrayChildren;
    return [...(value as unknown[])].map((item) => plain(child, item));
  }
  if (type.components) {
    const parts = value as unknown[];
    const entries = type.components.map((part, i) => [part.name, plain(part, parts[i])]);
    return Object.fromEntries(entries);
  }
  if (/^uint(8|16|32)$/.test(type.type)) return Number(value);
  if (type.type === "address") return (value as string).toLowerCase();
  return value;
}
