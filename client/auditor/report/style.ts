// The report page's style: light and dark, readable on paper. Contrast of text is at least 4.5 to
// 1 (WCAG 2.2 AA).
export const STYLE = `
:root { --page: #f5f6f8; --paper: #ffffff; --ink: #1b1f24; --soft: #57606a; --line: #d8dee4; --good: #116329; --bad: #a40e26;
  --screened: #0550ae; --consented: #6639ba; --enrolled: #953800; --arrived: #116329; --withdrawn: #a40e26; }
@media (prefers-color-scheme: dark) { :root { --page: #0b0f14; --paper: #131920; --ink: #e6edf3; --soft: #9ba4ae; --line: #30363d;
  --good: #56d364; --bad: #ff7b72; --screened: #79c0ff; --consented: #d2a8ff; --enrolled: #ffa657;
  --arrived: #56d364; --withdrawn: #ff7b72; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; font-variant-numeric: tabular-nums; }
main { max-width: 56rem; margin: 0 auto; padding: 2rem 1rem 4rem; display: grid; gap: 1rem; grid-template-columns: minmax(0, 1fr); }
header, section, .figures li { background: var(--paper); border: 1px solid var(--line); border-radius: 10px; }
header, section { padding: 1.5rem; }
header { border-top: 6px solid var(--good); }
header.findings { border-top-color: var(--bad); }
header h1 { margin: 0.1rem 0 0.5rem; font-size: 2.2rem; line-height: 1.2; color: var(--good); }
header.findings h1 { color: var(--bad); }
.kind { margin: 0; color: var(--soft); }
.said { font-size: 1.15rem; }
h2 { margin: 0 0 0.75rem; font-size: 1.3rem; line-height: 1.3; }
p { margin: 0.5rem 0; }
.quiet { background: none; }
.quiet ul { margin: 0; padding-left: 1.2rem; }
.figures { list-style: none; margin: 0; padding: 0; display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); }
.figures li { padding: 0.9rem 1rem; color: var(--soft); font-size: 0.9rem; }
.figures b { display: block; font-size: 1.7rem; line-height: 1.2; color: var(--ink); }
ol.findings, .criteria { margin: 0; padding-left: 1.4rem; }
ol.findings li { margin-bottom: 1rem; padding-left: 0.3rem; }
ol.findings p { margin: 0.15rem 0; }
.criteria li { margin-bottom: 0.3rem; }
.where { color: var(--soft); }
code { font: 0.85em/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
.hashes { margin: 0.75rem 0 0; }
.hashes div { padding: 0.45rem 0; border-top: 1px solid var(--line); }
.hashes dt { color: var(--soft); }
.hashes dd { margin: 0; }
.scroll { overflow-x: auto; margin: 0.75rem 0; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; color: var(--soft); padding-bottom: 0.25rem; }
th, td { text-align: left; vertical-align: top; padding: 0.4rem 1rem 0.4rem 0; border-bottom: 1px solid var(--line); }
thead th { color: var(--soft); font-weight: 600; white-space: nowrap; }
tbody th { font-weight: 400; }
figure { margin: 1.25rem 0; }
figcaption, .marks { color: var(--soft); font-size: 0.9rem; }
.marks { margin: 0.5rem 0; padding-left: 1.6rem; }
summary { cursor: pointer; color: var(--soft); min-height: 24px; }
.figure { width: 100%; height: auto; display: block; font: 13px system-ui, sans-serif; }
.narrow { display: none; }
@media (max-width: 40rem) { .wide { display: none; } .narrow { display: block; } header, section { padding: 1.1rem; } main { padding-top: 1rem; } }
.axis { stroke: var(--soft); } .mark { stroke: var(--line); }
.tick, .mark-label { fill: var(--soft); }
.line { fill: none; stroke-width: 2; }
.line.screened { stroke: var(--screened); } .line.consented { stroke: var(--consented); }
.line.enrolled { stroke: var(--enrolled); } .line.arrived { stroke: var(--arrived); }
.line.withdrawn { stroke: var(--withdrawn); }
.line-label.screened { fill: var(--screened); } .line-label.consented { fill: var(--consented); }
.line-label.enrolled { fill: var(--enrolled); } .line-label.arrived { fill: var(--arrived); }
.line-label.withdrawn { fill: var(--withdrawn); }
.bar.screened { fill: var(--screened); } .bar.consented { fill: var(--consented); }
.bar.enrolled { fill: var(--enrolled); } .bar.arrived { fill: var(--arrived); }
.bar.withdrawn { fill: var(--withdrawn); }
@media print { :root { --page: #ffffff; } body { font-size: 10.5pt; } main { padding: 0; } section { break-inside: avoid; } }
`;
