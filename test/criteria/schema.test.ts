// The published JSON Schema of the language, against the types that the compiler reads by.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { criteriaSchema } from "../../circuits/statement/criteria/criteria.ts";

const schemaFile = new URL(
  "../../circuits/statement/criteria/criteria.schema.json",
  import.meta.url,
);

it("has a published JSON Schema that is current", () => {
  const published = JSON.parse(readFileSync(schemaFile, "utf8"));
  expect(published, "write it anew: node scripts/schema.ts").toEqual(
    JSON.parse(JSON.stringify(criteriaSchema())),
  );
});
