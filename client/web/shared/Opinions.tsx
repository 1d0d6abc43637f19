import { Button, Card, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import type { OpinionInfo } from "../../api/opinions.ts";
import { opinionTitle } from "../../trial/opinions.ts";
import { formatTime } from "./format.ts";
import { PublishedWords } from "./PublishedWords.tsx";

const FEW = 3;

/** What a trial's board said, newest first; nothing when it has said nothing. */
export function Opinions({ opinions }: { opinions: readonly OpinionInfo[] }) {
  const [isAll, setAll] = useState(false);
  if (opinions.length === 0) return null;
  const newestFirst = opinions.toReversed();
  const shown = isAll ? newestFirst : newestFirst.slice(0, FEW);
  return (
    <Card component="section" aria-label="What the board said">
      <Stack gap="md">
        <Title order={2} size="h5">
          What the board said
        </Title>
        {shown.map((one) => (
          <Stack key={`${one.givenAt} ${one.version} ${one.opinion} ${one.textHash}`} gap={4}>
            <Text fw={600}>{opinionTitle(one)}</Text>
            <Text size="sm" c="dimmed">
              {formatTime(one.givenAt)}
            </Text>
            <PublishedWords hash={one.textHash} />
          </Stack>
        ))}
        {opinions.length > FEW && (
          <Button
            variant="subtle"
            size="compact-sm"
            aria-expanded={isAll}
            onClick={() => setAll(!isAll)}
          >
            {isAll ? "Show the newest only" : `Show ${opinions.length - FEW} more`}
          </Button>
        )}
      </Stack>
    </Card>
  );
}
