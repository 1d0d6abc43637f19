import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here("."),
  plugins: [react()],
  resolve: {
    alias: {
      // Of circomlibjs only Poseidon is used; its main file brings every curve, and an old ethers with it.
      circomlibjs: here("../../node_modules/circomlibjs/src/poseidon_wasm.js"),
    },
  },
  worker: {
    format: "es",
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
