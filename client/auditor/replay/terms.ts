// A version's terms as the contract takes them.
import { FIELD_ORDER } from "../../../circuits/statement/encoding/field.ts";
import { ZERO_BYTES32 } from "../../../circuits/statement/trial/trial.ts";
import type { EventArgs } from "../node/event.ts";
import type { World } from "./state.ts";

const MAX_PARTS = 4;
const MAX_SITES = 256;
const MAX_ARRIVAL_DAYS = 3_650;
const MAX_CUSTODIANS = 7;
/** One custodian alone opens nothing. */
const MIN_CUSTODIAN_THRESHOLD = 2;

/** Whether the terms of a version do not contradict themselves. Mirrors TrialRegistry._requireSound. */
export function isSound(
  world: Pick<World, "circuits">,
  { version: number, terms }: EventArgs["VersionPublished"],
): boolean {
  const { criteriaHashes, successorHashes, capacity, arrivalDays, sites } = terms;
  const hashes = [...criteriaHashes, ...successorHashes];
  const siteIds = new Set(sites.map(({ siteId }) => siteId));
  return (
    world.circuits.has(terms.circuit) &&
    criteriaHashes.length > 0 &&
    criteriaHashes.length <= MAX_PARTS &&
    successorHashes.length === criteriaHashes.length &&
    hashes.every((hash) => hash > 0n && hash < FIELD_ORDER) &&
    terms.consentFormHash !== ZERO_BYTES32 &&
    terms.documentHash !== ZERO_BYTES32 &&
    capacity > 0 &&
    arrivalDays > 0 &&
    arrivalDays <= MAX_ARRIVAL_DAYS &&
    terms.requiredPermissions !== 0 &&
    (terms.requiredPermissions & ~terms.offeredPermissions) === 0 &&
    sites.length > 0 &&
    sites.length <= MAX_SITES &&
    siteIds.size === sites.length &&
    sites.every((site) => site.siteId > 0 && BigInt(site.signer) !== 0n) &&
    // Without places a site only signs for those it has.
    (number > 1 || sites.every((site) => site.capacity > 0)) &&
    areCustodians(terms)
  );
}

/** None at all; or two to seven, each once and in one order, and a threshold among them. */
function areCustodians({
  custodians,
  custodianThreshold: threshold,
}: EventArgs["VersionPublished"]["terms"]): boolean {
  if (custodians.length === 0) return threshold === 0;
  const isAmong = threshold >= MIN_CUSTODIAN_THRESHOLD && threshold <= custodians.length;
  const accounts = custodians.map(BigInt);
  // Ascending from zero: neither the zero address nor one of them twice.
  const isAscending = accounts.every((one, i) => one > (i === 0 ? 0n : accounts[i - 1]!));
  return custodians.length <= MAX_CUSTODIANS && isAmong && isAscending;
}
