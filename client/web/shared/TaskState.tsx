import { Group, Loader, Text } from "@mantine/core";
import { Problem } from "./Problem.tsx";
import type { Task } from "./useTask.ts";

/** What a task is doing, or what went wrong with it. Screen readers hear both. */
export function TaskState({ task }: { task: Task }) {
  return (
    <div aria-live="polite">
      {task.step !== undefined && (
        <Group gap="sm" my="sm">
          <Loader size="sm" aria-hidden />
          <Text size="sm">{task.step}</Text>
        </Group>
      )}
      {task.problem !== undefined && <Problem problem={task.problem} />}
    </div>
  );
}
