// The report as one HTML file that needs nothing else: no script, no font, no picture from
// anywhere.

import { counted } from "../../../circuits/statement/encoding/print.ts";
import { COUNTED } from "../replay/state.ts";
import type { OpenedCriteria } from "../server/criteria.ts";
import { owedLines } from "./exchangeReport.ts";
import { drawFunnel, drawTimeline, escapeHtml, totalsOf } from "./figures.ts";
import { type AuditReport, reportText, scopeOf, type TrialReport } from "./report.ts";
import { STYLE } from "./style.ts";
import { date } from "./summary.ts";

/** Renders a report. The page says which hash it has; the JSON beside it is what was hashed. */
export function renderHtml(given: AuditReport, hash: string): string {
  // As `report.json` has it: so the page follows from the file, and can be compared with it.
  const report = JSON.parse(reportText(given)) as AuditReport;
  const { chain, verdict, findings } = report;
  const word = verdict === "clean" ? "Clean" : counted(findings.length, "finding");
  const title = `Audit of chain ${chain.chainId} to block ${chain.head.number}: ${word}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${verdictPart(report, hash)}
${findingsPart(report)}
${figuresPart(report)}
${limitsPart(report)}
${checkedPart(report)}
${report.trials.map((trial) => trialPart(trial, chain.head.timestamp)).join("\n")}
${exchangePart(report)}
${criteriaPart(report)}
${deploymentPart(report)}
</main>
</body>
</html>
`;
}

function verdictPart(report: AuditReport, hash: string): string {
  const { chain, verdict, findings } = report;
  const said =
    verdict === "clean"
      ? `Every check held${escapeHtml(scopeOf(report))}: the history is what the exchange promises.`
      : `In this history ${findings.length === 1 ? "1 thing is" : `${findings.length} things are`} not what the exchange promises.`;
  const { head, chainId, firstBlock } = chain;
  return `<header class="${verdict}">
<p class="kind">Cohort Zero audit report</p>
<h1>${verdict === "clean" ? "&#10003; Clean" : "&#10007; Findings"}</h1>
<p class="said">${said}</p>
<p>Chain ${chainId}, blocks ${firstBlock} to ${head.number}, as of ${date(head.timestamp)}.</p>
<dl class="hashes">
<div><dt>Report hash</dt><dd><code>${hash}</code> keccak256 of the JSON beside this page, in canonical form</dd></div>
<div><dt>Last block</dt><dd><code>${escapeHtml(head.hash)}</code></dd></div>
</dl>
</header>`;
}

function limitsPart({ limitsSaid }: AuditReport): string {
  const items = limitsSaid.map((text) => `<li>${escapeHtml(text)}</li>`).join("");
  return `<section class="quiet"><h2>What this audit does not say</h2><ul>${items}</ul></section>`;
}

/** The numbers that most readers look for. */
function figuresPart({ checked, trials }: AuditReport): string {
  const onStudy = trials.reduce((sum, trial) => sum + (trial.participants["on-study"] ?? 0), 0);
  const screened = trials.reduce((sum, trial) => sum + trial.screened, 0);
  const figures: [string, number][] = [
    ["events replayed", checked.events],
    ["proofs verified again", checked.proofsVerifiedAgain],
    ["answers compared", checked.answersCompared],
    ["people screened", screened],
    ["on study now", onStudy],
  ];
  const items = figures.map(([what, n]) => `<li><b>${grouped(n)}</b> ${what}</li>`);
  return `<ul class="figures">${items.join("")}</ul>`;
}

function findingsPart({ findings }: AuditReport): string {
  if (findings.length === 0) return "";
  const items = findings.map(({ rule, says, reason, place }) => {
    const where =
      place === null
        ? ""
        : `<p class="where">Block ${place.block}, transaction <code>${escapeHtml(place.transaction)}</code></p>`;
    return `<li><p><strong>${escapeHtml(reason)}</strong></p><p><code>${rule}</code>: ${escapeHtml(says)}, and here that is not so.</p>${where}</li>`;
  });
  return `<section><h2>Findings, in the chain's order</h2><ol class="findings">${items.join("")}</ol></section>`;
}

function checkedPart({ checked, records }: AuditReport): string {
  const rows: [string, string][] = [
    ["Events replayed", grouped(checked.events)],
    ["Eligibility proofs", grouped(checked.eligibilityProofs)],
    ["Membership proofs (consents, withdrawals)", grouped(checked.membershipProofs)],
    ["Proofs verified again", grouped(checked.proofsVerifiedAgain)],
    ["Site signatures", grouped(checked.siteSignatures)],
    ["Answers about contracts' state compared", grouped(checked.answersCompared)],
    ["Registry leaves", grouped(records.leaves)],
    ["Records they stand for", grouped(records.records)],
    ["Leaves revoked", grouped(records.revoked)],
    ["Clinics", grouped(records.clinics)],
    ["Batches rebuilt from published leaves", `${checked.batchesRebuilt} of ${checked.batches}`],
  ];
  return `<section><h2>What was checked</h2>${table("Counts", ["What", "How many"], rows)}</section>`;
}

function grouped(count: number): string {
  return count.toLocaleString("en-US");
}

function trialPart(trial: TrialReport, until: number): string {
  const { protocolNumber, status, currentVersion, milestones, participants } = trial;
  const marks = milestones.map(
    ({ time, block, what }, i) =>
      `<li value="${i + 1}">${date(time)}, block ${block}: ${escapeHtml(what)}</li>`,
  );
  const versions = trial.versions.map((v) => [
    `${v.version}`,
    v.approvedAt === null ? "never" : date(v.approvedAt),
    v.firstScreeningAt === null ? "none" : date(v.firstScreeningAt),
    `${v.circuit}${v.isSealed ? ", sealed" : ""}`,
    `${v.capacity} (${v.sites.map((site) => `site ${site.siteId}: ${site.capacity}`).join(", ")})`,
  ]);
  const states = Object.entries(participants).map(([state, n]) => [escapeHtml(state), `${n}`]);
  if (trial.onHold > 0) states.push(["of those still taking part: on hold", `${trial.onHold}`]);
  const heads = ["Version", "Approved", "First screening", "Circuit", "Places"];
  const nobody = "<p>Nobody has been screened for it yet.</p>";
  return `<section>
<h2>Trial ${escapeHtml(protocolNumber)}</h2>
<p>${escapeHtml(status)}, version ${currentVersion} in force; ${counted(trial.placesTaken, "place")} taken.</p>
<ol class="marks">${marks.join("")}</ol>
${trial.screened === 0 ? nobody : drawn(trial, until)}
${table("Versions", heads, versions)}
${states.length === 0 ? "" : table("Participants now", ["FHIR ResearchSubject status", "How many"], states)}
</section>`;
}

function drawn(trial: TrialReport, until: number): string {
  const totals = totalsOf(trial).map((total) => [
    date(total.time),
    ...COUNTED.map((name) => `${total[name]}`),
  ]);
  const timelines = (["wide", "narrow"] as const).map((width) => drawTimeline(trial, until, width));
  return `<figure>${timelines.join("")}<figcaption>Running totals. The numbered lines are what happened to the trial, above.</figcaption></figure>
<figure>${drawFunnel(trial)}<figcaption>How many reached each step (${trial.screened} people screened).</figcaption></figure>
<details><summary>The same as numbers</summary>${table("Running totals", ["Until", ...COUNTED], totals)}</details>`;
}

/** Nothing where no data are exchanged. */
function exchangePart({ exchange }: AuditReport): string {
  const { batches, entriesAnchored, cuts, requests, emergencies } = exchange;
  if (batches === 0 && cuts.length === 0 && emergencies === 0) return "";
  const known = (count: number | null) => (count === null ? "not asked for" : grouped(count));
  const rows: [string, string][] = [
    ["Entries in batches on the chain", `${grouped(entriesAnchored)} in ${grouped(batches)}`],
    ["Public entries checked", known(exchange.entries)],
    ["Requests", grouped(requests)],
    ["Emergencies", grouped(emergencies)],
    ["Custodians' receipts checked", known(exchange.receipts)],
    ["Of them for releases", known(exchange.released)],
  ];
  const cutRows = cuts.map(({ cutId, participants, leftOut, sealedAt }) => [
    ...[cutId, date(sealedAt), grouped(participants), grouped(leftOut)],
  ]);
  const heads = ["Cut", "Sealed", "People in it", "Could have been, were left out"];
  const owed = owedLines(exchange).map((line) => `<li>${escapeHtml(line)}</li>`);
  return `<section><h2>Research data</h2>${table("Counts of research data", ["What", "How many"], rows)}
${cutRows.length === 0 ? "" : table("Cuts", heads, cutRows)}
${owed.length === 0 ? "<p>Nothing is owed.</p>" : `<h3>Still owed</h3><ul>${owed.join("")}</ul>`}</section>`;
}

function criteriaPart({ criteria }: AuditReport): string {
  return criteria
    .map(
      ({
        protocolNumber,
        version,
        title,
        english,
        collections,
        coverage,
        documentChecked,
      }) => `<section>
<h2>Criteria opened: ${escapeHtml(protocolNumber)}, version ${version}</h2>
<p>${escapeHtml(title)}</p>
<p>Computed again from the text, every term is the one that the board approved${documentChecked ? ", and so is the document's hash" : " (the sealed file's own hash was not compared)"}.
${coverage.criteria} criteria: ${coverage.proven} proven, ${coverage.attested} attested.</p>
<ul class="criteria">${english
        .split("\n")
        .map((line) => `<li>${escapeHtml(line)}</li>`)
        .join("")}</ul>
${collections.map(collectionPart).join("")}</section>`,
    )
    .join("\n");
}

function collectionPart({ title, words }: OpenedCriteria["collections"][number]): string {
  const items = words.map((line) => `<li>${escapeHtml(line)}</li>`);
  return `<h3>Collected: ${escapeHtml(title)}</h3><ul>${items.join("")}</ul>`;
}

function deploymentPart({ deployment }: AuditReport): string {
  const items = Object.entries(deployment.addresses).map(([name, address]) => {
    const hash = deployment.codeHashes[name] ?? "";
    return `<div><dt>${escapeHtml(name)}</dt><dd><code>${escapeHtml(address)}</code></dd><dd>code <code>${escapeHtml(hash)}</code></dd></div>`;
  });
  return `<section><h2>Contracts and keys</h2><p>Keys: ${escapeHtml(deployment.keys)}. Each contract with its address and the keccak256 of its code.</p><dl class="hashes">${items.join("")}</dl></section>`;
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
