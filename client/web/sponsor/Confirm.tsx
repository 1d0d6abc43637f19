import { Button, Group, Modal, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { TaskState } from "../shared/TaskState.tsx";
import { useTask } from "../shared/useTask.ts";

type Props = {
  readonly isOpen: boolean;
  readonly title: string;
  /** The words on the button that does it. */
  readonly act: string;
  /** Red, unless the act takes nothing away. */
  readonly color?: string;
  readonly onAct: () => Promise<void>;
  readonly onClose: () => void;
  readonly children: ReactNode;
};

/** Asks before an act that cannot be undone, shows its progress, and what was refused. */
export function Confirm(props: Props) {
  const { isOpen, title, act, color = "red.9", onAct, onClose, children } = props;
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
                color={color}
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
