import { Anchor, Code, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { formatCount } from "../../shared/format.ts";

const FIRST_SHOWN = 3;

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
          <Places paths={[...new Set(paths)]} reason={reason} />
        </div>
      ))}
    </Stack>
  );
}

/** The first places, and the others on request. Mantine's Spoiler makes each a nameless landmark. */
function Places({ paths, reason }: { paths: readonly string[]; reason: string }) {
  const [showsAll, setShowsAll] = useState(false);
  const shown = showsAll ? paths : paths.slice(0, FIRST_SHOWN);
  return (
    <Stack gap={2} mt={4} align="flex-start">
      {shown.map((path) => (
        <Code key={path} className="breakable">
          {path}
        </Code>
      ))}
      {paths.length > FIRST_SHOWN && (
        <Anchor
          component="button"
          type="button"
          size="sm"
          aria-expanded={showsAll}
          aria-label={`${showsAll ? "Show fewer" : "Show every place"}: ${reason}`}
          onClick={() => setShowsAll(!showsAll)}
        >
          {showsAll ? "Show fewer" : "Show every place"}
        </Anchor>
      )}
    </Stack>
  );
}
