// What pages read again after an act: never what was being read before it.
import { QueryObserver } from "@tanstack/react-query";
import { describe, expect, it } from "vitest";
import { createQueries } from "../../client/web/shared/queries.ts";

const KEY = ["own-data", "CZ-1"];

/** A page that shows something that changes; each reading takes until it is let go. */
function openPage() {
  const queries = createQueries();
  const under: (() => void)[] = [];
  let now = "allowed";
  const queryFn = () => {
    const seen = now;
    return new Promise<string>((resolve) => under.push(() => resolve(seen)));
  };
  const observer = new QueryObserver(queries, { queryKey: KEY, queryFn, staleTime: 0 });
  const close = observer.subscribe(() => {});
  return {
    queries,
    close,
    change: (to: string) => {
      now = to;
    },
    /** Ends the oldest reading under way. */
    answer: async () => {
      await expect.poll(() => under.length).toBeGreaterThan(0);
      under.shift()!();
    },
    shown: () => observer.getCurrentResult().data,
  };
}

describe("after an act", () => {
  it("what was being read for the first time is read again", async () => {
    const page = openPage();
    page.change("forbidden");
    const done = page.queries.invalidateQueries({ queryKey: KEY });
    await page.answer();
    await page.answer();
    await done;
    expect(page.shown()).toBe("forbidden");
    page.close();
  });

  it("what was read before, or is being read again, is read as of then", async () => {
    const page = openPage();
    await page.answer();
    await expect.poll(page.shown).toBe("allowed");
    const early = page.queries.invalidateQueries({ queryKey: KEY });
    page.change("forbidden");
    const late = page.queries.invalidateQueries({ queryKey: KEY });
    // The first reading's answer comes to nobody.
    await page.answer();
    await page.answer();
    await Promise.all([early, late]);
    expect(page.shown()).toBe("forbidden");
    page.close();
  });

  it("what else is read is left alone", async () => {
    const page = openPage();
    await page.queries.invalidateQueries({ queryKey: ["public"] });
    await page.answer();
    await expect.poll(page.shown).toBe("allowed");
    page.close();
  });
});
