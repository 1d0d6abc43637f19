import { readFile } from "node:fs/promises";
import { buildSchema, parse, validate } from "graphql";
import { describe, expect, it } from "vitest";
import * as account from "../../client/api/account.ts";
import * as event from "../../client/api/event.ts";
import * as registry from "../../client/api/registry.ts";
import * as submission from "../../client/api/submission.ts";
import * as trial from "../../client/api/trial.ts";

const schema = buildSchema(await readFile("server/schema.graphql", "utf8"));
const operations = Object.entries({
  ...account,
  ...event,
  ...registry,
  ...submission,
  ...trial,
}).flatMap(([name, value]) =>
  typeof value === "object" && "document" in value ? [{ name, document: value.document }] : [],
);

describe("the client's GraphQL documents", () => {
  it("are all found here", () => {
    expect(operations.length).toBeGreaterThanOrEqual(16);
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
      "trialId",
    ]);
    expect(used.every((field) => field.name.value in fields)).toBe(true);
  });
});
