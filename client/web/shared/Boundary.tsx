import { Component, type ReactNode } from "react";
import { t } from "./language.ts";
import { PageHead } from "./PageHead.tsx";
import { Problem } from "./Problem.tsx";

type Props = {
  readonly children: ReactNode;
  /** Around a part without which the rest of the page can be read: only that part says that it is missing. */
  readonly isPart?: boolean;
};

/** Shows what went wrong in a page instead of an empty screen. */
export class Boundary extends Component<Props, { problem: unknown }> {
  override state: { problem: unknown } = { problem: undefined };

  static getDerivedStateFromError(problem: unknown) {
    return { problem };
  }

  override render() {
    const { problem } = this.state;
    const { children, isPart } = this.props;
    if (problem === undefined) return children;
    if (isPart) return <Problem problem={problem} />;
    return (
      <>
        <PageHead title={t("This page cannot be shown")} />
        <Problem
          problem={problem}
          retry={() => location.reload()}
          retryLabel="Load the page again"
        />
      </>
    );
  }
}
