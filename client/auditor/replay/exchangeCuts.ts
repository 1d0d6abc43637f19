// Batches of deposits, cuts, and the requests to open them. Mirrors contracts/exchange/DepositLog.sol
// and CutRegistry.sol.
import { SPONSOR_SITE } from "../../../circuits/statement/exchange/delegation.ts";
import { ZERO_BYTES32 } from "../../../circuits/statement/trial/trial.ts";
import type { Event } from "../node/event.ts";
import { coverGap } from "./exchangeMoments.ts";
import { isStaff } from "./exchangeStaff.ts";
import { expect, type Handlers, isLeftOut, type Replay, trialOf } from "./handler.ts";
import { isAccredited, type Trial, type World } from "./state.ts";
import { refuseRunning } from "./trials.ts";

const MAX_BATCH = 1_024;
const MAX_REQUEST_SECONDS = 86_400n;
/** Named in a finding; of the others the number is. */
const NAMED = 3;

export const cutHandlers = {
  DepositsAnchored(replay, event) {
    const { batches, operators } = replay.world.exchange;
    const { operator, batch: number, root, count, first } = event.args;
    const is = isAccredited(replay.world, "operator", operator);
    expect(replay, event, is, "deposits/batch", `${operator} was no accredited operator`);
    const isSound = count > 0 && count <= MAX_BATCH && !batches.has(root);
    const why = `a batch of ${count} entries, or one that was anchored before`;
    expect(replay, event, isSound, "deposits/batch", why);
    const own = operators.get(operator) ?? { batches: 0n, entries: 0n };
    const isNext = number === own.batches && first === own.entries;
    const wrong = `batch ${number} from entry ${first}, due were ${own.batches} and ${own.entries}`;
    expect(replay, event, isNext, "deposits/batch", wrong);
    operators.set(operator, { batches: number + 1n, entries: first + BigInt(count) });
    const anchoredAt = event.time;
    batches.set(root, { operator, number, count, first, anchoredAt, place: event.place });
  },

  Sealed(replay, event) {
    const { exchange } = replay.world;
    const { cutId, trialId, permission, packagesRoot, packages, by, pseudonyms } = event.args;
    const isNext = cutId === exchange.numbered.cuts;
    expect(replay, event, isNext, "cut/form", `cut ${cutId}, due was ${exchange.numbered.cuts}`);
    exchange.numbered.cuts = cutId + 1n;
    const trial = trialOf(replay, event);
    if (trial === undefined) return;
    requireStaff(replay, event, { trial, key: by, rule: "cut/sponsor" });
    const isAscending = pseudonyms.every((one, i) => i === 0 || one > pseudonyms[i - 1]!);
    const isSound =
      packagesRoot !== ZERO_BYTES32 && packages > 0 && pseudonyms.length > 0 && permission !== 0;
    const form = "nothing in it, no permission, or pseudonyms out of order";
    expect(replay, event, isSound && isAscending, "cut/form", form);
    checkCovered(replay, event, trial);
    const members = new Set(pseudonyms);
    const leftOut = coveredIn(replay.world, trial, { permission, time: event.time }).filter(
      (pseudonym) => !members.has(pseudonym),
    ).length;
    exchange.cuts.set(cutId, {
      ...{ cutId, trialId, permission, packagesRoot, packages, by, leftOut },
      ...{ pseudonyms: members, sealedAt: event.time, place: event.place },
    });
  },

  Requested(replay, event) {
    const { exchange } = replay.world;
    const { requestId, cutId, trialId, purpose, staff, recipientKey, until } = event.args;
    const due = exchange.numbered.requests;
    const wrong = `request ${requestId}, due was ${due}`;
    expect(replay, event, requestId === due, "request/form", wrong);
    exchange.numbered.requests = requestId + 1n;
    if (isLeftOut(replay, trialId)) return;
    const cut = exchange.cuts.get(cutId);
    const isOfCut = cut !== undefined && cut.trialId === trialId;
    expect(replay, event, isOfCut, "request/form", `there was no cut ${cutId} of this trial`);
    const trial = trialOf(replay, event);
    if (trial === undefined) return;
    const { time } = event;
    const problem = refuseRunning(replay.world, trial, { time, recruiting: false });
    expect(replay, event, problem === undefined, "request/staff", `asked when ${problem}`);
    requireStaff(replay, event, { trial, key: staff, rule: "request/staff" });
    const now = BigInt(event.time);
    const isTimely = until > now && until <= now + MAX_REQUEST_SECONDS;
    const isWhole = purpose !== ZERO_BYTES32 && recipientKey !== ZERO_BYTES32;
    const form = "without a purpose or a key, or for longer than a day";
    expect(replay, event, isTimely && isWhole, "request/form", form);
    exchange.requests.set(requestId, {
      ...{ requestId, cutId, trialId, purpose, staff, until },
      ...{ requestedAt: event.time, place: event.place, manifests: new Map() },
    });
  },
} satisfies Handlers;

/** The sponsor, by its own account or by staff whom it gave the task. */
function requireStaff(
  replay: Replay,
  event: Event<"Sealed" | "Requested">,
  of: {
    readonly trial: Trial;
    readonly key: string;
    readonly rule: "cut/sponsor" | "request/staff";
  },
): void {
  const { trial, key, rule } = of;
  const at = { siteId: SPONSOR_SITE, key, task: "request", time: event.time } as const;
  const acts = isStaff(replay.world, trial, at);
  expect(replay, event, acts, rule, `${key} was not of the sponsor's staff for requests`);
}

/** Every member's consent in this block; one finding for the cut. */
function checkCovered(replay: Replay, event: Event<"Sealed">, trial: Trial): void {
  const { permission, pseudonyms } = event.args;
  const { time } = event;
  const problem = refuseRunning(replay.world, trial, { time, recruiting: false });
  expect(replay, event, problem === undefined, "cut/consent", `sealed when ${problem}`);
  const required = requiredIn(trial);
  const uncovered = pseudonyms.flatMap((pseudonym) => {
    const gap = coverGap(trial.participants.get(pseudonym), { permission, required, time });
    return gap === undefined ? [] : [`${pseudonym} ${gap}`];
  });
  const named = uncovered.slice(0, NAMED).join("; ");
  const others = uncovered.length > NAMED ? ` and ${uncovered.length - NAMED} others` : "";
  expect(replay, event, uncovered.length === 0, "cut/consent", `participant ${named}${others}`);
}

/** All whom a cut could have held at a time. */
function coveredIn(
  world: World,
  trial: Trial,
  { permission, time }: { permission: number; time: number },
): bigint[] {
  if (refuseRunning(world, trial, { time, recruiting: false }) !== undefined) return [];
  const required = requiredIn(trial);
  return [...trial.participants].flatMap(([pseudonym, who]) =>
    coverGap(who, { permission, required, time }) === undefined ? [pseudonym] : [],
  );
}

function requiredIn(trial: Trial): number {
  return trial.versions.get(trial.current)?.consentVersion ?? 0;
}
