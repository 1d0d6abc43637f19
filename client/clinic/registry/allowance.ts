// How much a clinic may still do: slots of the registry, and revocations of a day.
import { dayOfTimestamp } from "../../../circuits/statement/encoding/day.ts";
import type { AuditEvent } from "../../api/event.ts";
import type { RecordsState } from "../../api/registry.ts";
import { isSame, type Slot } from "./batch.ts";

type Allowance = {
  /** Slots that hold a record or a batch now. */
  readonly inUse: number;
  readonly quota: number;
  /** Slots whose batch the clinic revoked: they are used again once the quota is taken. */
  readonly emptied: number;
  /** Revocations of today (UTC) that made older roots void, and how many the contract allows. */
  readonly revokedToday: number;
  readonly revocationLimit: number;
};

type Registry = Pick<RecordsState, "leaves" | "clinics">;

const entryOf = ({ clinics }: Registry, clinic: string) =>
  clinics.find(({ address }) => isSame(address, clinic));

const emptiedBy = ({ leaves }: Registry, clinic: string): Slot[] =>
  leaves.filter(({ kind, issuer }) => kind === "revoked" && isSame(issuer, clinic));

/** An emptied slot to anchor into, if a new one would exceed the clinic's quota and it has one. */
export function freeSlot(registry: Registry, clinic: string): Slot | undefined {
  const known = entryOf(registry, clinic);
  if (known === undefined || known.slots < known.quota) return undefined;
  return emptiedBy(registry, clinic)[0];
}

/** What a clinic has used and has left. `now`: Unix seconds of the chain. */
export function allowanceOf(of: {
  registry: Registry;
  events: readonly AuditEvent[];
  clinic: string;
  now: number;
}): Allowance | undefined {
  const { registry, events, clinic, now } = of;
  const known = entryOf(registry, clinic);
  if (known === undefined) return undefined;
  const today = dayOfTimestamp(now);
  const emptied = emptiedBy(registry, clinic).length;
  const revokedToday = events.filter(
    (event) =>
      voidsRoots(event) &&
      isSame(event.arguments.clinic ?? "0x0", clinic) &&
      dayOfTimestamp(event.blockTime) === today,
  ).length;
  const { slots, quota, revocationLimit } = known;
  return { inUse: slots - emptied, quota, emptied, revokedToday, revocationLimit };
}

function voidsRoots({ contract, name, arguments: values }: AuditEvent): boolean {
  if (contract !== "RecordRegistry") return false;
  return name === "Revoked" || (name === "Replaced" && values.voided === "true");
}

/** The allowance in a sentence each, for a terminal or a page. */
export function allowanceWords(allowance: Allowance): string[] {
  const { inUse, quota, emptied, revokedToday, revocationLimit } = allowance;
  const free = Math.max(0, quota - inUse - emptied) + emptied;
  const again = emptied > 0 ? `, ${emptied} of them after a revocation` : "";
  return [
    `${inUse} of ${quota} slots in use; ${free} free${again}.`,
    `${revokedToday} of ${revocationLimit} revocations used today (UTC). A revocation takes several records of a batch at once; governance can raise the limit.`,
  ];
}
