// What a server tells people against what the auditor replayed from the chain; every difference is
// named.
import type { Audit } from "../audit/audit.ts";
import {
  type Compare,
  collectDifferences,
  compareEntries,
  compareFields,
} from "../finding/difference.ts";
import type { Finding } from "../finding/finding.ts";
import { addressesOf, type Source } from "../node/source.ts";
import { type Chronicle, GOVERNANCE, holderKey, roleName } from "../replay/chronicle.ts";
import type { World } from "../replay/state.ts";
import { compareRecords } from "./compareRecords.ts";
import { compareTrials } from "./compareTrial.ts";
import type { Told } from "./serverState.ts";

/** A node that lags a little is no lie; the day to prove for is what people take from it. */
const CHAIN_TIME_SLACK_SECONDS = 3_600;

/**
 * Every difference, as findings without a place. The audit must be as of the same block. Times and
 * former holders of roles are compared only with a chronicle that saw the whole history.
 */
export function compareServer(told: Told, audit: Audit, seen: Chronicle | undefined): Finding[] {
  const { world, source } = audit;
  const { compare, found } = collectDifferences();
  const chronicle = seen?.isWhole ? seen : undefined;
  compare("block of the answers", told.block, source.head.number);
  compareDeployment(told, { world, source }, compare);
  compareAccreditations(told, { world, chronicle }, compare);
  compareRecords(told, { world, source, chronicle }, compare);
  compareTrials(told, { ...audit, chronicle }, compare);
  return found;
}

function compareDeployment(
  { deployment: told }: Told,
  { world, source }: { world: World; source: Source },
  compare: Compare,
): void {
  const { deployment, head } = source;
  const { chainId, deployBlock, keys, rootWindowSeconds } = deployment;
  const dictionaryVersion = Math.max(...[...world.dictionaries.keys()].map(Number));
  compareFields(compare, "the deployment", told, {
    ...{ chainId, deployBlock, keys, rootWindowSeconds, dictionaryVersion },
    blockNumber: head.number,
  });
  const contracts = (of: Readonly<Record<string, string>>) =>
    Object.entries(of).map(([name, address]) => [name, { address }] as const);
  compareEntries(
    compare,
    (name) => `contract ${name}`,
    contracts(told.contracts),
    new Map(contracts(addressesOf(deployment))),
  );
  if (told.chainTime < head.timestamp - CHAIN_TIME_SLACK_SECONDS) {
    compare("time of the chain", told.chainTime, `${head.timestamp} and later`);
  }
}

function compareAccreditations(
  { accreditations }: Told,
  { world, chronicle }: { world: World; chronicle: Chronicle | undefined },
  compare: Compare,
): void {
  const told = accreditations.filter(({ active }) => active || chronicle !== undefined);
  compareEntries(
    compare,
    (holder) => `accreditation of ${holder}`,
    told.map((one) => [holderKey(one.role, one.account), one]),
    chronicle?.holders ?? holdersNow(world),
  );
}

function holdersNow({ accredited, owner }: World) {
  const held = [...accredited].map(([key, name]) => {
    const [role, account] = key.split(" ");
    return [holderKey(roleName(Number(role)), account!), { name, active: true }] as const;
  });
  return new Map([...held, [holderKey(GOVERNANCE, owner), { name: GOVERNANCE, active: true }]]);
}
