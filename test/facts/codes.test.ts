// The reader's table of codes says what the dictionary says: where they differ, charts would be judged by another truth.
import { expect, test } from "vitest";
import {
  CONCEPTS as ALL,
  classifyCode,
  conceptByName,
  DIFFERENCES as LEFT,
  systemOfUri,
} from "../../circuits/statement/dictionary/dictionary.ts";
import { type Base, CLASSES, CODES, CONCEPTS, DIFFERENCES } from "./codes.ts";

const tables = Object.entries(CODES) as [Base, (typeof CODES)[Base]][];
const given = [...tables, ["encounter", CLASSES] as const].flatMap(([base, codes]) =>
  codes.map((code) => ({ base, ...code })),
);

test("each code of the generator belongs to what the dictionary says", () => {
  for (const { base, system, code, unknown, in: members = [], open = [] } of given) {
    const known = systemOfUri(system);
    const found = known && classifyCode(base, known, code);
    const asked = (list: readonly { readonly name: string }[] = []) =>
      list.map(({ name }) => name).filter((name) => CONCEPTS[base].includes(name));
    const where = `${base} ${code}`;
    expect(found?.known ?? false, where).toBe(unknown !== true);
    if (unknown === true) continue;
    expect(asked(found?.members).sort(), where).toEqual([...members].sort());
    expect(asked(found?.possible).sort(), where).toEqual([...open].sort());
  }
});

test("each concept and each difference that is asked for is one of the dictionary", () => {
  const names = ALL.map(({ name }) => name);
  for (const name of Object.values(CONCEPTS).flat()) expect(names).toContain(name);
  for (const { name, of, minus } of Object.values(DIFFERENCES).flat()) {
    const difference = LEFT.find((concept) => concept.name === name)?.difference;
    expect(difference, name).toEqual({
      of: conceptByName(of)?.number,
      minus: conceptByName(minus)?.number,
    });
  }
});
