import { Badge, Button, Card, Group, Stack, Text, Title } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import type { Access } from "../../../exchange/access.ts";
import { type Fact, Facts } from "../../shared/Facts.tsx";
import { formatCount, formatTime } from "../../shared/format.ts";
import { Hash } from "../../shared/Hash.tsx";
import { t } from "../../shared/language.ts";
import { saveFile } from "../../shared/save.ts";
import { refusalsOf, STANDING_WORDS, standingOf } from "./accessWords.ts";
import type { OwnData } from "./worker/overview.ts";

type Props = { readonly data: OwnData; readonly protocolNumber: string };

/** Who asked to open it, when, why, until when, and what came of it. */
export function Accesses({ data, protocolNumber }: Props) {
  const { accesses, auditEvents } = data;
  const save = () =>
    saveFile(`who-opened-${protocolNumber}.ndjson`, auditEvents, "application/fhir+ndjson");
  return (
    <section aria-labelledby="accesses">
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h4" id="accesses">
          {t("Who opened it")}
        </Title>
        {accesses.length > 0 && (
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<IconDownload size={16} aria-hidden />}
            onClick={save}
          >
            {t("Save as FHIR")}
          </Button>
        )}
      </Group>
      {accesses.length === 0 && <Text c="dimmed">{t("Nobody has asked to open your data.")}</Text>}
      <Stack gap="sm">
        {accesses.map((access) => (
          <OneAccess key={`${access.registry} ${access.requestId}`} {...{ access, data }} />
        ))}
      </Stack>
    </section>
  );
}

type AccessProps = { readonly access: Access; readonly data: OwnData };

function OneAccess({ access, data }: AccessProps) {
  const { kind, by, at, until, answers, purgedAt, closedAt } = access;
  const name = data.names.get(by.toLowerCase());
  const [words, color] = STANDING_WORDS[standingOf(access)];
  const isEmergency = kind === "emergency";
  const refusals = refusalsOf(answers);
  const facts: Fact[] = [
    [t("When"), formatTime(at)],
    [t("Until"), formatTime(until)],
    [t("Why"), data.words.get(access.purpose) ?? t("the words are not published")],
    [
      t("Who"),
      <Group key="who" component="span" gap={4}>
        {name !== undefined && <span>{name}</span>}
        <Hash value={by} label={t("the account")} />
      </Group>,
    ],
    [t("What"), whatWords(access, data)],
    ...(refusals.length === 0 ? [] : [[t("Refused because"), refusals.join(", ")] as const]),
    ...(isEmergency
      ? [
          [
            t("The ethics board looked into it"),
            closedAt ? formatTime(closedAt) : t("not yet"),
          ] as const,
        ]
      : [[t("Says its copy is destroyed"), purgedAt ? formatTime(purgedAt) : t("no")] as const]),
  ];
  return (
    <Card padding="md" data-access={String(access.requestId)}>
      <Group gap="xs" mb="xs">
        <Title order={3} size="h5">
          {isEmergency ? t("An emergency") : t("The sponsor")}
        </Title>
        <Badge color={color}>{t(words)}</Badge>
      </Group>
      <Facts facts={facts} />
    </Card>
  );
}

/** Which of one's packages could be opened, or were asked for, by the collection. */
function whatWords({ opened, answers }: Access, { packages, collections }: OwnData): string {
  const wanted = new Set(opened.length > 0 ? opened : answers.map(({ entry }) => entry));
  const counts = new Map<string, number>();
  for (const { entry, collection } of packages) {
    if (wanted.has(entry)) counts.set(collection, (counts.get(collection) ?? 0) + 1);
  }
  const titleOf = (id: string) => collections.find((one) => one.id === id)?.title ?? id;
  const named = [...counts].map(([id, count]) => `${titleOf(id)} (${formatCount(count)})`);
  if (named.length === 0) return t("nothing yet");
  return opened.length > 0
    ? named.join(", ")
    : t("nothing; asked for: {{names}}", { names: named.join(", ") });
}
