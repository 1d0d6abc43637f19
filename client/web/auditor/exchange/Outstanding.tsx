import { Badge, Group, Stack, Text, Title } from "@mantine/core";
import { erasedIn } from "../../../exchange/cut.ts";
import { erasureOf } from "../../../exchange/erase.ts";
import { formatCount, formatCounted, formatTime } from "../../shared/format.ts";
import { Hash } from "../../shared/Hash.tsx";
import type { TrialData } from "./trialData.ts";

/** Erasures that were asked for, and which custodians have carried them out. */
export function Outstanding({ data }: { data: TrialData }) {
  const { trial, participants, events } = data;
  const { trialId, versions } = trial;
  const erased = erasedIn(events);
  const own = participants.filter(({ pseudonym }) => erased.has(pseudonym));
  const found = own.flatMap(({ pseudonym }) => {
    const status = erasureOf({ trialId, pseudonym, events, versions });
    return status.askedAt === undefined ? [] : [{ pseudonym, ...status, askedAt: status.askedAt }];
  });
  return (
    <section aria-labelledby="erasures">
      <Title order={2} size="h4" mb="sm" id="erasures">
        Erasures
      </Title>
      {found.length === 0 && <Text c="dimmed">Nobody has asked for an erasure.</Text>}
      <Stack component="ul" gap="xs" m={0} p={0} style={{ listStyle: "none" }}>
        {found.map(({ pseudonym, askedAt, destroyed, outstanding, isUnreadable }) => (
          <li key={String(pseudonym)}>
            <Group gap="xs">
              <Hash value={pseudonym} label="the pseudonym" />
              <Text size="sm">asked for on {formatTime(askedAt)}</Text>
              <Text size="sm">
                keys destroyed by {formatCount(destroyed.length)} of{" "}
                {formatCounted(destroyed.length + outstanding.length, "custodian")}
                {outstanding.length > 0 &&
                  `, ${formatCount(outstanding.length)} ${outstanding.length === 1 ? "has" : "have"} yet to`}
              </Text>
              <Badge color={isUnreadable ? "teal" : "orange"}>
                {isUnreadable ? "Unreadable for good" : "Outstanding"}
              </Badge>
            </Group>
          </li>
        ))}
      </Stack>
    </section>
  );
}
