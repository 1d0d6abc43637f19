import { Group, Progress, Stack, Text } from "@mantine/core";
import type { AuditProgress } from "../../../auditor/browser.ts";
import { formatCount, formatCounted } from "../../shared/format.ts";

type Props = {
  /** Undefined before the first news. */
  readonly progress: AuditProgress | undefined;
  /** As performance.now(). */
  readonly startedAt: number;
};

/** Stage, block, proofs and their rate. Screen readers hear the stage, not every number. */
export function ProgressState({ progress, startedAt }: Props) {
  const seconds = Math.max(0.1, (performance.now() - startedAt) / 1000);
  const { stage, done } = placeOf(progress);
  return (
    <Stack gap="xs" maw={720}>
      <Text size="sm" fw={500} aria-live="polite">
        {stage}
      </Text>
      <Progress value={done} aria-label={stage} animated />
      {(progress?.stage === "history" || progress?.stage === "state") && (
        <Group gap="lg" className="numbers">
          <Text size="sm">
            Block {formatCount(progress.block)} of {formatCount(progress.head)}
          </Text>
          <Text size="sm">{formatCounted(progress.events, "event")}</Text>
          <Text size="sm">
            {formatCounted(progress.verified, "proof")} verified,{" "}
            {formatCount(Math.round(progress.verified / seconds))} a second
          </Text>
        </Group>
      )}
    </Stack>
  );
}

function placeOf(progress: AuditProgress | undefined): { stage: string; done: number } {
  if (progress === undefined || progress.stage === "source") {
    return { stage: "Reading from the source…", done: 0 };
  }
  if (progress.stage === "told") {
    const count = formatCount(progress.compared);
    return { stage: `Reading entries and receipts: ${count} so far…`, done: 0 };
  }
  if (progress.stage === "history") {
    const share = progress.head === 0 ? 1 : progress.block / progress.head;
    return { stage: "Replaying the history and verifying proofs…", done: 80 * share };
  }
  const share = progress.toCompare === 0 ? 0 : progress.compared / progress.toCompare;
  return { stage: "Comparing the contracts' state…", done: 80 + 20 * share };
}
