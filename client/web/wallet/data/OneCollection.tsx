import { Badge, Button, Group, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { formatDay } from "../../../../circuits/statement/encoding/day.ts";
import type { Collection } from "../../../../circuits/statement/exchange/collection.ts";
import { formatCount, formatDate, formatTime } from "../../shared/format.ts";
import { t } from "../../shared/language.ts";
import { CORRECTION_WORDS } from "./correctionWords.ts";
import type { OwnPackage } from "./worker/packages.ts";

const PAGE = 30;

type Props = {
  readonly id: string;
  readonly collection: Collection | undefined;
  /** Oldest first. */
  readonly packages: readonly OwnPackage[];
  readonly onOpen: (entry: string) => void;
  readonly onCorrect: (one: OwnPackage) => void;
};

/** What was sent of one collection, newest first. */
export function OneCollection({ id, collection, packages, onOpen, onCorrect }: Props) {
  const [most, setMost] = useState(PAGE);
  const title = collection?.title ?? id;
  const newest = packages.toReversed();
  return (
    <section aria-label={title} data-collection={id}>
      <Title order={3} size="h5" className="breakable">
        {title}
      </Title>
      {collection !== undefined && (
        <Text size="sm" c="dimmed" mb="xs" className="breakable">
          {collection.why}
        </Text>
      )}
      <Stack component="ul" gap="xs" m={0} p={0} style={{ listStyle: "none" }}>
        {newest.slice(0, most).map((one) => (
          <li key={one.entry}>
            <Line {...{ one, onOpen, onCorrect, mayCorrect: mayCorrect(collection, one) }} />
          </li>
        ))}
      </Stack>
      {packages.length > most && (
        <Button variant="default" size="compact-sm" mt="xs" onClick={() => setMost(most + PAGE)}>
          {t("Show more of {{packages}}", { packages: formatCount(packages.length) })}
        </Button>
      )}
      {collection?.source === "site" && (
        <Text size="sm" c="dimmed" mt="xs">
          {t(
            "Is something wrong in it? Ask your site to correct it: you are told here when it has.",
          )}
        </Text>
      )}
      {collection?.source === "device" && (
        <Text size="sm" c="dimmed" mt="xs">
          {t("To correct a day, read a newer file of the device: what changed is sent again.")}
        </Text>
      )}
    </section>
  );
}

/** Answers and facts are the person's own to correct. */
function mayCorrect(collection: Collection | undefined, { isCorrected, source }: OwnPackage) {
  const isOwn = source === "participant" || source === "record";
  return isOwn && !isCorrected && collection?.source === source;
}

type LineProps = Pick<Props, "onOpen" | "onCorrect"> & {
  readonly one: OwnPackage;
  readonly mayCorrect: boolean;
};

function Line({ one, onOpen, onCorrect, mayCorrect: may }: LineProps) {
  const { entry, day, sequence, sentAt, isCorrected, correction } = one;
  const date = formatDate(formatDay(day));
  const name = t("number {{sequence}} of {{date}}", { sequence: formatCount(sequence), date });
  return (
    <Group gap="xs" data-entry={entry}>
      <div style={{ flex: "1 1 220px" }}>
        <Text size="sm">
          {t("{{date}}, number {{sequence}}", { date, sequence: formatCount(sequence) })}
        </Text>
        <Text size="xs" c="dimmed">
          {sentAt === undefined
            ? t("On its way to the chain")
            : t("Sent {{sentAt}}", { sentAt: formatTime(sentAt) })}
          . {openedWords(one)}
        </Text>
        <Group gap={4}>
          {isCorrected && <Badge color="gray">{t("Corrected since")}</Badge>}
          {correction !== "none" && <Badge color="blue">{t(CORRECTION_WORDS[correction])}</Badge>}
        </Group>
      </div>
      <Button
        size="compact-sm"
        variant="default"
        aria-label={t("Open {{name}}", { name })}
        onClick={() => onOpen(entry)}
      >
        {t("Open")}
      </Button>
      {may && (
        <Button
          size="compact-sm"
          variant="subtle"
          aria-label={t("Correct {{name}}", { name })}
          onClick={() => onCorrect(one)}
        >
          {t("Correct")}
        </Button>
      )}
    </Group>
  );
}

function openedWords({ openedTimes, openedAt }: OwnPackage): string {
  if (openedTimes === 0 || openedAt === undefined) return t("Nobody has opened it.");
  const times = t("{{count}} times", { count: openedTimes });
  return t("Could be opened {{times}}, asked for last on {{openedAt}}.", {
    times,
    openedAt: formatTime(openedAt),
  });
}
