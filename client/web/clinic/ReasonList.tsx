import { Code, Spoiler, Stack, Text } from "@mantine/core";
import { formatCount } from "../shared/format.ts";

type Group = {
  readonly reason: string;
  readonly paths: readonly string[];
  /** Domains in which absence is no longer provable; empty for none. */
  readonly effect?: string;
};

/** Reasons, each with every place it is about. */
export function ReasonList({ groups }: { groups: readonly Group[] }) {
  return (
    <Stack gap="md">
      {groups.map(({ reason, paths, effect }) => (
        <div key={reason}>
          <Text size="sm" fw={500} className="breakable">
            {reason}{" "}
            <Text span c="dimmed" fw={400}>
              ({formatCount(paths.length)})
            </Text>
          </Text>
          {effect !== undefined && effect !== "" && (
            <Text size="sm" c="yellow">
              Absence cannot be proved for: {effect}
            </Text>
          )}
          <Spoiler maxHeight={76} showLabel="Show every place" hideLabel="Show fewer" mt={4}>
            <Stack gap={2} align="flex-start">
              {[...new Set(paths)].map((path) => (
                <Code key={path} className="breakable">
                  {path}
                </Code>
              ))}
            </Stack>
          </Spoiler>
        </div>
      ))}
    </Stack>
  );
}
