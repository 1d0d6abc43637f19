import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { TaskState } from "../shared/TaskState.tsx";
import { useTask } from "../shared/useTask.ts";

type Props = {
  readonly isOpen: boolean;
  readonly title: string;
  /** What the button says that does it. */
  readonly act: string;
  readonly onAct: () => Promise<void>;
  readonly onClose: () => void;
  readonly children: ReactNode;
};

/** Asks before what cannot be taken back, shows that it runs, and what was refused. */
export function Confirm({ isOpen, title, act, onAct, onClose, children }: Props) {
  const task = useTask();
  const close = () => {
    if (task.isRunning) return;
    task.reset();
    onClose();
  };
  return (
    <Modal opened={isOpen} onClose={close} title={title}>
      <Stack>
        {typeof children === "string" ? <Text>{children}</Text> : children}
        <TaskState task={task} />
        <Group justify="flex-end">
          <Button variant="default" disabled={task.isRunning} onClick={close}>
            Cancel
          </Button>
          <Button
            color="red"
            loading={task.isRunning}
            onClick={() =>
              void task.run(async (say) => {
                say("Signing and sending…");
                await onAct();
              })
            }
          >
            {act}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
