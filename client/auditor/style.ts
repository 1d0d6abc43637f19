// The report page's style: light and dark, readable on paper. Contrast of text is at least 4.5 to
// 1 (WCAG 2.2 AA).
export const STYLE = `
:root { --paper: #ffffff; --ink: #1b1f24; --soft: #57606a; --line: #d0d7de; --good: #116329; --bad: #a40e26;
  --screened: #0550ae; --consented: #6639ba; --enrolled: #953800; --arrived: #116329; --withdrawn: #a40e26; }
@media (prefers-color-scheme: dark) { :root { --paper: #0d1117; --ink: #e6edf3; --soft: #9ba4ae; --line: #30363d;
  --good: #56d364; --bad: #ff7b72; --screened: #79c0ff; --consented: #d2a8ff; --enrolled: #ffa657;
  --arrived: #56d364; --withdrawn: #ff7b72; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
header { border-left: 6px solid var(--good); padding-left: 1rem; }
header.findings { border-color: var(--bad); }
header h1 { margin: 0; color: var(--good); }
header.findings h1 { color: var(--bad); }
.kind { margin: 0; color: var(--soft); }
h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line); }
code { font: 0.85em/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
pre { white-space: pre-wrap; border: 1px solid var(--line); padding: 0.75rem; font: inherit; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; }
caption { text-align: left; color: var(--soft); }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.6rem 0.3rem 0; border-bottom: 1px solid var(--line); }
figure { margin: 1rem 0; }
figcaption, .marks { color: var(--soft); font-size: 0.9rem; }
.figure { width: 100%; height: auto; font: 12px system-ui, sans-serif; }
.axis { stroke: var(--soft); } .mark { stroke: var(--line); }
.tick, .mark-label { fill: var(--soft); }
.line { fill: none; stroke-width: 2; }
.line.screened { stroke: var(--screened); } .line.consented { stroke: var(--consented); }
.line.enrolled { stroke: var(--enrolled); } .line.arrived { stroke: var(--arrived); }
.line.withdrawn { stroke: var(--withdrawn); }
.bar.screened, .line-label.screened { fill: var(--screened); }
.bar.consented, .line-label.consented { fill: var(--consented); }
.bar.enrolled, .line-label.enrolled { fill: var(--enrolled); }
.bar.arrived, .line-label.arrived { fill: var(--arrived); }
.bar.withdrawn, .line-label.withdrawn { fill: var(--withdrawn); }
@media print { body { font-size: 11pt; } section { break-inside: avoid; } }
`;
