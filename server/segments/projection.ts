// From events to the rows of a log: what public state is made of, without proofs and signatures.
import type { EventName, Said } from "../store/events.ts";

/** Everything but the time, which the log adds. */
export type Told<R> = R extends unknown ? Omit<R, "seconds"> : never;

type AnyRow = { readonly kind: string };

/** Participants by pseudonym, in the order of their first consents. */
export type People = Map<string, number>;

type Project<Name extends EventName> = (values: Said<Name>, people: People) => AnyRow | undefined;
/** Any of them, of an event whose name says that it fits. */
export type AnyProject = (values: object, people: People) => AnyRow | undefined;

/** A log's kind: its rows, and how its events become some. Events that are not named are in no state. */
export type Projection = {
  readonly log: Parameters<
    typeof import("../../circuits/statement/encoding/publicLog.ts").writePart
  >[0];
  readonly events: { readonly [Name in EventName]?: Project<Name> };
};
