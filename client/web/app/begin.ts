// Stands in the document itself, before all else (vite.config.ts). When the program does not arrive or does not begin,
// the page is loaded once more, and then says so. No imports, for whatever it needed could be what is missing; and no
// words that only new browsers know: theirs is one of the pages that stay empty. A block, so that no name is global.
{
  const MEMORY = "cohort-zero/loaded-again";
  const QUIET_MS = 20_000;
  const SETTLE_MS = 1_000;
  const PROBE_MS = 5_000;
  let hasBegun = false;
  let isOver = false;
  let box: HTMLElement | undefined;
  let problem: string | undefined;

  const isEmpty = () => !document.getElementById("root")?.firstElementChild;

  /** Only the first time; never where nothing can be remembered, since that would not end. */
  const mayLoadAgain = () => {
    try {
      if (sessionStorage.getItem(MEMORY) !== null) return false;
      sessionStorage.setItem(MEMORY, "1");
      return true;
    } catch {
      return false;
    }
  };

  const fail = (what: string) => {
    if (isOver) return;
    isOver = true;
    // A page that had started and broke would only break again.
    if (!hasBegun && mayLoadAgain()) location.reload();
    else say(what);
  };

  const make = (name: string, within: HTMLElement, text = "") => {
    const element = document.createElement(name);
    element.textContent = text;
    within.appendChild(element);
    return element;
  };

  const say = (what: string) => {
    box = make("main", document.body || document.documentElement);
    box.style.cssText =
      "max-width: 40rem; margin: 3rem auto; padding: 0 1rem; font: 1rem/1.5 system-ui";
    const words = make("div", box);
    words.setAttribute("role", "alert");
    make("h1", words, hasBegun ? "This page has stopped" : "This page could not start");
    make("p", words, what);
    make("p", words, "What is saved on this device is still there.");
    make("p", words, "Check your connection, close other tabs of it, and load the page again.");
    make(
      "p",
      words,
      "If it keeps happening, try a newer browser, and show this to whoever runs the exchange.",
    );
    make("button", words, "Load the page again").addEventListener("click", loadAfresh);
  };

  /** The pages kept for use without a connection may be damaged. They are dropped only while the exchange answers. */
  const loadAfresh = () => {
    const again = () => location.reload();
    setTimeout(again, PROBE_MS);
    fetch("/files.json", { cache: "no-store" })
      .then((answer) => answer.ok && caches.delete("pages"))
      .then(again, again);
  };

  const begin = new MutationObserver(() => {
    if (isEmpty()) return;
    begin.disconnect();
    hasBegun = true;
    isOver = false;
    // It came after all.
    box?.remove();
    try {
      sessionStorage.removeItem(MEMORY);
    } catch {
      // Then nothing was remembered either.
    }
  });
  begin.observe(document, { childList: true, subtree: true });

  // An error alone means little: it may be an extension's. On an empty page it is ours.
  const look = () => {
    const isThrough = document.readyState === "complete";
    if (problem !== undefined && isThrough && isEmpty()) fail(`An error stopped it: ${problem}`);
  };
  const nameOf = (address: string) => address.replace(location.origin, "");
  addEventListener(
    "error",
    ({ target, message }: Event & { message?: string }) => {
      if (target instanceof HTMLScriptElement) {
        fail(`A part of the program did not arrive: ${nameOf(target.src)} or what it needs.`);
      } else if (target instanceof HTMLLinkElement) {
        // Without its styles the page can be read, if not well.
        if (target.rel === "stylesheet" && !hasBegun && mayLoadAgain()) location.reload();
      } else if (target === window) {
        problem = message || "nothing more is known";
        setTimeout(look, SETTLE_MS);
      }
    },
    true,
  );
  addEventListener("load", () => setTimeout(look, SETTLE_MS));

  // A slow network is no failure while anything arrives.
  const watch = () => {
    if (hasBegun || isOver) return;
    const ends = performance
      .getEntriesByType("resource")
      .map((entry) => (entry as PerformanceResourceTiming).responseEnd);
    const quiet = performance.now() - Math.max(0, ...ends);
    if (quiet < QUIET_MS) setTimeout(watch, QUIET_MS - quiet);
    else fail(`It has not started, and nothing arrived for ${QUIET_MS / 1000} seconds.`);
  };
  setTimeout(watch, QUIET_MS);
}
