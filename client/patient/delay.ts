// When to send a consent. One that follows its screening at once is matched with it by the clock
// alone, so a wallet that has time waits until others have been screened in between.

const SECONDS_PER_DAY = 86_400;

/**
 * Seconds to wait, drawn anew each time: uniform over the time in which twice `crowd` others are
 * screened, so that about `crowd` come in between; never more than `mostDays`.
 * @param random a number in [0, 1) from a secure generator.
 */
export function consentDelay(options: {
  /** Screenings of the trial a day, from its public events. */
  perDay: number;
  crowd?: number;
  mostDays?: number;
  random: number;
}): number {
  const { perDay, crowd = 10, mostDays = 7, random } = options;
  const days = perDay > 0 ? Math.min((2 * crowd) / perDay, mostDays) : mostDays;
  return Math.floor(random * days * SECONDS_PER_DAY);
}

/** A number in [0, 1) that nobody can predict. */
export function secureRandom(): number {
  const [word] = crypto.getRandomValues(new Uint32Array(1));
  return word! / 2 ** 32;
}
