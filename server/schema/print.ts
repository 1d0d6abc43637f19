// Writes server/schema.graphql: `node server/schema/print.ts`, then `npm run format`.
import { writeFileSync } from "node:fs";
import { printSdl } from "./schema.ts";

writeFileSync(new URL("../schema.graphql", import.meta.url), printSdl());
