// Which operations this process's CPU time goes to. Whenever one begins or ends, what was used since the last time is
// divided among those under way: a sum that is right, by operation an estimate that is good when few run at once.

export type Meter = {
  /** An operation begins; the function that is answered ends it, and takes its name when that is known by now. */
  readonly begin: () => (operation: string) => void;
  /** CPU seconds by operation; under "" what was used while nothing was asked. */
  readonly seconds: () => ReadonlyMap<string, number>;
};

export function createMeter(): Meter {
  const totals = new Map<string, number>();
  const running = new Map<object, number>();
  let last = process.cpuUsage();
  const add = (operation: string, seconds: number) =>
    totals.set(operation, (totals.get(operation) ?? 0) + seconds);
  function divide(): void {
    const now = process.cpuUsage();
    const used = (now.user - last.user + now.system - last.system) / 1e6;
    last = now;
    if (running.size === 0) return void add("", used);
    for (const [one, before] of running) running.set(one, before + used / running.size);
  }
  return {
    begin: () => {
      divide();
      const one = {};
      running.set(one, 0);
      return (operation) => {
        if (!running.has(one)) return;
        divide();
        add(operation, running.get(one)!);
        running.delete(one);
      };
    },
    seconds: () => {
      divide();
      return totals;
    },
  };
}
