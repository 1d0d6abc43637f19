import { Button, Group, Stack, Text } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { useState } from "react";
import { type IdentityCode as Code, readIdentityCode } from "../../../handover/identityCode.ts";
import { shorten } from "../../shared/format.ts";
import { Problem } from "../../shared/Problem.tsx";
import { TakeCode } from "../../shared/TakeCode.tsx";

type Props = {
  readonly code: Code | undefined;
  readonly onCode: (code: Code | undefined) => void;
};

/** The code that the patient's wallet shows: the record is made for it and works with no other. */
export function IdentityCode({ code, onCode }: Props) {
  const [problem, setProblem] = useState<unknown>();
  const take = (text: string) => {
    try {
      onCode(readIdentityCode(text));
      setProblem(undefined);
    } catch (caught) {
      setProblem(caught);
    }
  };
  if (code !== undefined) {
    return (
      <Group justify="space-between">
        <Stack gap={0}>
          <Text size="sm" fw={500}>
            Identity code
          </Text>
          <Group gap={6} role="status">
            <IconCircleCheck size={18} color="var(--mantine-color-green-text)" aria-hidden />
            <Text ff="monospace">{shorten(code.identityCommitment)}</Text>
          </Group>
        </Stack>
        <Button variant="default" size="xs" onClick={() => onCode(undefined)}>
          Change
        </Button>
      </Group>
    );
  }
  return (
    <Stack gap="xs">
      <TakeCode label="Identity code from the patient's wallet" onText={take} />
      {problem !== undefined && <Problem problem={problem} />}
    </Stack>
  );
}
