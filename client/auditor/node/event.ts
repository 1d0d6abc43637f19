// The contracts' events as the auditor reads them: decoded by the published interfaces, addresses
// in lower case, integers of up to 32 bits as numbers and larger ones as bigints.
import type { ParamType } from "ethers";
import type { Connectable } from "../../../contracts/connect.ts";
import { type EventArgsOf, type EventNameOf, parseLog } from "../../../contracts/logs.ts";
import type { Place } from "../finding/finding.ts";

/** A log as a node gives it, numbers parsed. */
export type RawLog = {
  readonly address: string;
  readonly topics: readonly string[];
  readonly data: string;
  readonly blockNumber: number;
  readonly transactionHash: string;
  readonly logIndex: number;
};

/** Arguments by event name. */
export type EventArgs = { [N in EventName]: EventArgsOf<Audited, N, number, bigint> };
export type EventName = Exclude<EventNameOf<Audited>, (typeof IGNORED)[number]>;
/** The terms of a version, with the circuit by its id. */
export type ChainTerms = EventArgs["VersionPublished"]["terms"];
/** One proof of a screening, in the order of the version's criteria hashes. */
export type Part = EventArgs["Screened"]["parts"][number];
/** Where and when something happened. */
export type When = {
  readonly place: Place;
  /** Unix seconds of the block. */
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
  "StaffRegistry",
  "DepositLog",
  "CutRegistry",
  "CustodyLog",
  "EmergencyAccess",
  "PersonTags",
] as const satisfies readonly Connectable[];
type Audited = (typeof AUDITED)[number];

/** Events that change nothing an audit looks at. */
const IGNORED = [
  "OwnershipTransferStarted",
  "EIP712DomainChanged",
  "GroupCreated",
  "GroupAdminPending",
  "ProofValidated",
] as const satisfies readonly EventNameOf<Audited>[];

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
  if ((IGNORED as readonly string[]).includes(parsed.name)) return undefined;
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
