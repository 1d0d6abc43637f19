import { readdir, readFile } from "node:fs/promises";
import { buildSchema, parse, validate } from "graphql";
import { describe, expect, it } from "vitest";

const schema = buildSchema(await readFile("server/schema.graphql", "utf8"));
const FOLDER = new URL("../../client/api/", import.meta.url);
const files = (await readdir(FOLDER)).filter((name) => name.endsWith(".ts"));
const modules = await Promise.all(files.map((name) => import(new URL(name, FOLDER).href)));
const operations = modules.flatMap((exported: Record<string, unknown>) => operationsIn(exported));

/** Those that a file exports, alone or in a table. */
function operationsIn(exported: object): { name: string; document: string }[] {
  return Object.entries(exported).flatMap(([name, value]) => {
    if (typeof value !== "object" || value === null) return [];
    if ("document" in value) return [{ name, document: String(value.document) }];
    return name === name.toUpperCase() ? operationsIn(value) : [];
  });
}

describe("the client's GraphQL documents", () => {
  it("are all found here", () => {
    expect(operations.length).toBeGreaterThanOrEqual(23);
  });

  it.each(operations)("$name fits the server's schema", ({ document }) => {
    expect(validate(schema, parse(document)).map((error) => error.message)).toEqual([]);
  });

  it("take a leaf, index, pseudonym or nullifier in no query", () => {
    const fields = schema.getQueryType()!.getFields();
    const used = operations
      .flatMap(({ document }) => parse(document).definitions)
      .filter((d) => d.kind === "OperationDefinition" && d.operation === "query")
      .flatMap((d) => (d.kind === "OperationDefinition" ? d.selectionSet.selections : []))
      .flatMap((s) => (s.kind === "Field" ? [s] : []));
    const given = used.flatMap((field) => (field.arguments ?? []).map((a) => a.name.value));
    expect([...new Set(given)].sort()).toEqual([
      "after",
      "first",
      "id",
      "protocolNumber",
      // Of a batch: a wallet that looks for its record asks for all of its clinic's.
      "root",
    ]);
    expect(used.every((field) => field.name.value in fields)).toBe(true);
  });
});
