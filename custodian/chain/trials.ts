// Trials as their events tell: versions with their sites and custodians, who takes part, who is staff, which groups
// they were screened into.
import type { Bytes32 } from "../../circuits/statement/trial/trial.ts";
import type { Event } from "./logs.ts";

/** Orders events over all blocks; exact below 2^53. */
const PLACES_PER_BLOCK = 2 ** 20;

/** Where an event stands among all. */
export function placeOf({ block, index }: Pick<Event, "block" | "index">): number {
  return block * PLACES_PER_BLOCK + index;
}

type Terms = {
  /** Lower case. */
  readonly custodians: readonly string[];
  readonly threshold: number;
  readonly signers: ReadonlyMap<number, string>;
};
type InForce = { readonly place: number; readonly version: number; readonly screening: number };
/** What a delegation was from a place on; no tasks: revoked. */
type Grant = {
  readonly place: number;
  readonly by: string;
  readonly tasks: number;
  readonly from: number;
  readonly until: number;
};

export class Trial {
  /** Site by pseudonym, as the last consent names it. */
  readonly participants = new Map<bigint, number>();
  /** Group by screening version. */
  readonly groups = new Map<number, bigint>();
  readonly #versions = new Map<number, Terms>();
  readonly #inForce: InForce[] = [];
  readonly #staff = new Map<string, Grant[]>();

  /** Whether the version in force names this custodian. */
  names(custodian: string): boolean {
    return this.#termsAt(Number.POSITIVE_INFINITY)?.custodians.includes(custodian) ?? false;
  }

  /** Whether any version that was ever in force did. */
  hasNamed(custodian: string): boolean {
    return this.#inForce.some(({ version }) =>
      this.#versions.get(version)?.custodians.includes(custodian),
    );
  }

  /** Whether any version that was ever in force has custodians: only then there are deposits. */
  get hasCustodians(): boolean {
    return this.#inForce.some(
      ({ version }) => (this.#versions.get(version)?.custodians.length ?? 0) > 0,
    );
  }

  /** Custodians of the first version in force that named any: they hold the key of persons' tags for good. */
  get tagHolders():
    | { readonly members: readonly string[]; readonly threshold: number }
    | undefined {
    const first = this.#inForce
      .map(({ version }) => this.#versions.get(version))
      .find((terms) => (terms?.custodians.length ?? 0) > 0);
    return first && { members: first.custodians, threshold: first.threshold };
  }

  /** The group of those screened under what an approved version asked. */
  groupOf(version: number): bigint | undefined {
    const approved = this.#inForce.find((one) => one.version === version);
    return approved === undefined ? undefined : this.groups.get(approved.screening);
  }

  /** Whether an account did these tasks for a site at a place of the chain; `seconds` is that block's time. */
  wasStaff(
    of: { readonly siteId: number; readonly key: string; readonly tasks: number },
    at: { readonly place: number; readonly seconds: number },
  ): boolean {
    const key = of.key.toLowerCase();
    const signer = this.#termsAt(at.place)?.signers.get(of.siteId);
    if (signer === undefined) return false;
    if (signer === key) return true;
    const grants = this.#staff.get(`${of.siteId} ${key}`) ?? [];
    const grant = grants.findLast(({ place }) => place <= at.place);
    if (grant === undefined || grant.by !== signer) return false;
    const isTimely = grant.from <= at.seconds && at.seconds < grant.until;
    return isTimely && (of.tasks & ~grant.tasks) === 0;
  }

  #termsAt(place: number): Terms | undefined {
    const inForce = this.#inForce.findLast((one) => one.place <= place);
    return inForce && this.#versions.get(inForce.version);
  }

  publish(version: number, { custodians, custodianThreshold, sites }: TermsRead): void {
    const signers = sites.map(({ siteId, signer }) => [Number(siteId), lower(signer)] as const);
    const threshold = Number(custodianThreshold);
    const terms = { custodians: custodians.map(lower), threshold, signers: new Map(signers) };
    this.#versions.set(version, terms);
  }

  approve(inForce: InForce): void {
    this.#inForce.push(inForce);
  }

  grant(at: { readonly siteId: number; readonly key: string }, grant: Grant): void {
    const name = `${at.siteId} ${lower(at.key)}`;
    const grants = this.#staff.get(name) ?? [];
    grants.push(grant);
    this.#staff.set(name, grants);
  }
}

type TermsRead = {
  readonly custodians: readonly string[];
  readonly custodianThreshold: bigint;
  readonly sites: readonly { readonly siteId: bigint; readonly signer: string }[];
};

/** All trials by id. */
export type Trials = Map<Bytes32, Trial>;

/** Takes an event about a trial; false when it is about something else. */
export function tellTrial(trials: Trials, event: Event): boolean {
  const { name, values } = event;
  const trialId = String(values.trialId ?? "").toLowerCase();
  const place = placeOf(event);
  const trial = trials.get(trialId) ?? new Trial();
  switch (name) {
    case "VersionPublished": {
      // ethers' results are read by name, but have no methods of lists by it.
      const { custodians, custodianThreshold, sites } = values.terms as TermsRead;
      const lists = { custodians: [...custodians], sites: [...sites] };
      trial.publish(Number(values.version), { ...lists, custodianThreshold });
      break;
    }
    case "VersionApproved": {
      const screening = Number(values.screeningVersion);
      trial.approve({ place, version: Number(values.version), screening });
      break;
    }
    case "GroupOpened":
      trial.groups.set(Number(values.screeningVersion), values.groupId as bigint);
      break;
    case "Consented": {
      const { siteId } = values.statement as { siteId: bigint };
      trial.participants.set(values.pseudonym as bigint, Number(siteId));
      break;
    }
    case "Delegated":
    case "DelegationRevoked":
      trial.grant(
        { siteId: Number(values.siteId), key: String(values.key) },
        { place, by: lower(String(values.by)), ...grantOf(values.delegation) },
      );
      break;
    default:
      return false;
  }
  trials.set(trialId, trial);
  return true;
}

function grantOf(delegation: unknown): Omit<Grant, "place" | "by"> {
  if (delegation === undefined) return { tasks: 0, from: 0, until: 0 };
  const { tasks, from, until } = delegation as Record<"tasks" | "from" | "until", bigint>;
  return { tasks: Number(tasks), from: Number(from), until: Number(until) };
}

const lower = (text: string) => text.toLowerCase();
