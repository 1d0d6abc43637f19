import {
  Badge,
  Button,
  Card,
  Group,
  SegmentedControl,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { IconFileText, IconPlus, IconSearch } from "@tabler/icons-react";
import { type ReactNode, useMemo, useState } from "react";
import { Link } from "wouter";
import { formatDay } from "../../../../circuits/statement/encoding/day.ts";
import type { WalletRecord } from "../../../patient/wallet.ts";
import { Empty } from "../../shared/Empty.tsx";
import { formatCount, formatDate, shorten } from "../../shared/format.ts";
import { msg, t } from "../../shared/language.ts";
import { PageHead } from "../../shared/PageHead.tsx";
import { useAnchored } from "../data.tsx";
import { useWallet } from "../vault/session.tsx";
import { CompleteFor } from "./CompleteFor.tsx";
import { type Chart, readChart } from "./facts.ts";
import { Labs } from "./Labs.tsx";
import { DoneList, LastingList } from "./Lists.tsx";

const PARTS = {
  all: "Everything",
  conditions: "Conditions",
  medications: "Medication",
  allergies: "Allergies",
  results: "Results",
  immunizations: "Vaccines",
  procedures: "Procedures",
} as const;
type Part = keyof typeof PARTS;

const toImport = (
  <Button component={Link} href="/record/import" leftSection={<IconPlus size={18} aria-hidden />}>
    {t("Add a record")}
  </Button>
);

/** What the wallet's records say, in the words of a chart. */
export function RecordPage() {
  const { wallet } = useWallet();
  const [at, setAt] = useState(0);
  const record = wallet.records[at] ?? wallet.records[0];
  if (record === undefined) {
    return (
      <>
        <PageHead title={t("My record")} />
        <Empty icon={IconFileText} title={t("No record yet")}>
          <Text c="dimmed">
            {t(
              "Show your clinic the code of this wallet. It gives you a file with your record, which stays on this device.",
            )}
          </Text>
          <Group justify="center">
            {toImport}
            <Button component={Link} href="/code" variant="default">
              {t("My code for the clinic")}
            </Button>
          </Group>
        </Empty>
      </>
    );
  }
  return (
    <>
      <PageHead
        title={t("My record")}
        text={t("It is kept on this device only, encrypted. Nobody sees it unless you show it.")}
        actions={toImport}
      />
      {wallet.records.length > 1 && (
        <SegmentedControl
          mb="md"
          aria-label={t("Which clinic's record")}
          value={String(at)}
          onChange={(value) => setAt(Number(value))}
          data={wallet.records.map((one, i) => ({ value: String(i), label: sourceOf(one) }))}
        />
      )}
      <OneRecord key={at} record={record} position={at} />
    </>
  );
}

/** The clinic's name as its file had it, or the account it signs with. */
export function sourceOf({ clinicName, record }: WalletRecord): string {
  return clinicName || t("Clinic {{issuer}}", { issuer: shorten(record.header.issuer) });
}

function OneRecord({ record, position }: { record: WalletRecord; position: number }) {
  const { facts, header } = record.record;
  const chart = useMemo(() => readChart(facts), [facts]);
  const [words, setWords] = useState("");
  const [part, setPart] = useState<Part>("all");
  const found = useMemo(() => search(chart, words), [chart, words]);
  const isAnchored = useAnchored().data?.[position];
  return (
    <Stack gap="lg">
      <Card>
        <Group justify="space-between" align="flex-start">
          <div>
            <Title order={2} size="h4">
              {sourceOf(record)}
            </Title>
            <Text c="dimmed">
              {t("Issued on {{issuedDay}}, covering the time since {{coverageFromDay}}", {
                issuedDay: formatDate(formatDay(header.issuedDay)),
                coverageFromDay: formatDate(formatDay(header.coverageFromDay)),
              })}
            </Text>
          </div>
          {isAnchored !== undefined && (
            <Badge color={isAnchored ? "teal" : "yellow"} size="lg">
              {isAnchored ? t("Registered: can be used") : t("Not in the registry now")}
            </Badge>
          )}
        </Group>
        <Text mt="sm">{personWords(chart)}</Text>
        <CompleteFor domains={header.completeFor} />
      </Card>
      <Group align="flex-end" gap="md">
        <TextInput
          label={t("Search my record")}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
          flex={1}
          miw={200}
        />
        <Parts value={part} onChange={setPart} />
      </Group>
      <Sections chart={found} part={part} isSearching={words.trim() !== ""} />
    </Stack>
  );
}

function Parts({ value, onChange }: { value: Part; onChange: (part: Part) => void }) {
  return (
    <Group gap={6} role="group" aria-label={t("Show")}>
      {(Object.keys(PARTS) as Part[]).map((part) => (
        <Button
          key={part}
          size="compact-md"
          variant={part === value ? "filled" : "default"}
          aria-pressed={part === value}
          onClick={() => onChange(part)}
        >
          {PARTS[part]}
        </Button>
      ))}
    </Group>
  );
}

function Sections(props: { chart: Chart; part: Part; isSearching: boolean }) {
  const { chart, part, isSearching } = props;
  const { conditions, medications, allergies, immunizations, procedures, results } = chart;
  const isShown = (one: Part, items: readonly unknown[]) =>
    (part === "all" || part === one) && (items.length > 0 || (part === one && !isSearching));
  const nothing = (Object.keys(PARTS) as Part[])
    .filter((one) => one !== "all")
    .every((one) => !isShown(one, chart[one as Exclude<Part, "all">]));
  if (nothing) return <Text c="dimmed">{t("Nothing in your record matches.")}</Text>;
  return (
    <Stack gap="lg" aria-live="polite">
      <SimpleGrid cols={{ base: 1, md: part === "all" ? 2 : 1 }} spacing="lg">
        {isShown("conditions", conditions) && (
          <Section title={t("Conditions")} count={conditions.length}>
            <LastingList items={conditions} now="Active" past="Past" />
          </Section>
        )}
        {isShown("medications", medications) && (
          <Section title={t("Medication")} count={medications.length}>
            <LastingList items={medications} now="Current" past="Past" />
          </Section>
        )}
        {isShown("allergies", allergies) && (
          <Section title={t("Allergies")} count={allergies.length}>
            <LastingList items={allergies} now="Active" past="Past" />
          </Section>
        )}
        {isShown("immunizations", immunizations) && (
          <Section title={t("Vaccines")} count={immunizations.length}>
            <DoneList items={immunizations} />
          </Section>
        )}
        {isShown("procedures", procedures) && (
          <Section title={t("Procedures")} count={procedures.length}>
            <DoneList items={procedures} />
          </Section>
        )}
      </SimpleGrid>
      {isShown("results", results) && (
        <Stack gap="sm" component="section" aria-label={t("Results over time")}>
          <Title order={2} size="h4">
            {t("Results over time")}
          </Title>
          <Labs results={results} />
        </Stack>
      )}
    </Stack>
  );
}

function Section(props: { title: string; count: number; children: ReactNode }) {
  const { title, count, children } = props;
  return (
    <Card component="section" aria-label={title}>
      <Group gap="xs" mb="xs">
        <Title order={2} size="h4">
          {title}
        </Title>
        <Text c="dimmed" size="sm">
          {formatCount(count)}
        </Text>
      </Group>
      {count === 0 ? <Text c="dimmed">{t("Nothing on record.")}</Text> : children}
    </Card>
  );
}

/** By FHIR's codes. */
const SEXES: Readonly<Record<string, string>> = {
  male: msg("male"),
  female: msg("female"),
  other: msg("other"),
  unknown: msg("unknown"),
};

function personWords({ birthDate, sex, hasDocument }: Chart): string {
  const parts = [
    birthDate && t("Born {{birthDate}}", { birthDate: formatDate(birthDate) }),
    sex && t("sex: {{sex}}", { sex: t(SEXES[sex] ?? sex) }),
    hasDocument ? t("your identity document was checked") : t("no identity document was checked"),
  ];
  return parts.filter(Boolean).join(" · ");
}

/** The chart's lines that hold every word of the search. */
function search(chart: Chart, text: string): Chart {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return chart;
  const matching = <T extends { name: string; codes: readonly string[] }>(items: readonly T[]) =>
    items.filter(({ name, codes }) => {
      const line = `${name} ${codes.join(" ")}`.toLowerCase();
      return words.every((word) => line.includes(word));
    });
  return {
    ...chart,
    conditions: matching(chart.conditions),
    medications: matching(chart.medications),
    allergies: matching(chart.allergies),
    immunizations: matching(chart.immunizations),
    procedures: matching(chart.procedures),
    results: matching(chart.results),
  };
}
