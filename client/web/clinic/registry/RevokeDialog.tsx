import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { ClinicLeaf } from "../../../clinic/registry/leaves.ts";
import { useActor } from "../../shared/account.tsx";
import { formatCounted } from "../../shared/format.ts";
import { TaskState } from "../../shared/TaskState.tsx";
import { useTask } from "../../shared/useTask.ts";
import { revokedWords } from "./RevokeRecord.tsx";
import { leafWords, useRegistryRefresh } from "./useClinicLeaves.ts";

type Props = {
  readonly leaf: ClinicLeaf | undefined;
  readonly onClose: () => void;
};

/** Asks before a batch or record is revoked for good. */
export function RevokeDialog({ leaf, onClose }: Props) {
  const clinic = useActor();
  const refresh = useRegistryRefresh();
  const task = useTask();
  const revoke = async () => {
    const { batchRoot, kind } = leaf!;
    const isDone = await task.run(async (say) => {
      say("Revoking, and checking what still leads to a valid root…");
      const { revokeBatch, revokeRecords } = await import("../../../clinic/revocation/revoke.ts");
      const act =
        kind === "batch" ? revokeBatch(clinic, batchRoot) : revokeRecords(clinic, [batchRoot]);
      notifications.show({ message: revokedWords(await act), color: "green" });
    });
    refresh();
    if (isDone) onClose();
  };
  return (
    <Modal
      opened={leaf !== undefined}
      onClose={() => {
        task.reset();
        onClose();
      }}
      title="Revoke?"
    >
      {leaf !== undefined && (
        <Stack>
          <Text fw={600}>{leafWords(leaf)}</Text>
          <Text>
            {leaf.kind === "batch"
              ? `Nothing can be proven any more with what it holds (${formatCounted(leaf.size, "record")}), at once and for good.`
              : "The record cannot be used to prove anything any more, at once and for good."}{" "}
            Other patients who are making a proof right now have to make it again.
          </Text>
          {leaf.kind === "batch" && (
            <Text>
              To revoke only one of its records, use “Revoke a record” below: the batch is then
              rebuilt without it, and the others keep theirs.
            </Text>
          )}
          <TaskState task={task} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose} disabled={task.isRunning}>
              Keep it
            </Button>
            <Button color="red.9" onClick={() => void revoke()} disabled={task.isRunning}>
              Revoke
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
