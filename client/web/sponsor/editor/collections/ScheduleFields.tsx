import { Group, Stack, Title } from "@mantine/core";
import type { Path } from "../../draft/tree.ts";
import { CountField } from "../fields.tsx";

/** When the wallet asks. */
export function ScheduleFields({ path }: { path: Path }) {
  const at = (key: string) => [...path, "schedule", key];
  return (
    <Stack gap="xs" component="section" aria-label="Schedule">
      <Title order={3} size="h6">
        Schedule
      </Title>
      <Group align="flex-start" gap="sm">
        <CountField path={at("firstDay")} label="First on day" w={120} min={0} />
        <CountField path={at("everyDays")} label="Then every … days" w={150} min={1} />
        <CountField path={at("times")} label="Times in all" w={110} min={1} />
        <CountField path={at("openDays")} label="Open for days" w={120} min={1} />
      </Group>
    </Stack>
  );
}
