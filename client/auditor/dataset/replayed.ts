// What an audit of a dataset is told, out of a replayed chain and the trial's public entries.
import type { Bytes32 } from "../../../circuits/statement/trial/trial.ts";
import type { Audit } from "../audit/audit.ts";
import { coverGapAt, earliestTimeOf } from "../replay/exchangeMoments.ts";
import type { PublicEntries } from "../replay/exchangeRows.ts";
import type { DatasetEvidence } from "./evidence.ts";

/** The evidence on one trial, whose chain was replayed and whose entries were checked. */
export function evidenceOf(
  { world, source }: Pick<Audit, "world" | "source">,
  of: {
    readonly trialId: Bytes32;
    readonly entries: PublicEntries;
    readonly manifestHash?: Bytes32 | undefined;
    readonly openAgain?: DatasetEvidence["openAgain"] | undefined;
  },
): DatasetEvidence {
  const { cuts, requests, batches } = world.exchange;
  const { trialId, manifestHash, openAgain } = of;
  return {
    chainId: source.deployment.chainId.toString(),
    cutRegistry: source.deployment.addresses.CutRegistry,
    deposited: of.entries.get(trialId) ?? [],
    cutOf: (cutId) => {
      const cut = cuts.get(BigInt(cutId));
      return cut && { ...cut, pseudonyms: [...cut.pseudonyms], block: cut.place.block };
    },
    requestOf: (requestId) => {
      const found = requests.get(BigInt(requestId));
      if (found === undefined) return undefined;
      const { cutId, purpose, staff, until, place } = found;
      return { cutId: String(cutId), purpose, staff, until: Number(until), block: place.block };
    },
    manifestsOf: (requestId) => requests.get(BigInt(requestId))?.manifests ?? new Map(),
    anchoredIn: (batch) => batches.get(batch)?.place.block,
    uncovered: ({ pseudonym, permission, block }) =>
      coverGapAt(world, {
        ...{ trialId, pseudonym, permission, block },
        time: earliestTimeOf(world, block),
      }),
    ...(manifestHash !== undefined && { manifestHash }),
    ...(openAgain !== undefined && { openAgain }),
  };
}
