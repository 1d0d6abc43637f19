// Runs test files without a process of their own each: `describe` and `test` as in vitest, the
// expectations vitest's own. A file takes a second less this way, and hundreds of mutants run them.
import { registerHooks } from "node:module";

type Hook = () => unknown;
type Hooks = Record<"beforeAll" | "beforeEach" | "afterEach" | "afterAll", Hook[]>;
type Case = { name: string; run: Hook; path: readonly string[] };

let hooks: Hooks;
let cases: Case[];
let path: readonly string[];

/** Loads `vitest` as this module wherever a test imports it; `expect` stays vitest's own. */
export function installSuite(): void {
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier !== "vitest" || context.parentURL === import.meta.url) {
        return next(specifier, context);
      }
      return { url: import.meta.url, shortCircuit: true };
    },
  });
}
export { expect } from "vitest";

class NoTests extends Error {}

let round = 0;

/** Runs one file's tests until one fails, and says which; undefined when all pass. */
export async function runFile(url: string): Promise<string | undefined> {
  hooks = { beforeAll: [], beforeEach: [], afterEach: [], afterAll: [] };
  cases = [];
  path = [];
  round += 1;
  try {
    // Read again each time: tests keep what they set up in their module.
    await import(`${url}?round=${round}`);
    if (cases.length === 0) throw new NoTests(`${url} has no tests`);
    await runAll(hooks.beforeAll);
    for (const { name, run, path: at } of cases) {
      const failure = await failureOf(run);
      if (failure !== undefined) return `${[...at, name].join(" ")}: ${failure}`;
    }
  } catch (error) {
    if (error instanceof NoTests) throw error;
    return `before the tests: ${shown(error)}`;
  } finally {
    await runAll(hooks.afterAll).catch(() => {});
  }
  return undefined;
}

async function failureOf(run: Hook): Promise<string | undefined> {
  try {
    await runAll(hooks.beforeEach);
    await run();
    await runAll(hooks.afterEach);
    return undefined;
  } catch (error) {
    return shown(error);
  }
}

async function runAll(list: readonly Hook[]): Promise<void> {
  for (const hook of list) await hook();
}

const shown = (error: unknown) =>
  (error instanceof Error ? error.message : String(error)).split("\n")[0]!.slice(0, 160);

export function describe(name: string, body: () => void): void {
  const outer = path;
  path = [...outer, name];
  body();
  path = outer;
}

export function test(name: string, run: Hook): void {
  cases.push({ name, run, path });
}
test.each =
  <T>(rows: readonly T[]) =>
  (name: string, run: (...row: unknown[]) => unknown): void => {
    rows.forEach((row, i) => {
      test(`${name} (${i})`, () => (Array.isArray(row) ? run(...row) : run(row)));
    });
  };

// The tests of contracts set up a file, not a describe: one list of each hook is enough.
export const beforeAll = (hook: Hook) => hooks.beforeAll.push(hook);
export const beforeEach = (hook: Hook) => hooks.beforeEach.push(hook);
export const afterEach = (hook: Hook) => hooks.afterEach.push(hook);
export const afterAll = (hook: Hook) => hooks.afterAll.push(hook);
