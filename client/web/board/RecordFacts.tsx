import { Stack, Text } from "@mantine/core";
import { partName } from "../../../circuits/statement/criteria/partWords.ts";
import type { Program } from "../../../circuits/statement/criteria/program.ts";
import { Facts } from "../shared/Facts.tsx";
import { policyWords } from "./policyWords.ts";

/** What the record that answers each part must be, one part after another. */
export function RecordFacts({ programs }: { programs: readonly Program[] }) {
  const count = programs.length;
  return (
    <Stack gap="md">
      {programs.map(({ policy }, i) => (
        <div key={partName(i, count)}>
          {count > 1 && (
            <Text size="sm" fw={600} mb={4}>
              {partName(i, count)}: the record that answers it
            </Text>
          )}
          <Facts facts={policyWords(policy)} />
        </div>
      ))}
    </Stack>
  );
}
