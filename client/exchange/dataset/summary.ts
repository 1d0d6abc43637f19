// What came, as one HTML page that needs nothing else: no script, no font, no picture from anywhere.
import { escapeHtml } from "../../auditor/report/figures.ts";
import { STYLE } from "../../auditor/report/style.ts";
import { type Calendar, type Completeness, completenessOf, leftOutByCode } from "./completeness.ts";
import type { ColumnFigures, TableFigures } from "./figures.ts";
import type { ManifestEntry } from "./manifest.ts";
import type { Omission, Opening } from "./opened.ts";
import { drawBars, drawColumn, shortNumber } from "./plots.ts";

/** Device data have a package a day: of many the first are drawn. */
const MAX_VISITS = 12;
const MAX_DRAWN_COLUMNS = 200;
const OWN_STYLE = `
.plot { max-width: 26rem; min-width: 16rem; } .bar.count { fill: var(--screened); }
`;

type Summarised = {
  readonly opening: Opening;
  readonly entries: readonly ManifestEntry[];
  readonly leftOut: readonly Omission[];
  readonly figures: readonly TableFigures[];
  readonly calendar?: Calendar | undefined;
};

/** Renders the page. */
export function renderSummary(of: Summarised): string {
  const { protocolNumber, cut, request } = of.opening;
  const title = `Dataset of ${protocolNumber}: cut ${cut.cutId}, request ${request.requestId}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>${STYLE}${OWN_STYLE}</style>
</head>
<body>
<main>
${headPart(of, title)}
${countsPart(of)}
${completenessPart(of)}
${leftOutPart(of.leftOut)}
${of.figures.map(tablePart).join("\n")}
${limitsPart()}
</main>
</body>
</html>
`;
}

function headPart({ opening }: Summarised, title: string): string {
  const { cut, request, trialId } = opening;
  const purpose = request.purposeText ?? "in words with the request";
  const at = new Date(cut.sealedAt * 1000).toISOString().slice(0, 16).replace("T", " ");
  return `<header>
<p class="kind">Cohort Zero dataset</p>
<h1>${escapeHtml(title)}</h1>
<p class="said">Purpose: ${escapeHtml(purpose)}</p>
<p>Sealed ${at} UTC in block ${cut.block}, requested in block ${request.block}.</p>
<dl class="hashes"><div><dt>Trial</dt><dd><code>${escapeHtml(trialId)}</code></dd></div>
<div><dt>Root of the cut's packages</dt><dd><code>${escapeHtml(cut.packagesRoot)}</code></dd></div></dl>
</header>`;
}

function countsPart({ opening, entries, leftOut, figures }: Summarised): string {
  const subjects = new Set(entries.map(({ pseudonym }) => pseudonym)).size;
  const counts: [string, number][] = [
    ["participants sealed", opening.cut.participants],
    ["of them with data here", subjects],
    ["packages opened", entries.length],
    ["packages left out", new Set(leftOut.map(({ entry }) => entry)).size],
    ["rows in tables", figures.reduce((sum, { rows }) => sum + rows, 0)],
  ];
  const items = counts.map(([what, n]) => `<li><b>${n.toLocaleString("en-US")}</b> ${what}</li>`);
  return `<ul class="figures">${items.join("")}</ul>`;
}

function completenessPart({ opening, entries, calendar }: Summarised): string {
  const { participants } = opening.cut;
  const drawn = completenessOf(entries, calendar).map((one) => collectionPart(one, participants));
  const nothing = "<p>Nothing was opened.</p>";
  return `<section><h2>Completeness</h2>
<p>By visit: how many of the ${participants} participants of the cut have an entry, whether it was due for all of them or
not. "Visit 1" is a participant's first entry of a collection whose schedule was not at hand.</p>
${drawn.length === 0 ? nothing : drawn.join("\n")}</section>`;
}

function collectionPart(of: Completeness, participants: number): string {
  const { collection, entries, subjects, visits, names, gaps } = of;
  const counts = visits.map((count, i) => [names[i] ?? "", count] as const);
  const more = visits.length - MAX_VISITS;
  const notes = [
    `${entries} entries of ${subjects} participants`,
    ...(more > 0 ? [`${more} later visits are not drawn`] : []),
    ...(gaps > 0 ? [`${gaps} packages of device streams are missing between others`] : []),
  ];
  const plot = drawBars(`Completeness: ${collection}`, counts.slice(0, MAX_VISITS), participants);
  return `<figure>${plot}<figcaption><b>${escapeHtml(collection)}</b>: ${notes.join("; ")}.</figcaption></figure>`;
}

function leftOutPart(leftOut: readonly Omission[]): string {
  if (leftOut.length === 0) return "";
  const rows = leftOutByCode(leftOut).map(([code, count]) => [escapeHtml(code), `${count}`]);
  return `<section><h2>Left out</h2>${table("Packages by reason", ["Reason", "Packages"], rows)}
<p>Which ones, and by whom they were refused, is in the manifest.</p></section>`;
}

function tablePart({ collection, rows, columns }: TableFigures): string {
  const drawn = columns.slice(0, MAX_DRAWN_COLUMNS).map((one) => columnRow(one, rows));
  const more = columns.length - drawn.length;
  const heads = ["Column", "Values", "Missing", "What came"];
  return `<section><h2>${escapeHtml(collection)}</h2>
${table(`${collection}: ${rows.toLocaleString("en-US")} rows`, heads, drawn)}
${more > 0 ? `<p>${more} more columns are in the tables.</p>` : ""}</section>`;
}

function columnRow(figures: ColumnFigures, rows: number): string[] {
  const { column, values, numbers, choices } = figures;
  const words = column.label === column.name ? "" : `<br>${escapeHtml(column.label)}`;
  const missing = `${rows - values} (${shortNumber(((rows - values) / Math.max(1, rows)) * 100)} %)`;
  return [
    `<code>${escapeHtml(column.name)}</code>${words}`,
    `${values}`,
    missing,
    numbers || choices ? `${drawColumn(figures)}${told(figures)}` : kindOf(figures),
  ];
}

function told({ numbers, choices }: ColumnFigures): string {
  if (numbers !== undefined) {
    const [least, mean, most] = [numbers.least, numbers.mean, numbers.most].map(shortNumber);
    return `<p>least ${least}, mean ${mean}, most ${most}</p>`;
  }
  const listed = (choices ?? []).map(([answer, count]) => `${escapeHtml(answer)}: ${count}`);
  return `<details><summary>As numbers</summary><p>${listed.join("; ")}</p></details>`;
}

function kindOf({ column }: ColumnFigures): string {
  return column.type === "date" || column.type === "dateTime" ? "dates" : "texts";
}

function limitsPart(): string {
  return `<section class="quiet"><h2>What this page does not say</h2><ul>
<li>Whether the data are true: a site that invents values is not found by their spread.</li>
<li>Averages and rare answers can point to a person. Treat this page as you treat the data.</li>
<li>Tables leave out what the manifest lists. Participants who withdrew after the cut was sealed are among it.</li>
</ul></section>`;
}

/** Cells are HTML already. A table too wide for the page scrolls, by keyboard too. */
function table(caption: string, heads: readonly string[], rows: readonly (readonly string[])[]) {
  const head = heads.map((text) => `<th scope="col">${escapeHtml(text)}</th>`).join("");
  const body = rows.map(([first = "", ...cells]) => {
    const rest = cells.map((cell) => `<td>${cell}</td>`).join("");
    return `<tr><th scope="row">${first}</th>${rest}</tr>`;
  });
  const label = escapeHtml(caption);
  return `<div class="scroll" role="region" aria-label="${label}" tabindex="0"><table><caption>${label}</caption><thead><tr>${head}</tr></thead><tbody>${body.join("")}</tbody></table></div>`;
}
