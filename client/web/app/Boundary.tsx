import { Component, type ReactNode } from "react";
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
      <Problem problem={problem} retry={() => location.reload()} retryLabel="Load the page again" />
    );
  }
}
