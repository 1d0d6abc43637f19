import { Stack, Text, ThemeIcon, Title } from "@mantine/core";
import type { TablerIcon } from "@tabler/icons-react";
import type { ReactNode } from "react";

/** An empty state: what would be here, and how to get it. */
export function Empty(props: { icon: TablerIcon; title: string; children?: ReactNode }) {
  const { icon: Icon, title, children } = props;
  return (
    <Stack align="center" gap="sm" py="xl" ta="center" maw={520} mx="auto">
      <ThemeIcon size={56} radius="xl" variant="light" aria-hidden>
        <Icon size={28} />
      </ThemeIcon>
      <Title order={2} size="h4">
        {title}
      </Title>
      {typeof children === "string" ? <Text c="dimmed">{children}</Text> : children}
    </Stack>
  );
}
