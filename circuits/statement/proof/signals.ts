// The public signals of the eligibility circuits, by name and in this order everywhere.
import { type Field, parseField } from "../encoding/field.ts";

export const SIGNALS = [
  "nullifier",
  "issuerTag",
  "criteriaHash",
  "recordsRoot",
  "scope",
  "message",
  "asOf",
] as const;
type SignalName = (typeof SIGNALS)[number];
export type Signals = Readonly<Record<SignalName, Field>>;

/** Names the signals of a proof. Throws RangeError for a wrong count or a number that is not canonical. */
export function parseSignals(values: readonly string[]): Signals {
  if (values.length !== SIGNALS.length) {
    throw new RangeError(`expected ${SIGNALS.length} public signals, got ${values.length}`);
  }
  const entries = SIGNALS.map((name, i) => [name, parseField(values[i]!)] as const);
  return Object.fromEntries(entries) as Signals;
}

/** The signals in circuit order. */
export function listSignals(signals: Signals): Field[] {
  return SIGNALS.map((name) => signals[name]);
}
