// Fetching a request in the page's worker: shares from the custodians, packages from the exchange, everything verified,
// and the dataset written into memory, from where its files are saved.
import { dayOfTimestamp } from "../../../../../circuits/statement/encoding/day.ts";
import { scopeOf } from "../../../../../circuits/statement/trial/trial.ts";
import { addressOf } from "../../../../actor/actor.ts";
import { type Api, connect } from "../../../../api/api.ts";
import { type ExchangeApi, exchangeOf } from "../../../../api/exchange.ts";
import { authorityCheck } from "../../../../exchange/authority.ts";
import { type Calendar, completenessOf } from "../../../../exchange/dataset/completeness.ts";
import { memoryFiles } from "../../../../exchange/dataset/files.ts";
import type { Opening } from "../../../../exchange/dataset/opened.ts";
import { writeDataset } from "../../../../exchange/dataset/write.ts";
import { fetchCut, type Verifying } from "../../../../exchange/fetch.ts";
import { answering, reachCustodians } from "../../../auditor/exchange/custodians.ts";
import type { TrialData } from "../../../auditor/exchange/trialData.ts";
import { bundledKeys } from "../../../auditor/worker/keys.ts";
import { openRequestOf } from "../kept.ts";
import { heldStore } from "./held.ts";
import type { FetchInput, OpenedData, OpeningProgress } from "./messages.ts";

type Report = (progress: OpeningProgress) => void;

/** Fetches what custodians release and writes the dataset. Throws what `fetchCut` and `writeDataset` do. */
export async function openData(
  of: FetchInput,
  report: Report,
): Promise<{ files: ReadonlyMap<string, Uint8Array>; opened: OpenedData }> {
  const { data, request, kept } = of;
  const api = connect({ url: self.location.origin });
  const exchange = exchangeOf(api);
  const registry = addressOf(data.deployment, "CutRegistry");
  const { requestId, until } = request;
  report({ step: "packages", done: 0, of: kept.cut.entries.length });
  const reached = await reachCustodians(data.custodians);
  const store = heldStore({ registry, requestId });
  const fetched = await fetchCut({
    ...{ exchange, custodians: answering(reached), threshold: data.threshold, store },
    request: openRequestOf(kept, { registry, requestId, until }),
    ...{ cut: kept.cut.entries, entries: data.entries, place: data.place },
    verifying: await verifyingFor(api, data),
    onProgress: report,
  });
  const files = new Map<string, Uint8Array>();
  const calendar = calendarOf(data);
  const { manifest, hash, figures } = await writeDataset({
    opened: fetched.opened(),
    opening: await openingOf(of, exchange),
    packages: kept.cut.entries,
    // Whole only once the last package was opened: it is read after that.
    omissions: fetched.omissions,
    files: memoryFiles(files),
    now: new Date(),
    calendar,
    onProgress: report,
  });
  const { entries, leftOut } = manifest;
  const opened: OpenedData = {
    files: [...files].map(([path, bytes]) => ({ path, bytes: bytes.length })),
    ...{ hash, figures, faults: fetched.faults },
    leftOut: leftOut.map(({ custodian, ...rest }) => ({
      ...rest,
      ...(custodian !== undefined && { custodian }),
    })),
    packages: entries.length,
    people: new Set(entries.map(({ pseudonym }) => pseudonym)).size,
    away: reached.flatMap(({ address, custodian }) => (custodian === undefined ? [address] : [])),
    completeness: completenessOf(entries, calendar),
    notKept: store.problem(),
  };
  return { files, opened };
}

/** By what was due it tells visits apart. */
function calendarOf({ collections, participants }: TrialData): Calendar {
  const arrivals = participants.flatMap(({ pseudonym, arrivedAt }) =>
    arrivedAt === null ? [] : [[pseudonym, dayOfTimestamp(arrivedAt)] as const],
  );
  return { collections, arrivals: new Map(arrivals) };
}

/** What every package is checked against: the chain's events, the trial's state, the published keys. */
async function verifyingFor(api: Api, data: TrialData): Promise<Verifying> {
  const { trial, place, events, deployment, document, collections } = data;
  const { chainId } = deployment;
  const { trialId } = trial;
  const screening = addressOf(deployment, "Screening");
  const scope = scopeOf({ chainId, screening, trialId });
  const [state, registry, keys] = await Promise.all([
    api.publicState(trialId),
    api.recordsState(),
    bundledKeys(),
  ]);
  const at = { chainId, depositLog: place.depositLog };
  return {
    check: authorityCheck({ at, scope, state, events }),
    disclosure: {
      ...{ recipient: trial.sponsor, scope, state, registry, keys },
      dictionaryVersion: document?.dictionaryVersion ?? 0,
    },
    collections,
  };
}

/** What the chain says of the cut and the request. */
async function openingOf(
  { data, cut, request }: FetchInput,
  exchange: Pick<ExchangeApi, "text">,
): Promise<Opening> {
  const { trial, deployment, events } = data;
  const find = (name: string, field: string, value: bigint) =>
    events.find((one) => one.name === name && one.arguments[field] === value.toString());
  const sealed = find("Sealed", "cutId", cut.cutId);
  const asked = find("Requested", "requestId", request.requestId);
  const purpose = asked?.arguments.purpose ?? "";
  const purposeText = await exchange.text(purpose);
  const { permission, participants, packagesRoot, sealedAt } = cut;
  return {
    chainId: String(deployment.chainId),
    cutRegistry: addressOf(deployment, "CutRegistry"),
    ...{ trialId: trial.trialId, protocolNumber: trial.protocolNumber },
    cut: {
      ...{ cutId: String(cut.cutId), permission, participants, packagesRoot, sealedAt },
      block: sealed?.blockNumber ?? 0,
    },
    request: {
      ...{ requestId: String(request.requestId), staff: request.staff, until: request.until },
      ...{ purpose, ...(purposeText !== undefined && { purposeText }) },
      block: asked?.blockNumber ?? 0,
    },
  };
}
