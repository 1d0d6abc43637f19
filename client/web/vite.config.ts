import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/** What the wallet's worker is made of, which Vite's own manifest leaves out. */
const workerFiles: string[] = [];
const noteWorker = (): Plugin => ({
  name: "note-worker-files",
  generateBundle: (_options, bundle) => {
    const isProver = Object.keys(bundle).some((file) => file.includes("/prover-worker-"));
    if (isProver) workerFiles.splice(0, workerFiles.length, ...Object.keys(bundle));
  },
});
const writeWorker = (): Plugin => ({
  name: "write-worker-files",
  generateBundle() {
    const source = JSON.stringify(workerFiles.toSorted());
    this.emitFile({ type: "asset", fileName: "worker-files.json", source });
  },
});

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here("."),
  plugins: [react(), writeWorker()],
  resolve: {
    alias: {
      // Of circomlibjs only Poseidon is used; its main file brings every curve, and an old ethers with it.
      circomlibjs: here("../../node_modules/circomlibjs/src/poseidon_wasm.js"),
    },
  },
  worker: {
    format: "es",
    plugins: () => [noteWorker()],
    // The server gives workers a policy of their own by these names (server/pages.ts).
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
