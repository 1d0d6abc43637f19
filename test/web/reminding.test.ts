// When a device says that something waits: worked out from days, never while somebody looks, and never what it is.
import { describe, expect, it } from "vitest";
import { parseDay } from "../../circuits/statement/encoding/day.ts";
import { Reminding } from "../../client/web/wallet/reminders/reminding.ts";

const FROM = parseDay("2026-12-01");
const days = { from: FROM, until: parseDay("2026-12-05") };
const hour = (day: number, at: number) => new Date(2026, 11, day, at).getTime();

function scene() {
  const state = { said: 0, isSeen: false, now: hour(1, 0) - 86_400_000 };
  const reminding = new Reminding({
    say: () => state.said++,
    isSeen: () => state.isSeen,
    now: () => state.now,
  });
  const at = (time: number) => {
    state.now = time;
    reminding.check();
    return state.said;
  };
  return { state, reminding, at };
}

describe("reminders", () => {
  it("are due on the first morning, and on that of the day before the last", () => {
    const { reminding, at } = scene();
    reminding.note("a study", { key: "visit", days });
    expect([at(hour(1, 8)), at(hour(1, 9)), at(hour(4, 8)), at(hour(4, 9))]).toEqual([0, 1, 1, 2]);
    const one = scene();
    one.reminding.note("a study", { key: "one day", days: { from: FROM, until: FROM } });
    expect([one.at(hour(1, 9)), one.at(hour(1, 12)), one.at(hour(2, 9))]).toEqual([1, 1, 1]);
  });

  it("are said once each, also after the wallet was locked", () => {
    const { reminding, at } = scene();
    reminding.note("a study", { key: "visit", days });
    reminding.note("a study", { key: "visit", days });
    expect(at(hour(1, 8))).toBe(0);
    reminding.lock();
    expect([at(hour(1, 9)), at(hour(1, 10)), at(hour(4, 9)), at(hour(5, 9))]).toEqual([1, 1, 2, 2]);
  });

  it("are not said while somebody looks, nor once they are turned off", () => {
    const { state, reminding, at } = scene();
    reminding.note("a study", { key: "visit", days });
    state.isSeen = true;
    expect(at(hour(1, 9))).toBe(0);
    state.isSeen = false;
    reminding.stop();
    expect(at(hour(4, 9))).toBe(0);
  });

  it("tell at once of what is new, and not of what was there when the wallet was opened", () => {
    const { state, reminding } = scene();
    reminding.note("a study", { key: "consent" });
    expect(state.said).toBe(0);
    reminding.note("a study", undefined);
    reminding.note("a study", { key: "come to the site" });
    expect(state.said).toBe(1);
    reminding.lock();
    reminding.note("a study", { key: "read again" });
    expect(state.said).toBe(1);
  });
});
