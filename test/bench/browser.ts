// Proving in a real browser's worker, under the worker's own policy, against Node in the same run.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { build } from "vite";
import { readArtifact } from "../../circuits/artifacts/read.ts";
import type { CircuitName } from "../../circuits/statement/criteria/program.ts";
import { createPages, type Pages } from "../../server/http/pages.ts";
import { startBrowser } from "../web/browser.ts";
import { type Bench, median, ms, type Result } from "./measure.ts";
import { haveArtifacts } from "./proofs.ts";
import { askChild, startChild } from "./prove.ts";

const ROUNDS = 5;
const CIRCUITS: readonly CircuitName[] = ["eligibility-8", "eligibility-32"];

export const browser: Bench = {
  name: "browser",
  about: "prove in a browser's worker, against Node",
  async run(say) {
    if (!haveArtifacts()) return { skipped: "circuits/artifacts are not built" };
    say("building the worker");
    const server = await serveWorker(await bundleWorker());
    const chromium = await startBrowser();
    const page = await chromium.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const results: Result[] = [];
    for (const circuit of CIRCUITS) results.push(await compare(page, circuit, say));
    await chromium.close();
    server.close();
    return results;
  },
};

async function compare(
  page: Page,
  circuit: CircuitName,
  say: (progress: string) => void,
): Promise<Result> {
  const child = await startChild(circuit);
  const times = { node: [] as number[], browser: [] as number[] };
  for (let round = 0; round <= ROUNDS; round++) {
    say(`${circuit}: ${round === 0 ? "warming up" : `round ${round} of ${ROUNDS}`}`);
    const [node, inPage] = [
      (await askChild(child)).wallMs,
      await page.evaluate(proveInWorker, circuit),
    ];
    if (round === 0) continue;
    times.node.push(node);
    times.browser.push(inPage);
  }
  child.kill();
  const [node, inPage] = [median(times.node), median(times.browser)];
  return {
    what: `prove ${circuit} in a browser, ${ms(inPage)}`,
    baseline: `Node, ${ms(node)}`,
    measured: `${(inPage / node).toFixed(2)}x`,
    target: "",
    reached: undefined,
  };
}

/** Runs in the page: one worker for all rounds, so that it is as warm as Node's process. */
async function proveInWorker(circuit: string): Promise<number> {
  const place = globalThis as unknown as { prover?: Worker };
  const answer = (prover: Worker) =>
    new Promise<{ time: number; problem?: string }>((resolve, reject) => {
      prover.onmessage = ({ data }) => resolve(data);
      prover.onerror = ({ message }) => reject(new Error(message));
    });
  if (place.prover === undefined) {
    place.prover = new Worker("/proverWorker-bench.js", { type: "module" });
    await answer(place.prover);
  }
  place.prover.postMessage(circuit);
  const { time, problem } = await answer(place.prover);
  if (problem !== undefined) throw new Error(problem);
  return time;
}

async function bundleWorker(): Promise<string> {
  const built = await build({
    configFile: new URL("../../client/web/vite.config.ts", import.meta.url).pathname,
    logLevel: "silent",
    build: {
      write: false,
      manifest: false,
      rolldownOptions: {
        input: new URL("browserWorker.ts", import.meta.url).pathname,
        output: { entryFileNames: "worker.js", codeSplitting: false },
      },
    },
  });
  if (!("output" in built)) throw new Error("one bundle was asked for, in one go");
  const entries = built.output.flatMap((file) =>
    file.type === "chunk" && file.isEntry ? [file.code] : [],
  );
  return entries[0]!;
}

/** The server's own pages, of which only the worker is asked for: they send its policy along. */
function pagesWith(script: string): Pages {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  writeFileSync(join(folder, "index.html"), "");
  writeFileSync(join(folder, "proverWorker-bench.js"), script);
  const pages = createPages(folder);
  rmSync(folder, { recursive: true });
  return pages;
}

async function serveWorker(script: string): Promise<Server> {
  const pages = pagesWith(script);
  const server = createServer(async (request, response) => {
    const { url = "/" } = request;
    if (url === "/proverWorker-bench.js") return void pages(request, response, url);
    const name = /^\/(eligibility-(?:8|32)\.(?:wasm|zkey))$/.exec(url)?.[1];
    if (name) return void response.end(await readArtifact(name as never));
    response.setHeader("content-type", "text/html");
    response.end("<!doctype html><title>bench</title>");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  return server;
}
