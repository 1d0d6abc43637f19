// Few leaves and gates for a text, whatever way it is written.
import { describe, expect, it } from "vitest";
import { compile } from "../../circuits/statement/criteria/compile.ts";
import { checkCanonical, hashProgram } from "../../circuits/statement/criteria/program.ts";
import { exclude, include, options } from "./fixtures.ts";

const [a, b, c, d] = [18, 30, 40, 50].map((min) => ({ age: { min } }));

describe("gates", () => {
  it("need one gate for a list of criteria, however nested their conjunctions", () => {
    const {
      programs: [program],
    } = include(a, { all: [b, { all: [c, { not: { not: d } }] }] });
    expect(program!.gates).toEqual([{ threshold: 4, leaves: [0, 1, 2, 3], gates: [] }]);
  });

  it("flatten disjunctions within disjunctions and drop repetitions", () => {
    const {
      programs: [program],
    } = include({ any: [a, { any: [b, { any: [a, c] }] }] });
    expect(program!.gates).toEqual([{ threshold: 1, leaves: [0, 1, 2], gates: [] }]);
  });

  it("push 'not' through gates by De Morgan", () => {
    const {
      programs: [program],
    } = exclude({ all: [a, b] });
    expect(program!.gates).toEqual([{ threshold: 1, leaves: [0, 1], gates: [] }]);
    const any = exclude({ any: [a, b] }).programs[0]!.gates;
    expect(any).toEqual([{ threshold: 2, leaves: [0, 1], gates: [] }]);
    const most = exclude({ atLeast: { n: 3, of: [a, b, c, d] } }).programs[0]!.gates;
    expect(most).toEqual([{ threshold: 2, leaves: [0, 1, 2, 3], gates: [] }]);
  });

  it("are shared, as leaves are", () => {
    const either = { any: [a, b] };
    const {
      programs: [program],
    } = include({ any: [{ all: [either, c] }, { all: [either, d] }] });
    expect(program!.leaves).toHaveLength(4);
    expect(program!.gates).toHaveLength(4);
    expect(program!.gates[0]).toEqual({ threshold: 1, leaves: [0, 1], gates: [] });
  });

  it("stand for a single criterion, too", () => {
    expect(include(a).programs[0]!.gates).toEqual([{ threshold: 1, leaves: [0], gates: [] }]);
  });

  it("count an attestation among alternatives as given", () => {
    const attestation = { id: "a", text: "Sterile", by: "patient", when: "consent" };
    const all = include({ all: [a, { attestation }] });
    expect(all.criteria[0]!.proof).toBe("partly");
    expect(all.programs[0]!.gates).toEqual([{ threshold: 1, leaves: [0], gates: [] }]);
    const any = include(a, { any: [b, { attestation }] });
    expect(any.programs[0]!.leaves).toHaveLength(1);
    expect(any.coverage).toEqual({
      criteria: 2,
      proven: 1,
      partly: 0,
      attested: 1,
      byPatient: 1,
      bySite: 0,
    });
    const two = include({ atLeast: { n: 2, of: [a, b, { attestation }] } });
    expect(two.programs[0]!.gates).toEqual([{ threshold: 1, leaves: [0, 1], gates: [] }]);
  });
});

describe("programs", () => {
  const ages = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ age: { min: i + 1 } }));

  it("take the smallest circuit they fit", () => {
    expect(include(...ages(8)).circuit).toBe("eligibility-8");
    expect(include(...ages(9)).circuit).toBe("eligibility-32");
  });

  it("are canonical, and the same for the same text and salt", () => {
    const json = {
      inclusion: [{ any: [a, { all: [b, c] }] }],
      exclusion: [{ atLeast: { n: 2, of: [b, c, d] } }],
    };
    const [one, two] = [compile(json, options), compile(json, options)];
    expect(() => checkCanonical(one.programs[0]!)).not.toThrow();
    expect(hashProgram(one.programs[0]!)).toBe(hashProgram(two.programs[0]!));
    const other = compile(json, { ...options, salt: 1n << 131n });
    expect(hashProgram(other.programs[0]!)).not.toBe(hashProgram(one.programs[0]!));
  });

  it("refuse a salt of fewer than 128 bits", () => {
    const json = { inclusion: [a], exclusion: [] };
    expect(() => compile(json, { ...options, salt: 1n })).toThrow(/salt/);
  });
});
