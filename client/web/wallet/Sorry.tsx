import { Alert, Button, Group, Loader, Text } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import { t } from "../shared/language.ts";
import type { Task } from "../shared/useTask.ts";
import { wordsFor } from "./words.ts";

/** What went wrong, said to a patient. Screen readers announce it. */
export function Sorry({ problem, retry }: { problem: unknown; retry?: () => void }) {
  const { title, text } = wordsFor(problem);
  return (
    <Alert color="yellow" role="alert" title={title} icon={<IconInfoCircle aria-hidden />} my="sm">
      <Group justify="space-between" align="flex-end" gap="sm">
        <Text size="sm" className="breakable">
          {text}
        </Text>
        {retry && (
          <Button variant="default" size="xs" onClick={retry}>
            {t("Try again")}
          </Button>
        )}
      </Group>
    </Alert>
  );
}

/** What a task is doing, or what went wrong, said to a patient. */
export function Doing({ task }: { task: Task }) {
  return (
    <div aria-live="polite">
      {task.step !== undefined && (
        <Group gap="sm" my="sm">
          <Loader size="sm" aria-hidden />
          <Text size="sm">{task.step}</Text>
        </Group>
      )}
      {task.problem !== undefined && <Sorry problem={task.problem} />}
    </div>
  );
}
