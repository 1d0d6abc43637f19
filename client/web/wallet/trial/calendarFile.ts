// A step as a file for a calendar. Calendars are shared and synchronised: it names no study, no site and no illness.
import ical, { ICalAlarmType } from "ical-generator";
import { type Day, formatDay } from "../../../../circuits/statement/encoding/day.ts";
import { t } from "../../shared/language.ts";

const DAY_SECONDS = 86_400;

type Appointment = {
  readonly from: Day;
  readonly until: Day;
  /** Where to go; a name would tell what for. */
  readonly address?: string | undefined;
};

/** One entry over the days on which something can be done, with a reminder on the day before the last. */
export function calendarFile({ from, until, address }: Appointment): string {
  const calendar = ical({
    prodId: { company: "calendar", product: "appointment", language: "EN" },
  });
  const event = calendar.createEvent({
    start: midnight(from),
    // The end of a whole-day entry is the day after its last one.
    end: midnight(until + 1),
    allDay: true,
    timezone: null,
    summary: from === until ? t("Appointment") : t("Make or keep an appointment"),
    ...(address === undefined ? {} : { location: address }),
  });
  event.createAlarm({
    type: ICalAlarmType.display,
    trigger: new Date(midnight(until).getTime() - DAY_SECONDS * 1000),
    description: t("Appointment"),
  });
  return calendar.toString();
}

const midnight = (day: number) => new Date(`${formatDay(day)}T00:00:00Z`);
