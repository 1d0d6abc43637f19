// The report as one HTML file that needs nothing else: no script, no font, no picture from
// anywhere.
import { drawFunnel, drawTimeline, escapeHtml, totalsOf } from "./figures.ts";
import type { AuditReport, TrialReport } from "./report.ts";
import { COUNTED } from "./state.ts";
import { STYLE } from "./style.ts";
import { date } from "./summary.ts";

/** Renders a report. The page says which hash it has; the JSON beside it is what was hashed. */
export function renderHtml(report: AuditReport, hash: string): string {
  const { chain, verdict, findings } = report;
  const word = verdict === "clean" ? "Clean" : `${findings.length} finding(s)`;
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
${checkedPart(report)}
${report.trials.map((trial) => trialPart(trial, chain.head.timestamp)).join("\n")}
${criteriaPart(report)}
${deploymentPart(report)}
</main>
</body>
</html>
`;
}

function verdictPart({ chain, verdict, findings, limitsSaid }: AuditReport, hash: string): string {
  const said =
    verdict === "clean"
      ? "Every check held: the history is what the exchange promises."
      : `${findings.length} thing(s) in this history are not what the exchange promises.`;
  const { head, chainId, firstBlock } = chain;
  return `<header class="${verdict}">
<p class="kind">Cohort Zero audit report</p>
<h1>${verdict === "clean" ? "&#10003; Clean" : "&#10007; Findings"}</h1>
<p>${said}</p>
<p>Chain ${chainId}, blocks ${firstBlock} to ${head.number}, as of ${date(head.timestamp)}.<br>
Block hash <code>${escapeHtml(head.hash)}</code><br>Report hash <code>${hash}</code> (keccak256 of the JSON beside this page, canonical form)</p>
</header>
<section><h2>What this audit does not say</h2><ul>${limitsSaid.map((text) => `<li>${escapeHtml(text)}</li>`).join("")}</ul></section>`;
}

function findingsPart({ findings }: AuditReport): string {
  if (findings.length === 0) return "";
  const rows = findings.map(({ rule, says, reason, place }) => [
    `<code>${rule}</code><br>${escapeHtml(says)}`,
    escapeHtml(reason),
    place === null ? "" : `${place.block}`,
    place === null ? "" : `<code>${escapeHtml(place.transaction)}</code>`,
  ]);
  const heads = ["Rule", "What was found", "Block", "Transaction"];
  return `<section><h2>Findings</h2>${table("Findings in the chain's order", heads, rows)}</section>`;
}

function checkedPart({ checked, records }: AuditReport): string {
  const rows: [string, string][] = [
    ["Events replayed", `${checked.events}`],
    ["Eligibility proofs", `${checked.eligibilityProofs}`],
    ["Membership proofs (consents, withdrawals)", `${checked.membershipProofs}`],
    ["Proofs verified again", `${checked.proofsVerifiedAgain}`],
    ["Site signatures", `${checked.siteSignatures}`],
    ["Answers about contracts' state compared", `${checked.answersCompared}`],
    ["Registry leaves / records they stand for", `${records.leaves} / ${records.records}`],
    ["Clinics / revoked leaves", `${records.clinics} / ${records.revoked}`],
    ["Batches rebuilt from published leaves", `${checked.batchesRebuilt} of ${checked.batches}`],
  ];
  return `<section><h2>What was checked</h2>${table("Counts", ["What", "How many"], rows)}</section>`;
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
  const heads = ["Version", "Approved", "First screening", "Circuit", "Places"];
  const days = totalsOf(trial).map((total) => [
    date(total.time - 1).slice(0, 10),
    ...COUNTED.map((name) => `${total[name]}`),
  ]);
  return `<section>
<h2>Trial ${escapeHtml(protocolNumber)}</h2>
<p>${escapeHtml(status)}, version ${currentVersion} in force; ${trial.placesTaken} place(s) taken.</p>
<figure>${drawTimeline(trial, until)}<figcaption>Running totals; the numbered lines are:</figcaption></figure>
<ol class="marks">${marks.join("")}</ol>
<figure>${drawFunnel(trial)}<figcaption>How many came how far (${trial.screened} people screened).</figcaption></figure>
<details><summary>The same as numbers</summary>${table("Running totals by day", ["Day", ...COUNTED], days)}</details>
${table("Versions", heads, versions)}
${table("Participants now", ["FHIR ResearchSubject status", "How many"], states)}
</section>`;
}

function criteriaPart({ criteria }: AuditReport): string {
  return criteria
    .map(
      ({ protocolNumber, version, title, english, coverage, documentChecked }) => `<section>
<h2>Criteria opened: ${escapeHtml(protocolNumber)}, version ${version}</h2>
<p>${escapeHtml(title)}</p>
<p>Computed anew from the text, every term is the one that the board approved${documentChecked ? ", and so is the document's hash" : " (the sealed file's own hash was not compared)"}.
${coverage.criteria} criteria: ${coverage.proven} proven, ${coverage.attested} attested.</p>
<pre>${escapeHtml(english)}</pre>
</section>`,
    )
    .join("\n");
}

function deploymentPart({ deployment }: AuditReport): string {
  const rows = Object.entries(deployment.addresses).map(([name, address]) => [
    escapeHtml(name),
    `<code>${escapeHtml(address)}</code>`,
    `<code>${escapeHtml(deployment.codeHashes[name] ?? "")}</code>`,
  ]);
  const heads = ["Contract", "Address", "keccak256 of its code"];
  return `<section><h2>Contracts and keys</h2><p>Keys: ${escapeHtml(deployment.keys)}</p>${table("Contracts", heads, rows)}</section>`;
}

/** Cells are HTML already. */
function table(caption: string, heads: readonly string[], rows: readonly (readonly string[])[]) {
  const head = heads.map((text) => `<th scope="col">${escapeHtml(text)}</th>`).join("");
  const body = rows.map((cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`);
  return `<div class="scroll"><table><caption>${escapeHtml(caption)}</caption><thead><tr>${head}</tr></thead><tbody>${body.join("")}</tbody></table></div>`;
}
