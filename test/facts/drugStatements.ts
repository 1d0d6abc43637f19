// What resources about drugs say, each with everything that it leaves open: from FHIR R4 and the two laws alone.
import { firstDay } from "./chart.ts";
import {
  ANYTHING,
  anyDay,
  type Belongs,
  belongsOf,
  clip,
  type Days,
  dayRange,
  type End,
  endOf,
  type Get,
  isDoubtful,
  isOwnDoing,
  isOwnWord,
  lasting,
  type Page,
  type Statement,
} from "./reading.ts";

type Said = {
  readonly isSure: boolean;
  readonly isOwn?: boolean;
  readonly start: Days;
  readonly end: Days | undefined;
  readonly mayGoOn: boolean;
};

function said(r: Get, { isSure, isOwn = false, start, end, mayGoOn }: Said, page: Page): Statement {
  return {
    kind: "medication",
    isSure: isSure && !isOwn && !isDoubtful(r),
    belongs: isOwn ? ANYTHING : drugOf(r, page),
    ...lasting(start, end, mayGoOn),
  };
}

/** A product is placed by its own code, or by all of its ingredients. */
function drugOf(r: Get, page: Page): Belongs {
  if (r.medicationCodeableConcept)
    return belongsOf("medication", [r.medicationCodeableConcept], page);
  const found = page.find(r.medicationReference?.reference ?? "", r);
  const parts = (found?.ingredient ?? []).map((one: Get) => one.itemCodeableConcept);
  return belongsOf("medication", [found?.code, ...parts], page, "first or all others");
}

const isOver = (r: Get) => r.status === "completed" || r.status === "stopped";

export function requestOf(r: Get, page: Page): Statement[] {
  const isOwn = r.reportedBoolean === true || isOwnWord(r.reportedReference);
  const isNone = r.status === "entered-in-error" || r.doNotPerform === true;
  const isIdle = ["cancelled", "draft"].includes(r.status) || r.intent === "plan";
  if ((isNone || (isIdle && !isOwn)) && !isDoubtful(r)) return [];
  const bounds = ((r.dosageInstruction ?? []) as Get[]).map(
    (d) => d.timing?.repeat?.boundsPeriod ?? {},
  );
  const starts = bounds.map(({ start }) => start).filter((text) => text !== undefined);
  const isLater = starts.some((text) => firstDay(text) > page.issued);
  const begun = [r.authoredOn, ...starts.filter((text) => firstDay(text) <= page.issued)];
  const start: Days = r.authoredOn === undefined ? anyDay(page) : hull(begun, page);
  const end = endOfOrder(r, bounds, start, page);
  const isSure = !isNone && !isIdle && r.status !== "unknown" && !isLater;
  if (isOver(r)) {
    const from = r.status === "stopped" ? start[0] : (end?.days?.[0] ?? start[0]);
    const over: Days = [from, end?.days?.[1] ?? page.issued];
    return [said(r, { isSure, isOwn, start, end: over, mayGoOn: false }, page)];
  }
  const goesOn = r.status === "active" && end?.days === undefined;
  const open = goesOn ? undefined : (end?.days ?? ([start[0], page.issued] as Days));
  return [said(r, { isSure, isOwn, start, end: open, mayGoOn: true }, page)];
}

function hull(texts: readonly string[], page: Page): Days {
  const days = texts.map((text) => dayRange(text, page)!);
  return [Math.min(...days.map(([from]) => from)), Math.max(...days.map(([, to]) => to))];
}

/** The end of the last dosage, when each has one; else of dispensing with one more supply. */
function endOfOrder(r: Get, bounds: readonly Get[], start: Days, page: Page): End | undefined {
  if (bounds.length > 0 && bounds.every(({ end }) => end !== undefined)) {
    const ends = bounds.map(({ end }) => endOf(end, page)!);
    if (ends.some(({ days }) => days === undefined)) return { days: undefined, mayLast: true };
    const from = Math.max(...ends.map(({ days }) => days![0]));
    const to = Math.max(...ends.map(({ days }) => days![1]));
    return { days: [from, to], mayLast: ends.some(({ mayLast }) => mayLast) };
  }
  const { validityPeriod, expectedSupplyDuration } = r.dispenseRequest ?? {};
  const valid = endOf(validityPeriod?.end, page);
  if (valid?.days === undefined || valid.mayLast) return undefined;
  if (expectedSupplyDuration === undefined) {
    return r.status === "active" ? { days: [start[0], page.issued], mayLast: true } : undefined;
  }
  const to = valid.days[1] + expectedSupplyDuration.value;
  if (to > page.issued) return undefined;
  return { days: [Math.min(start[0], to), to], mayLast: false };
}

export function takenOf(r: Get, page: Page): Statement[] {
  const isOwn = isOwnWord(r.informationSource);
  const isNone = r.status === "entered-in-error" || r.status === "not-taken";
  if ((isNone || (r.status === "intended" && !isOwn)) && !isDoubtful(r)) return [];
  const taken = dayRange(r.effectiveDateTime, page);
  const asserted = dayRange(r.dateAsserted, page)?.[1];
  const end = endOf(r.effectivePeriod?.end, page);
  const isActive = r.status === "active";
  const endedBy = end?.days !== undefined && !isActive ? end.days[1] : page.issued;
  const begunBy = taken?.[1] ?? Math.min(asserted ?? page.issued, endedBy);
  const start = dayRange(r.effectivePeriod?.start, page) ?? clip([page.born[0], begunBy], page);
  const heldOn = taken?.[0] ?? start[0];
  // Said to be over on the day of the assertion, unless it had not begun by then.
  const overBy =
    isOver(r) &&
    r.effectivePeriod?.end === undefined &&
    asserted !== undefined &&
    asserted >= heldOn
      ? asserted
      : page.issued;
  const goesOn = isActive && end?.days === undefined;
  const ended = goesOn ? undefined : (end?.days ?? ([heldOn, overBy] as Days));
  const isSure = !isNone && r.status !== "unknown" && r.status !== "intended";
  return [said(r, { isSure, isOwn, start, end: ended, mayGoOn: !isOver(r) }, page)];
}

/** A supply that reaches the day of issue may be in use yet, and so may one of which nobody says how long it lasts. */
export function dispenseOf(r: Get, page: Page): Statement[] {
  const isNone = ["cancelled", "declined", "entered-in-error"].includes(r.status);
  if (isNone && !isDoubtful(r)) return [];
  const isSure = r.status === "completed";
  const start = dayRange(r.whenHandedOver, page) ?? dayRange(r.whenPrepared, page) ?? anyDay(page);
  const usedUp = r.daysSupply === undefined ? page.issued : start[1] + r.daysSupply.value;
  const mayGoOn = !isSure || r.daysSupply === undefined || usedUp >= page.issued;
  const end: Days = [start[0], Math.min(usedUp, page.issued)];
  return [said(r, { isSure, start, end, mayGoOn }, page)];
}

export function administrationOf(r: Get, page: Page): Statement[] {
  const isNone = r.status === "not-done" || r.status === "entered-in-error";
  if (isNone && !isDoubtful(r)) return [];
  const isOwn = isOwnDoing((r.performer ?? []).map((one: Get) => one.actor));
  const isSure = r.status === "completed" || r.status === "in-progress";
  const mayGoOn = ["in-progress", "on-hold", "unknown"].includes(r.status);
  const day = dayRange(r.effectiveDateTime, page);
  if (day !== undefined) {
    const end = mayGoOn ? undefined : day;
    return [said(r, { isSure, isOwn, start: day, end, mayGoOn }, page)];
  }
  const start = dayRange(r.effectivePeriod?.start, page) ?? anyDay(page);
  const written = endOf(r.effectivePeriod?.end, page);
  const isPast = written?.days !== undefined && !written.mayLast;
  const open = mayGoOn ? undefined : ([start[0], page.issued] as Days);
  const end = isPast ? written.days : open;
  return [said(r, { isSure, isOwn, start, end, mayGoOn }, page)];
}
