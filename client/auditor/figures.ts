// The report's figures as inline SVG: colours come from the page's custom properties, so that they
// follow light and dark; each has a title and a description, and its numbers stand in a table
// beside it.
import type { TrialReport } from "./report.ts";
import { COUNTED, type Counted } from "./state.ts";

const WIDTH = 720;
const HEIGHT = 240;
const LEFT = 44;
const RIGHT = 96;
const TOP = 28;
const BOTTOM = 32;
const DAY_SECONDS = 86_400;
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
  x: (time: number) => number;
  y: (count: number) => number;
  from: number;
  to: number;
};

/** How a trial's counts grew, with what happened to the trial itself marked above. */
export function drawTimeline(trial: TrialReport, until: number): string {
  const totals = totalsOf(trial);
  const from = Math.min(until - DAY_SECONDS, trial.milestones[0]?.time ?? until);
  const most = Math.max(1, ...COUNTED.map((name) => totals.at(-1)?.[name] ?? 0));
  const scale: Scale = {
    from,
    to: until,
    x: (time) => LEFT + ((time - from) / (until - from)) * (WIDTH - LEFT - RIGHT),
    y: (count) => HEIGHT - BOTTOM - (count / most) * (HEIGHT - TOP - BOTTOM),
  };
  const label = `Timeline of ${escapeHtml(trial.protocolNumber)}`;
  const last = COUNTED.map((name) => `${totals.at(-1)?.[name] ?? 0} ${name}`).join(", ");
  return [
    `<svg role="img" viewBox="0 0 ${WIDTH} ${HEIGHT}" class="figure">`,
    `<title>${label}</title><desc>Counts over time; in the end ${last}.</desc>`,
    axes(scale, most),
    ...groupMarks(trial, scale).map(marker),
    ...labelled(COUNTED.map((name) => curve(name, totals, scale))),
    "</svg>",
  ].join("\n");
}

type Total = { readonly time: number } & Record<Counted, number>;

/** Running totals, at the end of each day on which something happened. */
export function totalsOf({ days }: TrialReport): Total[] {
  const sum: Record<Counted, number> = {
    screened: 0,
    consented: 0,
    enrolled: 0,
    arrived: 0,
    withdrawn: 0,
  };
  return days.map((counts) => {
    for (const name of COUNTED) sum[name] += counts[name];
    return { time: (counts.day + 1) * DAY_SECONDS, ...sum };
  });
}

function axes({ x, y, from, to }: Scale, most: number): string {
  const [first, last] = [from, to].map((time) => new Date(time * 1000).toISOString().slice(0, 10));
  const baseline = y(0);
  return [
    `<line class="axis" x1="${LEFT}" y1="${baseline}" x2="${WIDTH - RIGHT}" y2="${baseline}"/>`,
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
function labelled(curves: readonly Curve[]): string[] {
  const lineHeight = 13;
  let floor = HEIGHT;
  const labels = [...curves]
    .sort((a, b) => b.y - a.y)
    .map(({ name, y }) => {
      floor = Math.min(y + 4, floor - lineHeight);
      return `<text class="line-label ${name}" x="${WIDTH - RIGHT + 6}" y="${floor.toFixed(1)}">${name}</text>`;
    });
  return [...curves.map(({ path }) => path), ...labels];
}

/** How many got how far, as bars. */
export function drawFunnel(trial: TrialReport): string {
  const last = totalsOf(trial).at(-1);
  const rows = COUNTED.map((name) => [name, last?.[name] ?? 0] as const);
  const most = Math.max(1, ...rows.map(([, count]) => count));
  const bars = rows.map(([name, count], i) => {
    const [y, width] = [i * 26, ((count / most) * (WIDTH - 180)).toFixed(1)];
    return `<text class="tick" x="96" y="${y + 16}" text-anchor="end">${name}</text><rect class="bar ${name}" x="104" y="${y + 2}" width="${width}" height="20" rx="2"/><text class="tick" x="${112 + Number(width)}" y="${y + 16}">${count}</text>`;
  });
  const label = `Funnel of ${escapeHtml(trial.protocolNumber)}`;
  const height = rows.length * 26;
  return `<svg role="img" viewBox="0 0 ${WIDTH} ${height}" class="figure"><title>${label}</title><desc>${rows.map(([name, count]) => `${count} ${name}`).join(", ")}</desc>${bars.join("")}</svg>`;
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
