// Logs as events, whatever bytes stand where a text should: the contracts check none, and nobody
// may stop those who read the chain by the name of a trial. Runs in browsers.
import { dataLength, getBytes, hexlify, Interface, keccak256, type ParamType } from "ethers";
import { type Connectable, interfaceOf } from "./connect.ts";
import { ABI } from "./generated/abi.ts";
import type { EventArguments } from "./generated/events.ts";

/** Names of the events of a contract, or of any of several. */
export type EventNameOf<C extends Connectable> = C extends Connectable
  ? keyof EventArguments<never, never>[C]
  : never;

/**
 * An event's arguments. Small is what integers of up to 32 bits become where it is read, Large what
 * wider ones do. Events of one name say the same whichever contract emits them.
 */
export type EventArgsOf<C extends Connectable, Name, Small, Large> = C extends Connectable
  ? Name extends keyof EventArguments<Small, Large>[C]
    ? EventArguments<Small, Large>[C][Name]
    : never
  : never;

type ParsedLog = {
  readonly name: string;
  readonly inputs: readonly ParamType[];
  /** As ethers decodes them, in the inputs' order; texts by {@link textOf}. */
  readonly values: readonly unknown[];
};

/**
 * An event of a contract; undefined for a log that its interface does not know. Throws ethers'
 * errors for data that no contract would log.
 */
export function parseLog(
  contract: Connectable,
  { topics, data }: { readonly topics: readonly string[]; readonly data: string },
): ParsedLog | undefined {
  const event = topics[0] === undefined ? null : interfaceOf(contract).getEvent(topics[0]);
  if (event === null) return undefined;
  const asBytes = bytesInterfaceOf(contract);
  const fragment = asBytes.getEvent(event.name)!;
  const args = asBytes.decodeEventLog(fragment, data, [fragment.topicHash, ...topics.slice(1)]);
  const values = event.inputs.map(({ type }, i) =>
    type === "string" ? textOf(args[i] as string) : args[i],
  );
  return { name: event.name, inputs: event.inputs, values };
}

/** Control characters, line breaks among them, and those that turn the direction of writing. */
const UNPRINTABLE = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;

/** Longer ones would burst a database's index and every table that shows them. */
const LONGEST_BYTES = 1_024;

/**
 * UTF-8 as text. What is none, or would disturb a terminal or a database, stays hexadecimal; what
 * is very long is given by its keccak256.
 */
export function textOf(bytes: string): string {
  if (dataLength(bytes) > LONGEST_BYTES) return keccak256(bytes);
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(getBytes(bytes));
    return UNPRINTABLE.test(text) ? hexlify(bytes) : text;
  } catch {
    return hexlify(bytes);
  }
}

/** The same events with bytes for texts: ethers refuses bytes that are no UTF-8. */
function bytesInterfaceOf(name: Connectable): Interface {
  bytesInterfaces[name] ??= new Interface(
    ABI[name]
      .filter((line) => line.startsWith("event "))
      .map((line) => line.replace(/\bstring\b/g, "bytes")),
  );
  return bytesInterfaces[name];
}
const bytesInterfaces: Partial<Record<Connectable, Interface>> = {};
