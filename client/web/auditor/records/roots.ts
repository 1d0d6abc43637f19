import type { DeploymentInfo, RecordsState } from "../../../api/registry.ts";

export type RootStanding = {
  readonly is: "current" | "window" | "over" | "voided";
  /** Until when a superseded root counts, in Unix seconds. */
  readonly until?: number;
};

/** Whether proofs against a root of the registry are accepted now. */
export function rootStanding(
  { supersededAt, voided }: RecordsState["roots"][number],
  { rootWindowSeconds, chainTime }: DeploymentInfo,
): RootStanding {
  if (supersededAt === null) return { is: "current" };
  if (voided) return { is: "voided" };
  const until = supersededAt + rootWindowSeconds;
  return until < chainTime ? { is: "over" } : { is: "window", until };
}
