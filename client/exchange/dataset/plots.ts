// Small plots as inline SVG: colours come from the page, each has a title and a description, and its numbers stand in
// the text beside it.
import { escapeHtml } from "../../auditor/report/figures.ts";
import type { ColumnFigures } from "./figures.ts";

const WIDTH = 320;
const HEIGHT = 72;
const AXIS = 16;
const ROW = 20;
const LABEL = 120;
/** Room for the count behind a bar. */
const COUNT = 48;
const MAX_BARS = 12;
const LABEL_CHARS = 18;

/** How a column's values are spread; empty for texts that are no answers to choose from. */
export function drawColumn({ column, numbers, choices }: ColumnFigures): string {
  if (numbers !== undefined) return drawSpread(column.label, numbers);
  return choices === undefined ? "" : drawBars(`Answers: ${column.label}`, choices);
}

/** A number as people read it: at most four significant digits, in powers of ten where it is far from one. */
export function shortNumber(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e9 || (size < 1e-4 && value !== 0)) return value.toExponential(3);
  return value.toLocaleString("en-US", { maximumSignificantDigits: 4 });
}

function drawSpread(label: string, of: NonNullable<ColumnFigures["numbers"]>): string {
  const { least, most, mean, bins } = of;
  const highest = Math.max(1, ...bins);
  const step = WIDTH / bins.length;
  const bars = bins.map((count, i) => {
    const height = (count / highest) * (HEIGHT - AXIS - 4);
    const y = HEIGHT - AXIS - height;
    return rect({ x: i * step + 1, y, width: step - 2, height });
  });
  const ends = [
    `<text class="tick" x="0" y="${HEIGHT - 2}">${shortNumber(least)}</text>`,
    `<text class="tick" x="${WIDTH}" y="${HEIGHT - 2}" text-anchor="end">${shortNumber(most)}</text>`,
  ];
  const said = `From ${shortNumber(least)} to ${shortNumber(most)}, mean ${shortNumber(mean)}.`;
  return svg({ title: `Spread: ${label}`, said, height: HEIGHT, body: [...bars, ...ends] });
}

/** Counts by name, as bars; of many the first. */
export function drawBars(
  title: string,
  counts: readonly (readonly [string, number])[],
  of = Math.max(...counts.map(([, count]) => count)),
): string {
  const most = Math.max(1, of);
  const shown = counts.slice(0, MAX_BARS);
  const bars = shown.map(([name, count], i) => {
    const width = (Math.min(count, most) / most) * (WIDTH - LABEL - COUNT);
    const y = i * ROW;
    const text = name.length > LABEL_CHARS ? `${name.slice(0, LABEL_CHARS - 1)}…` : name;
    return [
      `<text class="tick" x="${LABEL - 6}" y="${y + 14}" text-anchor="end">${escapeHtml(text)}</text>`,
      rect({ x: LABEL, y: y + 2, width, height: ROW - 5 }),
      `<text class="tick" x="${(LABEL + width + 5).toFixed(1)}" y="${y + 14}">${count}</text>`,
    ].join("");
  });
  const said = shown.map(([name, count]) => `${name}: ${count}`).join(", ");
  return svg({ title, said, height: Math.max(ROW, shown.length * ROW), body: bars });
}

function rect(of: { x: number; y: number; width: number; height: number }): string {
  const [x, y, width, height] = [of.x, of.y, of.width, of.height].map((part) => part.toFixed(1));
  return `<rect class="bar count" x="${x}" y="${y}" width="${width}" height="${height}" rx="2"/>`;
}

type Drawing = { title: string; said: string; height: number; body: readonly string[] };

function svg({ title, said, height, body }: Drawing): string {
  const head = `<title>${escapeHtml(title)}</title><desc>${escapeHtml(said)}</desc>`;
  return `<svg role="img" viewBox="0 0 ${WIDTH} ${height}" class="figure plot">${head}${body.join("")}</svg>`;
}
