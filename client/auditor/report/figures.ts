// The report's figures as inline SVG: colours come from the page's custom properties, so that they
// follow light and dark; each has a title and a description, and its numbers stand in a table
// beside it.

import { COUNTED, type Counted } from "../replay/state.ts";
import type { TrialReport } from "./report.ts";

/** On a phone a figure drawn for a desk is too small to read: each is drawn for both. */
const WIDTHS = { wide: 720, narrow: 340 } as const;
const HEIGHT = 240;
const LEFT = 30;
const RIGHT = 84;
const TOP = 28;
const BOTTOM = 32;
/** Room that a milestone's number takes. */
const MARK_WIDTH = 28;
/** Lines differ in dash as well as in colour. */
const DASHES: Record<Counted, string> = {
  screened: "",
  consented: "7 3",
  enrolled: "2 3",
  arrived: "10 3 2 3",
  withdrawn: "1 4",
};

type Scale = {
  width: number;
  x: (time: number) => number;
  y: (count: number) => number;
  from: number;
  to: number;
};

/** How a trial's counts grew, with what happened to the trial itself marked above. */
export function drawTimeline(
  trial: TrialReport,
  until: number,
  size: keyof typeof WIDTHS = "wide",
): string {
  const width = WIDTHS[size];
  const totals = totalsOf(trial);
  const from = Math.min(until - trial.stepSeconds, trial.milestones[0]?.time ?? until);
  const most = Math.max(1, ...COUNTED.map((name) => totals.at(-1)?.[name] ?? 0));
  const scale: Scale = {
    width,
    from,
    to: until,
    x: (time) => LEFT + ((time - from) / (until - from)) * (width - LEFT - RIGHT),
    y: (count) => HEIGHT - BOTTOM - (count / most) * (HEIGHT - TOP - BOTTOM),
  };
  const label = `Timeline of ${escapeHtml(trial.protocolNumber)}`;
  const last = COUNTED.map((name) => `${totals.at(-1)?.[name] ?? 0} ${name}`).join(", ");
  return [
    `<svg role="img" viewBox="0 0 ${width} ${HEIGHT}" class="figure ${size}">`,
    `<title>${label}</title><desc>Counts over time; in the end ${last}.</desc>`,
    axes(scale, most),
    ...groupMarks(trial, scale).map(marker),
    ...labelled(
      COUNTED.map((name) => curve(name, totals, scale)),
      width,
    ),
    "</svg>",
  ].join("\n");
}

type Total = { readonly time: number } & Record<Counted, number>;

/** Running totals, at the end of each step in which something happened. */
export function totalsOf({ steps, stepSeconds }: TrialReport): Total[] {
  const sum: Record<Counted, number> = {
    screened: 0,
    consented: 0,
    enrolled: 0,
    arrived: 0,
    withdrawn: 0,
  };
  return steps.map((counts) => {
    for (const name of COUNTED) sum[name] += counts[name];
    return { time: counts.from + stepSeconds, ...sum };
  });
}

function axes({ width, x, y, from, to }: Scale, most: number): string {
  const iso = [from, to].map((time) => new Date(time * 1000).toISOString());
  // Within a day the date would be the same at both ends.
  const isShort = to - from < 86_400;
  const [first, last] = iso.map((text) =>
    isShort ? `${text.slice(11, 16)} UTC` : text.slice(0, 10),
  );
  const baseline = y(0);
  return [
    `<line class="axis" x1="${LEFT}" y1="${baseline}" x2="${width - RIGHT}" y2="${baseline}"/>`,
    `<line class="axis" x1="${LEFT}" y1="${TOP}" x2="${LEFT}" y2="${baseline}"/>`,
    `<text class="tick" x="${LEFT - 6}" y="${y(most) + 4}" text-anchor="end">${most}</text>`,
    `<text class="tick" x="${LEFT - 6}" y="${baseline + 4}" text-anchor="end">0</text>`,
    `<text class="tick" x="${x(from)}" y="${HEIGHT - 10}">${first}</text>`,
    `<text class="tick" x="${x(to)}" y="${HEIGHT - 10}" text-anchor="end">${last}</text>`,
  ].join("\n");
}

type Mark = { readonly x: number; readonly first: number; last: number; what: string };

/** Milestones too close to be told apart share a mark. */
function groupMarks({ milestones }: TrialReport, scale: Scale): Mark[] {
  const marks: Mark[] = [];
  milestones.forEach(({ time, what }, i) => {
    const x = scale.x(time);
    const before = marks.at(-1);
    if (before !== undefined && x - before.x < MARK_WIDTH) {
      before.last = i + 1;
      before.what += `; ${what}`;
    } else {
      marks.push({ x, first: i + 1, last: i + 1, what });
    }
  });
  return marks;
}

function marker({ x, first, last, what }: Mark): string {
  const at = x.toFixed(1);
  const label = first === last ? `${first}` : `${first}-${last}`;
  return `<g><title>${label}: ${escapeHtml(what)}</title><line class="mark" x1="${at}" y1="${TOP - 8}" x2="${at}" y2="${HEIGHT - BOTTOM}"/><text class="mark-label" x="${at}" y="${TOP - 12}" text-anchor="middle">${label}</text></g>`;
}

type Curve = { readonly path: string; readonly name: Counted; readonly y: number };

function curve(name: Counted, totals: readonly Total[], scale: Scale): Curve {
  let height = scale.y(0);
  const path = [`M${scale.x(scale.from).toFixed(1)} ${height.toFixed(1)}`];
  for (const total of totals) {
    const time = Math.min(total.time, scale.to);
    height = scale.y(total[name]);
    path.push(`H${scale.x(time).toFixed(1)} V${height.toFixed(1)}`);
  }
  path.push(`H${scale.x(scale.to).toFixed(1)}`);
  const dash = DASHES[name] === "" ? "" : ` stroke-dasharray="${DASHES[name]}"`;
  return { path: `<path class="line ${name}" d="${path.join(" ")}"${dash}/>`, name, y: height };
}

/** The curves with their names at their right ends, pushed apart where they would overlap. */
function labelled(curves: readonly Curve[], width: number): string[] {
  const lineHeight = 13;
  const places = curves.map(({ name, y }) => ({ name, y: y + 4 })).sort((a, b) => b.y - a.y);
  let floor = HEIGHT + lineHeight;
  for (const place of places) floor = place.y = Math.min(place.y, floor - lineHeight);
  // Pushed up they may have left the figure: from the top they are pushed down again.
  let ceiling = 0;
  for (const place of places.toReversed()) {
    ceiling = place.y = Math.max(place.y, ceiling + lineHeight);
  }
  const labels = places.map(
    ({ name, y }) =>
      `<text class="line-label ${name}" x="${width - RIGHT + 6}" y="${y.toFixed(1)}">${name}</text>`,
  );
  return [...curves.map(({ path }) => path), ...labels];
}

/** How many got how far, as bars. */
export function drawFunnel(trial: TrialReport): string {
  const last = totalsOf(trial).at(-1);
  const rows = COUNTED.map((name) => [name, last?.[name] ?? 0] as const);
  const most = Math.max(1, ...rows.map(([, count]) => count));
  const label = `Funnel of ${escapeHtml(trial.protocolNumber)}`;
  const said = rows.map(([name, count]) => `${count} ${name}`).join(", ");
  const height = rows.length * 26;
  const sizes = Object.entries(WIDTHS).map(([size, width]) => {
    const bars = rows.map(([name, count], i) => {
      const [y, length] = [i * 26, (count / most) * (width - 140)];
      return `<text class="tick" x="72" y="${y + 17}" text-anchor="end">${name}</text><rect class="bar ${name}" x="80" y="${y + 3}" width="${length.toFixed(1)}" height="20" rx="4"/><text class="tick" x="${(88 + length).toFixed(1)}" y="${y + 17}">${count}</text>`;
    });
    return `<svg role="img" viewBox="0 0 ${width} ${height}" class="figure ${size}"><title>${label}</title><desc>${said}</desc>${bars.join("")}</svg>`;
  });
  return sizes.join("");
}

/** Text for HTML and SVG. Protocol numbers and names come from a chain anybody can write to. */
export function escapeHtml(text: string): string {
  const entities: Record<string, string> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
  };
  return text.replace(/[&<>"]/g, (character) => entities[character]!).replaceAll("'", "&#39;");
}
