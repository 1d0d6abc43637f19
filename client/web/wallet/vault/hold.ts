// One tab at a time has the wallet open. Whoever opens it takes it from the other, which locks.

import { explain } from "../../shared/storage.ts";

const NAME = "cohort-zero/open-wallet";

export type Hold = { readonly release: () => void; readonly lost: Promise<void> };

/** Whether another tab has the wallet open. */
export async function isOpenElsewhere(): Promise<boolean> {
  const { held = [] } = await navigator.locks.query();
  return held.some(({ name }) => name === NAME);
}

/**
 * Takes the wallet, from another tab if need be. `lost` resolves when this tab has to give it up. Refuses with
 * StorageFails where the browser has no locks between tabs.
 */
export async function takeHold(): Promise<Hold> {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let isReleased = false;
  const { promise: taken, resolve: take, reject: refuse } = Promise.withResolvers<void>();
  const { promise: lost, resolve: lose } = Promise.withResolvers<void>();
  navigator.locks
    .request(NAME, { steal: true }, () => {
      take();
      return released;
    })
    .catch((problem: unknown) => {
      // Before it was taken nobody had it to lose.
      refuse(explain(problem));
      if (!isReleased) lose();
    });
  await taken;
  return {
    lost,
    release: () => {
      isReleased = true;
      release();
    },
  };
}
