// Writes what others build on, `node scripts/schema.ts`: server/schema.graphql, for the client, and the grammar of criteria,
// for editors.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { criteriaSchema } from "../circuits/statement/criteria/criteria.ts";
import { printSchema } from "../server/limits/graphqlLibrary.ts";
import { modules } from "../server/modules.ts";
import { buildSchema } from "../server/schema/schema.ts";

const pathTo = (file: string) => fileURLToPath(new URL(`../${file}`, import.meta.url));

writeFileSync(pathTo("server/schema.graphql"), `${printSchema(buildSchema(modules))}\n`);

const grammar = pathTo("circuits/statement/criteria/criteria.schema.json");
writeFileSync(grammar, JSON.stringify(criteriaSchema(), null, 2));
const biome = pathTo("node_modules/@biomejs/biome/bin/biome");
execFileSync(process.execPath, [biome, "format", "--write", grammar], { stdio: "ignore" });
