import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig, minifySync, type Plugin, transformWithOxc } from "vite";

/** What the wallet's workers are made of, by worker: Vite's own manifest leaves it out. */
const workerFiles = new Map<string, string[]>();
const noteWorker = (): Plugin => ({
  name: "note-worker-files",
  generateBundle: (_options, bundle) => {
    const files = Object.keys(bundle);
    for (const worker of ["proverWorker", "dataWorker"]) {
      if (files.some((file) => file.includes(`/${worker}-`))) workerFiles.set(worker, files);
    }
  },
});
const writeWorker = (): Plugin => ({
  name: "write-worker-files",
  generateBundle() {
    const files = new Set([...workerFiles.values()].flat());
    const source = JSON.stringify([...files].sort());
    this.emitFile({ type: "asset", fileName: "worker-files.json", source });
  },
});

/** Puts app/begin.ts into the document as a plain script; the server's policy names its hash (server/http/pages.ts). */
const putBegin = (): Plugin => ({
  name: "put-begin",
  transformIndexHtml: {
    order: "post",
    handler: async (html) => {
      const [file, mark] = [here("app/begin.ts"), "<!-- app/begin.ts -->"];
      if (!html.includes(mark)) throw new Error(`index.html has no place for it: ${mark}`);
      const target = "es2015";
      const plain = await transformWithOxc(readFileSync(file, "utf8"), file, { target });
      // Told of it too: it would put newer words in their place.
      const { code } = minifySync(file, plain.code, { module: false, compress: { target } });
      return html.replace(mark, () => `<script>${code.trim()}</script>`);
    },
  },
});

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here("."),
  plugins: [react(), putBegin(), writeWorker()],
  // siwe is CommonJS, and would bring a second copy of it as such.
  resolve: {
    alias: [{ find: /^ethers$/, replacement: here("../../node_modules/ethers/lib.esm/index.js") }],
  },
  worker: {
    format: "es",
    plugins: () => [noteWorker()],
    // The server gives workers a policy of their own by these names (server/http/pages.ts).
    rolldownOptions: { output: { entryFileNames: "assets/[name]-[hash].js" } },
  },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2023",
    // The service worker reads from it what to keep for offline use.
    manifest: "files.json",
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { main: here("index.html"), sw: here("sw.ts") },
      output: {
        entryFileNames: ({ name }) => (name === "sw" ? "sw.js" : "assets/[name]-[hash].js"),
      },
    },
  },
});
