import { Card, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";

/** One part of the settings, with what it is about. */
export function Part(props: { title: string; text: string; children: ReactNode }) {
  const { title, text, children } = props;
  return (
    <Card component="section" aria-label={title}>
      <Title order={2} size="h4">
        {title}
      </Title>
      <Text size="sm" c="dimmed" mb="md">
        {text}
      </Text>
      {children}
    </Card>
  );
}
