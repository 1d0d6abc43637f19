// What is typed and what FHIR writes: numbers, and times of the day where the person is.

const NUMBER = /^[+-]?\d{1,15}(?:[.,]\d{1,10})?$/;
const WHOLE = /^[+-]?\d{1,10}$/;

/** The number that a text says, with a point or a comma; undefined when it is none. */
export function readNumber(text: string, isWhole: boolean): number | undefined {
  const plain = text.trim().replace("\u2212", "-");
  if (!(isWhole ? WHOLE : NUMBER).test(plain)) return undefined;
  return Number(plain.replace(",", "."));
}

/** FHIR's dateTime as a field for local times takes it: YYYY-MM-DDTHH:MM. */
export function localTime(dateTime: string | undefined): string {
  const at = new Date(dateTime ?? Number.NaN);
  if (Number.isNaN(at.getTime())) return "";
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** The same in UTC, which says nothing of where the person is. Undefined for half of a time. */
export function dateTimeOf(local: string): string | undefined {
  const at = new Date(local);
  if (local === "" || Number.isNaN(at.getTime())) return undefined;
  return at.toISOString().replace(".000Z", "Z");
}
