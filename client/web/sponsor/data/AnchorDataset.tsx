import { Button, Stack, Text } from "@mantine/core";
import { IconAnchor } from "@tabler/icons-react";
import { anchorDataset, datasetAnchors } from "../../../exchange/datasetAnchor.ts";
import { type TrialData, useTrialDataRefresh } from "../../auditor/exchange/trialData.ts";
import { useActor } from "../../shared/account.tsx";
import { formatTime } from "../../shared/format.ts";
import { TaskState } from "../../shared/TaskState.tsx";
import { useTask } from "../../shared/useTask.ts";

type Props = {
  readonly data: TrialData;
  readonly cutId: bigint;
  readonly requestId: bigint;
  /** The manifest's hash. */
  readonly manifest: string;
};

/** Binds the dataset on the chain, so that an audit names rows that are changed later. */
export function AnchorDataset({ data, cutId, requestId, manifest }: Props) {
  const actor = useActor();
  const refresh = useTrialDataRefresh(data.trial.protocolNumber);
  const task = useTask();
  const all = datasetAnchors(data.events, { cutId, requestId });
  const own = all.find((one) => one.manifest === manifest);
  if (own !== undefined) {
    return (
      <Text size="sm" data-anchored={String(own.block)}>
        Anchored on {formatTime(own.anchoredAt)}, in block {own.block}.
      </Text>
    );
  }
  const anchor = () =>
    void task.run(async (say) => {
      say("Anchoring the manifest's hash…");
      await anchorDataset(actor, { cutId, requestId, manifest });
      refresh();
    });
  return (
    <Stack gap={6} align="flex-start">
      {all.length > 0 && (
        <Text size="sm" c="orange">
          Another dataset of this request is anchored: until this one is, too, an audit takes it for
          a changed one.
        </Text>
      )}
      <Button
        variant="default"
        leftSection={<IconAnchor size={18} aria-hidden />}
        loading={task.isRunning}
        onClick={anchor}
      >
        Anchor this dataset
      </Button>
      <Text size="xs" c="dimmed" maw={560}>
        Its manifest's hash goes to the chain for good: whoever gets the files later can tell a
        changed row. Save these files: fetched again, they get another hash.
      </Text>
      <TaskState task={task} />
    </Stack>
  );
}
