import { Button, Group, Modal, Stack, Text, Title } from "@mantine/core";
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
    // Put together here: the ready-made one has a <header>, which counts as a second banner of the page.
    <Modal.Root opened={isOpen} onClose={close} centered>
      <Modal.Overlay />
      <Modal.Content aria-label={title} radius="md">
        <Modal.Body>
          <Stack>
            <Title order={2} size="h4">
              {title}
            </Title>
            {typeof children === "string" ? <Text>{children}</Text> : children}
            <TaskState task={task} />
            <Group justify="flex-end">
              <Button variant="default" disabled={task.isRunning} onClick={close}>
                Cancel
              </Button>
              <Button
                color="red.9"
                loading={task.isRunning}
                onClick={() =>
                  void task.run(async (say) => {
                    say("Working…");
                    await onAct();
                  })
                }
              >
                {act}
              </Button>
            </Group>
          </Stack>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
