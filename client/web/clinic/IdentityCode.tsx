import { Button, Group, Stack, Text } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { useState } from "react";
import type { Field } from "../../../circuits/statement/field.ts";
import { shorten } from "../shared/format.ts";
import { Problem } from "../shared/Problem.tsx";
import { TakeCode } from "../shared/TakeCode.tsx";
import { readIdentity } from "./attest.ts";
import { useDesk } from "./desk.tsx";
import type { Entry } from "./entry.ts";

type Props = {
  readonly entry: Entry;
  readonly identity: Field | undefined;
  readonly onIdentity: (identity: Field | undefined) => void;
};

/** The number that the patient's wallet shows: the record is made for it and works with no other. */
export function IdentityCode({ entry, identity, onIdentity }: Props) {
  const { entries } = useDesk();
  const [problem, setProblem] = useState<unknown>();
  const take = (text: string) => {
    try {
      onIdentity(
        readIdentity(
          text,
          entries.filter(({ id }) => id !== entry.id),
        ),
      );
      setProblem(undefined);
    } catch (caught) {
      setProblem(caught);
    }
  };
  if (identity !== undefined) {
    return (
      <Group justify="space-between">
        <Stack gap={0}>
          <Text size="sm" fw={500}>
            Identity code
          </Text>
          <Group gap={6} role="status">
            <IconCircleCheck size={18} color="var(--mantine-color-green-text)" aria-hidden />
            <Text ff="monospace">{shorten(identity)}</Text>
          </Group>
        </Stack>
        <Button variant="default" size="xs" onClick={() => onIdentity(undefined)}>
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
