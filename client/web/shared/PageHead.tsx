import { Group, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";

/** The one first heading of a page, what the page is for, and what can be done with all of it. */
export function PageHead(props: { title: string; text?: ReactNode; actions?: ReactNode }) {
  const { title, text, actions } = props;
  return (
    <Group justify="space-between" align="flex-start" mb="lg" gap="md">
      <Stack gap={4} maw={720} miw={0}>
        <Title order={1} size="h2" className="breakable">
          {title}
        </Title>
        {text !== undefined && <Text c="dimmed">{text}</Text>}
      </Stack>
      {actions !== undefined && <Group gap="xs">{actions}</Group>}
    </Group>
  );
}
