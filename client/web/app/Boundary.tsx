import { Component, type ReactNode } from "react";
import { PageHead } from "../shared/PageHead.tsx";
import { Problem } from "../shared/Problem.tsx";

/** Shows what went wrong in a page instead of an empty screen. */
export class Boundary extends Component<{ children: ReactNode }, { problem: unknown }> {
  override state: { problem: unknown } = { problem: undefined };

  static getDerivedStateFromError(problem: unknown) {
    return { problem };
  }

  override render() {
    const { problem } = this.state;
    if (problem === undefined) return this.props.children;
    return (
      <>
        <PageHead title="This page cannot be shown" />
        <Problem
          problem={isMissingCode(problem) ? new Error(MISSING_CODE) : problem}
          retry={() => location.reload()}
          retryLabel="Load the page again"
        />
      </>
    );
  }
}

const MISSING_CODE =
  "a part of it did not arrive: the connection broke, or the exchange has been renewed since you opened it";

/** Browsers word it each in their own way: Chromium, Firefox, Safari. */
function isMissingCode(problem: unknown): boolean {
  return (
    problem instanceof Error &&
    /dynamically imported module|importing a module script/i.test(problem.message)
  );
}
