// The laws of facts on many charts, in as many processes as there are cores, with progress.
//   node test/facts/many.ts            100,000 charts; CHARTS and FIRST_CHART for others
// Ends with 1 when a record proves what a completion of its chart contradicts.
import { fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { LOST_AT_MOST, type Outcome, SHOWN_AT_LEAST, tryCharts } from "./laws.ts";

const CHARTS = Number(process.env.CHARTS ?? 100_000);
const FIRST = Number(process.env.FIRST_CHART ?? 1);
const QUESTIONS = 20;
const AT_A_TIME = 500;
const SAY_EVERY_MS = 10_000;

type Part = { readonly first: number; readonly charts: number };

/** What a process answers: counts, and the first violations only. */
function answer(part: Part): void {
  const { lost, violations, ...counts } = tryCharts({ ...part, questions: QUESTIONS });
  process.send!({ ...counts, lost: lost.length, violations });
}

type Answer = Omit<Outcome, "lost"> & { readonly lost: number };

/** Hands parts to processes as they become free. */
async function askAll(): Promise<Answer[]> {
  const parts: Part[] = [];
  for (let first = FIRST; first < FIRST + CHARTS; first += AT_A_TIME) {
    parts.push({ first, charts: Math.min(AT_A_TIME, FIRST + CHARTS - first) });
  }
  const answers: Answer[] = [];
  let said = Date.now();
  const work = () =>
    new Promise<void>((resolve, reject) => {
      const child = fork(fileURLToPath(import.meta.url), ["--part"]);
      const next = () => {
        const part = parts.shift();
        if (part === undefined) child.disconnect();
        else child.send(part);
      };
      child.on("message", (one) => {
        answers.push(one as Answer);
        if (Date.now() - said > SAY_EVERY_MS) {
          said = Date.now();
          console.log(sayOf(answers));
        }
        next();
      });
      child.on("error", reject);
      child.on("exit", (code) =>
        code === 0 ? resolve() : reject(new Error("a process of charts ended early; see above")),
      );
      next();
    });
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return answers;
}

const sum = (answers: readonly Answer[], of: (one: Answer) => number) =>
  answers.reduce((total, one) => total + of(one), 0);

function sayOf(answers: readonly Answer[]): string {
  const percent = (part: number, all: number) => `${((100 * part) / all).toFixed(2)} %`;
  const asked = sum(answers, (one) => one.asked);
  return [
    `${sum(answers, (one) => one.charts).toLocaleString("en")} charts, ${asked.toLocaleString("en")} questions`,
    `${sum(answers, (one) => one.violations.length)} violations`,
    `${percent(
      sum(answers, (one) => one.shown),
      asked,
    )} shown`,
    `${percent(
      sum(answers, (one) => one.lost),
      asked,
    )} lost`,
    `${sum(answers, (one) => one.refused)} charts refused`,
  ].join(", ");
}

async function main(): Promise<void> {
  const answers = await askAll();
  console.log(sayOf(answers));
  const violations = answers.flatMap((one) => one.violations);
  for (const violation of violations.slice(0, 3)) console.log(JSON.stringify(violation, null, 1));
  const asked = sum(answers, (one) => one.asked);
  const isIdle = sum(answers, (one) => one.shown) < SHOWN_AT_LEAST * asked;
  const isLossy = sum(answers, (one) => one.lost) > LOST_AT_MOST * asked;
  if (isIdle) console.log("too little is shown for the laws to be tested");
  if (isLossy) console.log("too much is lost that a chart says");
  process.exitCode = violations.length > 0 || isIdle || isLossy ? 1 : 0;
}

if (process.argv.includes("--part")) process.on("message", (part) => answer(part as Part));
else await main();
