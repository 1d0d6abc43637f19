import { Button, Group, Progress, Text } from "@mantine/core";
import { IconPlayerStop } from "@tabler/icons-react";
import { t } from "../../shared/language.ts";
import { Doing } from "../Sorry.tsx";
import type { Sending } from "./useGiving.ts";

/** How far it is, with a way to stop it; what went wrong with it, or what being stopped has left. */
export function SendingState({ sending }: { sending: Sending }) {
  const { task, share, stop, halted } = sending;
  return (
    <div>
      <Doing task={task} />
      {task.isRunning && share !== undefined && (
        <Progress value={share} aria-label={t("How far it is")} mb="sm" />
      )}
      {task.isRunning && (
        <Group>
          <Button
            variant="default"
            size="sm"
            leftSection={<IconPlayerStop size={16} aria-hidden />}
            onClick={stop}
          >
            {t("Stop")}
          </Button>
        </Group>
      )}
      <div role="status">{halted !== undefined && <Text size="sm">{halted}</Text>}</div>
    </div>
  );
}
