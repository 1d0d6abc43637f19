import { Card, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useId } from "react";

type Props = { readonly title: string; readonly text?: ReactNode; readonly children?: ReactNode };

/** One step of a visit. */
export function Step({ title, text, children }: Props) {
  const id = useId();
  return (
    <Card component="section" aria-labelledby={id}>
      <Stack>
        <Title order={2} size="h4" id={id}>
          {title}
        </Title>
        {text !== undefined && <Text c="dimmed">{text}</Text>}
        {children}
      </Stack>
    </Card>
  );
}
