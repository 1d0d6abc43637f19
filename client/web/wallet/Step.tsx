import { Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";

/** One thing that waits, among what comes next. */
export function Step(props: { title: string; text: string; children?: ReactNode }) {
  const { title, text, children } = props;
  return (
    <div data-step>
      <Title order={3} size="h5" className="breakable">
        {title}
      </Title>
      <Text size="sm" className="breakable">
        {text}
      </Text>
      {children !== undefined && (
        <Stack gap="xs" mt="xs" align="flex-start">
          {children}
        </Stack>
      )}
    </div>
  );
}
