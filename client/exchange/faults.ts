// Custodians whose answers could not be used, counted by custodian and kind.

/** What was wrong with so many of a custodian's answers. */
export type Fault = { readonly custodian: string; readonly why: string; readonly answers: number };

export class Faults {
  readonly #counts = new Map<string, Fault>();

  add(custodian: string, why: string, answers: number): void {
    const key = `${custodian} ${why}`;
    const before = this.#counts.get(key)?.answers ?? 0;
    this.#counts.set(key, { custodian, why, answers: before + answers });
  }

  list(): Fault[] {
    return [...this.#counts.values()];
  }
}
