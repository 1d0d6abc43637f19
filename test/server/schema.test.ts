import { readFileSync } from "node:fs";
import type { GraphQLNamedType } from "graphql";
import { describe, expect, test } from "vitest";
import { REFUSALS } from "../../circuits/statement/refusal.ts";
import { interfaceOf } from "../../contracts/connect.ts";
import library from "../../server/limits/graphqlLibrary.ts";
import { modules } from "../../server/modules.ts";
import { callersOf, contractsOf } from "../../server/schema/relayRights.ts";
import { buildSchema } from "../../server/schema/schema.ts";

const { isEnumType, isInputObjectType, isInterfaceType, isObjectType, isSpecifiedScalarType } =
  library;

const schema = buildSchema(modules);
const types = Object.values(schema.getTypeMap()).filter(
  (type) => !type.name.startsWith("__") && !isSpecifiedScalarType(type),
);

function undescribed(type: GraphQLNamedType): string[] {
  const missing = type.description ? [] : [type.name];
  if (isEnumType(type)) {
    return [
      ...missing,
      ...type.getValues().flatMap((v) => (v.description ? [] : [`${type}.${v.name}`])),
    ];
  }
  if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) return missing;
  for (const field of Object.values(type.getFields())) {
    if (!field.description) missing.push(`${type.name}.${field.name}`);
    if (!("args" in field)) continue;
    for (const arg of field.args) {
      if (!arg.description) missing.push(`${type.name}.${field.name}(${arg.name})`);
    }
  }
  return missing;
}

describe("the schema", () => {
  test("is the committed one", () => {
    const committed = readFileSync(new URL("../../server/schema.graphql", import.meta.url), "utf8");
    const same =
      `${library.printSchema(schema)}\n` ===
      `${library.printSchema(library.buildSchema(committed))}\n`;
    expect(same, "write it anew: node scripts/schema.ts").toBe(true);
  });

  test("describes every type, field, argument and value", () => {
    expect(types.flatMap(undescribed)).toEqual([]);
  });

  test("has a type for every refusal of contracts and server, named like its code", () => {
    const refusals = types.filter(
      (type) => isObjectType(type) && type.getInterfaces().some(({ name }) => name === "Refusal"),
    );
    const ours = ["server", "contract"];
    const expected = Object.entries(REFUSALS).filter(([, { layer }]) => ours.includes(layer));
    expect(refusals.map(({ name }) => name).sort()).toEqual(expected.map(([code]) => code).sort());
  });

  test("has no query that takes a nullifier, pseudonym, leaf or commitment", () => {
    const args = Object.values(schema.getQueryType()!.getFields()).flatMap((field) =>
      field.args.map(({ name }) => name),
    );
    expect(args.length).toBeGreaterThan(0);
    expect(args.filter((name) => /nullifier|pseudonym|leaf|commitment|index/i.test(name))).toEqual(
      [],
    );
  });
});

describe("the policy", () => {
  test("denies a root field that has no rule of its own", () => {
    const scopes = ["Query", "Mutation", "Subscription"].flatMap((name) => {
      const type = schema.getType(name);
      return isObjectType(type) ? Object.values(type.getFields()) : [];
    });
    expect(scopes.length).toBeGreaterThan(20);
    for (const { name, extensions } of scopes) {
      const options = extensions.pothosOptions as { authScopes?: object; skipTypeScopes?: boolean };
      expect(options.authScopes, `${name} has no rule`).toBeDefined();
      expect(options.skipTypeScopes).toBe(true);
    }
    for (const name of ["Query", "Mutation", "Subscription"]) {
      const options = schema.getType(name)!.extensions.pothosOptions;
      expect(options).toMatchObject({ authScopes: { nobody: true } });
    }
  });

  test("knows every function of the contracts that changes something", () => {
    const rights = modules.map(({ relayRights = {} }) => relayRights);
    // Acts that carry their own proof or signature have mutations of their own.
    const unrelayed = {
      Accreditation: [],
      CircuitRegistry: [],
      RecordRegistry: ["anchorSigned"],
      TrialRegistry: [],
      Screening: ["admitSuccessor", "screen", "screenMany"],
      Enrollment: [
        ...["arrive", "consent", "failScreening", "finish", "succeed"],
        ...["withdrawByCode", "withdrawBySite"],
      ],
      DepositLog: ["anchor"],
      StaffRegistry: [],
      PersonTags: [],
      CutRegistry: [],
      CustodyLog: ["eraseByCode", "eraseByProof", "eraseBySite"],
      EmergencyAccess: [],
    };
    expect(contractsOf(rights).sort()).toEqual(Object.keys(unrelayed).sort());
    for (const [contract, names] of Object.entries(unrelayed)) {
      const changing: string[] = [];
      interfaceOf(contract as keyof typeof unrelayed).forEachFunction(({ name, constant }) => {
        if (!constant) changing.push(name);
      });
      const relayed = changing.filter(
        (name) => callersOf(rights, contract as keyof typeof unrelayed, name).length > 0,
      );
      expect([...relayed, ...names].sort(), contract).toEqual(changing.sort());
      expect(relayed.filter((name) => (names as string[]).includes(name))).toEqual([]);
    }
    expect(callersOf(rights, "RecordRegistry", "root")).toEqual([]);
    expect(callersOf(rights, "RecordRegistry", "constructor")).toEqual([]);
    expect(callersOf(rights, "Semaphore", "addMember")).toEqual([]);
  });
});
