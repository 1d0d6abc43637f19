import { Badge, Button, Card, Group, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { formatDay } from "../../../../circuits/statement/encoding/day.ts";
import type { Collection } from "../../../../circuits/statement/exchange/collection.ts";
import { formatCount, formatDate } from "../../shared/format.ts";
import { msg, t } from "../../shared/language.ts";
import { AnswerDialog } from "./AnswerDialog.tsx";
import { DeviceDialog } from "./DeviceDialog.tsx";
import { FactsDialog } from "./FactsDialog.tsx";
import { useStopped } from "./keptHere.ts";
import type { OwnData, OwnDue } from "./worker/overview.ts";

type Props = { readonly data: OwnData; readonly protocolNumber: string };

/** A thing to do: a collection, and of answers which time. */
type Doing = {
  readonly collection: Collection;
  readonly due: OwnDue;
  /** Of a device: how many of its days are open. */
  readonly days: number;
};

/** What can be done now, what should be, and what is the site's to do. */
export function DueSection({ data, protocolNumber }: Props) {
  const { stopped } = useStopped(protocolNumber);
  const [doing, setDoing] = useState<Doing>();
  const rows = firstOfEach(data).filter(({ due }) => !stopped.has(due.collection));
  const close = () => setDoing(undefined);
  const { arrivedAt } = data;
  return (
    <section aria-labelledby="due">
      <Title order={2} size="h4" mb="sm" id="due">
        {t("What is due")}
      </Title>
      {rows.length === 0 && <Text c="dimmed">{t("Nothing is due.")}</Text>}
      <Stack gap="sm">
        {rows.map((one) => (
          <Row
            key={`${one.due.collection} ${one.due.occasion}`}
            one={one}
            onDo={() => setDoing(one)}
          />
        ))}
      </Stack>
      {doing?.collection.source === "participant" && (
        <AnswerDialog
          {...{ protocolNumber, onClose: close, collection: doing.collection }}
          day={doing.due.day}
        />
      )}
      {doing?.collection.source === "record" && (
        <FactsDialog {...{ protocolNumber, onClose: close, collection: doing.collection }} />
      )}
      {doing?.collection.source === "device" && arrivedAt !== undefined && (
        <DeviceDialog
          {...{ arrivedAt, protocolNumber, onClose: close, collection: doing.collection }}
        />
      )}
    </section>
  );
}

/** What is open or due: of a device its days together. */
function firstOfEach({ due, collections }: OwnData): Doing[] {
  const seen = new Set<string>();
  const open = due.filter(({ state }) => state === "due" || state === "open");
  return open.flatMap((one) => {
    const collection = collections.find(({ id }) => id === one.collection);
    if (collection === undefined) return [];
    if (collection.source === "device" && seen.has(one.collection)) return [];
    seen.add(one.collection);
    const days = open.filter((other) => other.collection === one.collection).length;
    return [{ collection, due: one, days }];
  });
}

const VERBS: Readonly<Record<Collection["source"], string | undefined>> = {
  participant: msg("Answer"),
  record: msg("Look at it"),
  device: msg("Choose a file"),
  site: undefined,
};

function Row({ one: { collection, due, days }, onDo }: { one: Doing; onDo: () => void }) {
  const english = VERBS[collection.source];
  const verb = english && t(english);
  const { title, why, source } = collection;
  const until = due.until === undefined ? undefined : formatDate(formatDay(due.until));
  return (
    <Card padding="md" data-due={collection.id}>
      <Group justify="space-between" gap="sm">
        <div style={{ flex: "1 1 240px" }}>
          <Group gap="xs">
            <Title order={3} size="h5" className="breakable">
              {title}
            </Title>
            <Badge color={due.state === "due" ? "orange" : "gray"}>
              {due.state === "due" ? t("Due") : t("Open")}
            </Badge>
          </Group>
          <Text size="sm" className="breakable">
            {why}
          </Text>
          <Text size="sm" c="dimmed">
            {source === "site"
              ? `${t("At your site: {{name}}.", { name: due.occasionTitle })} `
              : ""}
            {source === "participant" ? `${due.occasionTitle}. ` : ""}
            {source === "device" && t("Days open: {{days}}.", { days: formatCount(days) })}
            {source !== "device" && until !== undefined && t("Until {{until}}.", { until })}
          </Text>
        </div>
        {verb !== undefined && (
          <Button onClick={onDo} aria-label={`${verb}: ${title}`}>
            {verb}
          </Button>
        )}
      </Group>
    </Card>
  );
}
