import { useCallback, useRef, useState } from "react";

export type Task = {
  /** What is happening now; undefined when nothing is. */
  readonly step: string | undefined;
  readonly isRunning: boolean;
  readonly problem: unknown;
  /**
   * Runs an act unless one is running; its problem is kept, not thrown. Resolves to true when it was
   * done.
   */
  readonly run: (act: (say: (step: string) => void) => Promise<void>) => Promise<boolean>;
  readonly reset: () => void;
};

/** One act of a page that takes time: what it is doing, and what went wrong with it. */
export function useTask(): Task {
  const [step, setStep] = useState<string>();
  const [problem, setProblem] = useState<unknown>();
  const running = useRef(false);
  const run = useCallback<Task["run"]>(async (act) => {
    if (running.current) return false;
    running.current = true;
    setProblem(undefined);
    setStep("Starting…");
    try {
      await act(setStep);
      return true;
    } catch (caught) {
      setProblem(caught);
      return false;
    } finally {
      running.current = false;
      setStep(undefined);
    }
  }, []);
  const reset = useCallback(() => setProblem(undefined), []);
  return { step, isRunning: step !== undefined, problem, run, reset };
}
