// Writes server/schema.graphql: `node server/schema/print.ts`.
import { writeFileSync } from "node:fs";
import { printSdl } from "./schema.ts";

writeFileSync(new URL("../schema.graphql", import.meta.url), printSdl());
