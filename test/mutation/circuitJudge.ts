// Judges mutants of the circuits: is there anything that the original tells apart and the mutant does not? First on
// the mutated template alone, compiled in a second or three, then on eligibility-8.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { FIELD_ORDER } from "../../circuits/statement/encoding/field.ts";
import { SIGNALS } from "../../circuits/statement/proof/signals.ts";
import { BUILD } from "../../circuits/tools/paths.ts";
import { brokenBy, createMutator } from "../circuits/constraints.ts";
import { MUTANTS } from "../circuits/mutants.ts";
import type { Part } from "../circuits/part.ts";
import { POSEIDON } from "../circuits/poseidonMutants.ts";
import { randomBits, seeded } from "../circuits/random.ts";
import { inputsOfPart, trialsOfWhole } from "./circuitBattery.ts";
import {
  ALONE,
  type Compiled,
  compileWith,
  once,
  originalOf,
  type Subject,
  WHOLE,
} from "./circuitCompile.ts";
import type { Trial } from "./circuitForgeries.ts";
import type { CircuitMutant } from "./circuitMutants.ts";
import { mutate } from "./mutants.ts";
import type { Sources } from "./source.ts";
import type { Verdict } from "./worker.ts";

type Finding = Omit<Verdict, "ms">;
type Baseline = Compiled & {
  readonly trials: () => readonly Trial[];
  /** How many wires of each honest trial can be changed alone: of a template, inputs' mere copies; else none. */
  readonly free: () => readonly number[];
};

/** Wires are changed on so many honest trials of eligibility-8, which takes a second each. */
const WHOLE_TRIALS = 3;

export type CircuitJudge = {
  judge(mutant: CircuitMutant): Promise<Verdict>;
  /** Removes what was compiled. */
  close(): void;
};

/** A judge with a folder of its own below circuits/build. Compiles each original once. */
export function createCircuitJudge(sources: Sources): CircuitJudge {
  mkdirSync(BUILD, { recursive: true });
  const folder = mkdtempSync(`${BUILD}mutant-`);
  const baselines = new Map<string, Promise<Baseline>>();
  const baselineOf = (subject: Subject) => {
    const known = baselines.get(subject.main);
    if (known) return known;
    const made = measure(folder, sources, subject);
    baselines.set(subject.main, made);
    return made;
  };

  async function find(mutant: CircuitMutant): Promise<Finding> {
    for (const main of ALONE[mutant.template] ?? []) {
      const subject = { main, file: mutant.file };
      const finding = await judgeOn(
        { folder, sources, subject, mutant },
        await baselineOf(subject),
      );
      // Alone, the compiler drops a secret input that only sums take part in, and what constrains it: so what is the
      // same there need not be the same in eligibility-8.
      if (/killed|invalid/.test(finding.status)) return finding;
    }
    return judgeOn({ folder, sources, subject: WHOLE, mutant }, await baselineOf(WHOLE));
  }

  return {
    judge: async (mutant) => {
      const started = Date.now();
      const finding = await find(mutant).catch((error: unknown) => ({
        ...{ status: "broken" as const, by: String(error) },
      }));
      return { ...finding, ms: Date.now() - started };
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** What the original says of every trial, and which of its wires are free: both only when they are needed. */
async function measure(folder: string, sources: Sources, subject: Subject): Promise<Baseline> {
  const compiled = await originalOf(folder, sources, subject);
  const { part } = compiled;
  const trials = once(() =>
    subject === WHOLE ? checked(part, trialsOfWhole()) : observed(part, subject),
  );
  const free = once(() => freeWires(part, honestOf(trials(), subject), subject));
  return { ...compiled, trials, free };
}

/** Trials of a template alone, with what the original makes of them: the tests compare it with TypeScript. */
function observed(part: Part, subject: Subject): Trial[] {
  return inputsOfPart(subject.main).map(({ what, inputs }) => {
    const wires = tryWires(part, inputs);
    return { what, inputs, outputs: wires && outputsOf(part, wires, subject) };
  });
}

function checked(part: Part, trials: readonly Trial[]): readonly Trial[] {
  for (const { what, inputs, outputs } of trials) {
    const wires = tryWires(part, inputs);
    const isRight = outputs ? outputs.every((value, i) => wires?.[1 + i] === value) : !wires;
    if (!isRight) throw new Error(`the original is wrong about "${what}"`);
  }
  return trials;
}

type Judging = {
  readonly folder: string;
  readonly sources: Sources;
  readonly subject: Subject;
  readonly mutant: CircuitMutant;
};

async function judgeOn(judging: Judging, original: Baseline): Promise<Finding> {
  const { folder, sources, subject, mutant } = judging;
  const text = mutate(sources[mutant.file]!, mutant);
  const build = (changed: string) =>
    compileWith(folder, { ...sources, [mutant.file]: changed }, subject);
  const lying = mutant.lies.map((lie) =>
    mutate(sources[mutant.file]!, { ...mutant, replacement: lie }),
  );
  // The first lie leaves the mutant's own constraints, and what it assigns the original refuses: if it is accepted,
  // nothing else need be compiled.
  const first = lying[0] === undefined ? undefined : await build(lying[0]).catch(() => undefined);
  if (first?.r1cs.equals(original.r1cs)) return { status: "same" };
  const deceived = first && acceptedBy(first, original.trials());
  if (deceived) return killed(subject, `a prover who lies: ${deceived}`);

  let compiled: Compiled;
  try {
    compiled = await build(text);
  } catch (error) {
    return { status: "invalid", by: reasonIn(String(error)) };
  }
  if (compiled.r1cs.equals(original.r1cs)) return { status: "same" };
  const differs = differenceOn(compiled, original, subject);
  if (differs) return killed(subject, differs);
  const hints = subject === WHOLE ? [] : hintsOtherwise(mutant, lying[0] ?? text);
  const more = [...lying.slice(1), ...hints];
  for (const changed of more) {
    const other = await build(changed).catch(() => undefined);
    const found = other && otherWitness(compiled, other, original.trials());
    if (found) return killed(subject, `a prover who lies: ${found}`);
  }
  return { status: "survived" };
}

const killed = (subject: Subject, by: string): Finding => ({
  status: "killed",
  by: `${subject === WHOLE ? "eligibility-8" : subject.main}: ${by}`,
});

/** The first check that the mutant answers otherwise than the original. */
function differenceOn(
  { part }: Compiled,
  original: Baseline,
  subject: Subject,
): string | undefined {
  const constraints = part.constraints();
  for (const { what, inputs, outputs } of original.trials()) {
    const wires = tryWires(part, inputs);
    if (!outputs) {
      if (wires) return `accepts "${what}"`;
      continue;
    }
    if (!wires) return `refuses "${what}"`;
    if (outputs.some((output, i) => wires[1 + i] !== output)) return `other outputs of "${what}"`;
  }
  for (const { main, attack } of MUTANTS) {
    if (main === subject.main && through(attack, part)) return "an attack of mutants.ts";
  }
  const honest = honestOf(original.trials(), subject);
  for (const { what, inputs } of honest) {
    if (brokenBy(constraints, part.calculate(inputs)).length > 0) return `breaks "${what}"`;
  }
  const at = freeWires(part, honest, subject).findIndex((count, i) => count > original.free()[i]!);
  return at < 0 ? undefined : `a free wire in "${honest[at]!.what}"`;
}

function through(attack: (part: Part) => boolean, part: Part): boolean {
  try {
    return attack(part);
  } catch {
    return false;
  }
}

/** A trial that is accepted although some wire is assigned otherwise than the original demands. */
function acceptedBy({ part }: Compiled, trials: readonly Trial[]): string | undefined {
  return trials.find(({ inputs }) => tryWires(part, inputs) !== undefined)?.what;
}

/** A trial with two witnesses: the mutant's own, and another that its constraints accept as well. */
function otherWitness(
  mutant: Compiled,
  liar: Compiled,
  trials: readonly Trial[],
): string | undefined {
  if (!liar.r1cs.equals(mutant.r1cs)) return undefined;
  return trials.find(({ inputs, outputs }) => {
    const wires = tryWires(liar.part, inputs);
    if (!wires || !outputs) return wires !== undefined;
    const own = mutant.part.calculate(inputs);
    return wires.some((wire, i) => wire !== own[i]);
  })?.what;
}

/** Of a power that a lie makes another one: x + 1 in its S-box, and what the round goes on with. */
const powerOf = (x: string) => `fifthPower(${x} + 1) / (${x} + 1) * ${x}`;
const OTHER_POWERS = ["partial[p]", "full[r][i]"].map(
  (x) => [`= fifthPower(${x})`, `= ${powerOf(x)}`] as const,
);

/** What the last S-box of a full round gives, what the first round takes, and the last one's second box. */
const OTHER_NUMBERS = [
  [
    "state[i] = fifthPower(full[r][i]);",
    "state[i] = fifthPower(full[r][i]) + (r == 1 && i == t - 1 ? 1 : 0);",
  ],
  [
    "full[r][i] <-- state[i];",
    "state[i] += (r == 0 && i == t - 1 ? 1 : 0); full[r][i] <-- state[i];",
  ],
  ["last[i] <-- state[i];", "state[i] += (i == 1 ? 1 : 0); last[i] <-- state[i];"],
] as const;

/** Poseidon's numbers are hints, each pinned by a constraint: where that is gone, a prover computes them otherwise. */
function hintsOtherwise({ file, operator }: CircuitMutant, text: string): string[] {
  const weakening = ["constraint removed", "wire unconstrained", "loop shorter", "constant"];
  const weakens = weakening.includes(operator);
  if (!weakens || !file.endsWith("poseidon.circom")) return [];
  const known = POSEIDON.flatMap(({ dishonest }) => (dishonest ? [dishonest] : []));
  // The powers come first, and of the others those of FourthPower: they stand last in the list.
  const texts = [...OTHER_POWERS, ...known.reverse(), ...OTHER_NUMBERS].flatMap(
    ([honest, other]) =>
      text.split(honest).length === 2 ? [text.replace(honest, () => other)] : [],
  );
  return [...new Set(texts)];
}

function tryWires(part: Part, inputs: Trial["inputs"]): bigint[] | undefined {
  try {
    return part.calculate(inputs);
  } catch {
    return undefined;
  }
}

/** Outputs; of the whole its seven public signals. */
function outputsOf(part: Part, wires: readonly bigint[], subject: Subject): bigint[] {
  return wires.slice(1, 1 + (subject === WHOLE ? SIGNALS.length : part.constraints().outputCount));
}

const honestOf = (trials: readonly Trial[], subject: Subject) =>
  trials.filter(({ outputs }) => outputs).slice(0, subject === WHOLE ? WHOLE_TRIALS : undefined);

/** In how many wires each honest witness can be changed: all but secret inputs. */
function freeWires(part: Part, honest: readonly Trial[], subject: Subject): number[] {
  const constraints = part.constraints();
  const { wireCount, outputCount, inputCount } = constraints;
  const open = subject === WHOLE ? SIGNALS.length : outputCount;
  const random = seeded(8);
  return honest.map(({ inputs }) => {
    const stillHolds = createMutator(constraints, part.calculate(inputs));
    let free = 0;
    for (let wire = 1; wire < wireCount; wire++) {
      const deltas = [1n, FIELD_ORDER - 1n, 2n + randomBits(random, 250)];
      const isSecret = wire > open && wire <= outputCount + inputCount;
      if (!isSecret && deltas.some((delta) => stillHolds(wire, delta))) free += 1;
    }
    return free;
  });
}

/** The compiler's first complaint. */
function reasonIn(output: string): string {
  const line = output.split("\n").find((each) => /error\[|error:/.test(each));
  return (line ?? output.split("\n")[0]!).trim().slice(0, 160);
}
