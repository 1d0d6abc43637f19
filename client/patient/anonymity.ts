// How many others a yes could come from: counted on the device, over what is public.

import type { Policy } from "../../circuits/statement/criteria/program.ts";
import { dayOfTimestamp } from "../../circuits/statement/encoding/day.ts";
import type { RecordsState } from "../api/registry.ts";
import type { WalletSettings } from "./wallet.ts";

export type Crowd = {
  /** Attested records that could satisfy the policy by their age. */
  readonly leaves: number;
  /** Clinics that attested at least one of them. */
  readonly clinics: number;
  /** False below the wallet's stated numbers. */
  readonly enough: boolean;
};

/**
 * Counts records that the policy does not rule out by what is public: anchored at most
 * `maxRecordAge` days ago, since a record is issued before it is anchored. An upper bound: a
 * registry shows neither coverage nor facts.
 */
export function countCrowd(options: {
  registry: Pick<RecordsState, "leaves">;
  /** One for each part: a yes comes from whoever meets all. */
  policies: readonly Pick<Policy, "maxRecordAge">[];
  asOfDay: number;
  settings: Pick<WalletSettings, "fewestLeaves" | "fewestClinics">;
}): Crowd {
  const { registry, policies, asOfDay, settings } = options;
  const oldest = asOfDay - Math.min(...policies.map(({ maxRecordAge }) => maxRecordAge));
  const fitting = registry.leaves.filter(
    ({ kind, anchoredAt }) => kind !== "revoked" && dayOfTimestamp(anchoredAt) >= oldest,
  );
  const leaves = fitting.reduce((sum, { size }) => sum + size, 0);
  const clinics = new Set(fitting.map(({ issuer }) => issuer)).size;
  const enough = leaves >= settings.fewestLeaves && clinics >= settings.fewestClinics;
  return { leaves, clinics, enough };
}
