import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { SiteParticipant } from "../../../site/roster.ts";
import { useActor } from "../../shared/account.tsx";
import { shorten } from "../../shared/format.ts";
import { TaskState } from "../../shared/TaskState.tsx";
import { useTask } from "../../shared/useTask.ts";
import { useActs } from "../data/acts.tsx";
import { type SiteData, type SitePlace, useSiteRefresh } from "../data/useSite.ts";
import { ACTS, type ActName, perform } from "./siteActs.ts";

type Props = {
  readonly name: ActName;
  readonly participant: SiteParticipant;
  readonly data: SiteData;
  readonly place: SitePlace;
  readonly onClose: () => void;
};

/** Asks before an act is signed: it is public, and most cannot be undone. */
export function ActDialog({ name, participant, data, place, onClose }: Props) {
  const actor = useActor();
  const { add } = useActs();
  const refresh = useSiteRefresh();
  const task = useTask();
  const { label, says, done } = ACTS[name];
  const { pseudonym } = participant;
  const sign = async () => {
    const isDone = await task.run(async (say) => {
      say("Signing and sending, and waiting until it is final…");
      const { trialId } = data.downloads.trial;
      const at = await perform(actor, name, { ...place, trialId, pseudonym });
      add({ at, what: done, trialId, siteId: place.siteId, pseudonym });
    });
    if (!isDone) return;
    notifications.show({ message: `${done} recorded.`, color: "green" });
    refresh();
    onClose();
  };
  // Closed while it signs, it would hide what became of it, and close the next dialog when done.
  const close = () => {
    if (!task.isRunning) onClose();
  };
  return (
    <Modal opened onClose={close} title={label} withCloseButton={!task.isRunning}>
      <Stack>
        <Text fw={600} ff="monospace">
          {shorten(pseudonym, 10)}
        </Text>
        <Text>{says}</Text>
        <Text size="sm" c="dimmed">
          Compare the pseudonym with your file on this person before you sign.
        </Text>
        <TaskState task={task} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close} disabled={task.isRunning}>
            Cancel
          </Button>
          <Button onClick={() => void sign()} disabled={task.isRunning}>
            Sign
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
