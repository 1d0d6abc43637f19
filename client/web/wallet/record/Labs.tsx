import { Button, Card, Collapse, Group, SimpleGrid, Table, Text, Title } from "@mantine/core";
import { lazy, Suspense, useId, useState } from "react";
import { Boundary } from "../../shared/Boundary.tsx";
import { formatCount, formatDate } from "../../shared/format.ts";
import { Loading } from "../../shared/Loading.tsx";
import { t } from "../../shared/language.ts";
import type { Result, Results } from "./facts.ts";

const ResultChart = lazy(() => import("./ResultChart.tsx"));
const FEWEST_FOR_A_LINE = 2;
const SHOWN_AT_FIRST = 8;

/** Measurements, each with its course. */
export function Labs({ results }: { results: readonly Results[] }) {
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? results : results.slice(0, SHOWN_AT_FIRST);
  return (
    <>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        {shown.map((one) => (
          <Lab key={one.codes.join()} results={one} />
        ))}
      </SimpleGrid>
      {results.length > shown.length && (
        <Button variant="default" mt="md" onClick={() => setWhole(true)}>
          {t("Show all {{results}}", { results: formatCount(results.length) })}
        </Button>
      )}
    </>
  );
}

function Lab({ results }: { results: Results }) {
  const { name, unit, values, codes } = results;
  const [isOpen, setOpen] = useState(false);
  const tableId = useId();
  const numbers = values.filter(({ number }) => number !== undefined);
  const [newest] = values;
  return (
    <Card padding="md">
      <Group justify="space-between" align="flex-start" wrap="nowrap" gap="sm">
        <Title order={3} size="h5" className="breakable" miw={0}>
          {name}
        </Title>
        <div style={{ textAlign: "right" }}>
          <Text fw={600} className="numbers" style={{ whiteSpace: "nowrap" }}>
            {resultWords(newest!, unit)}
          </Text>
          <Text size="xs" c="dimmed" style={{ whiteSpace: "nowrap" }}>
            {formatDate(newest!.day)}
          </Text>
        </div>
      </Group>
      {numbers.length >= FEWEST_FOR_A_LINE && (
        <Boundary isPart>
          <Suspense fallback={<Loading what={t("the chart")} h={140} mt="sm" />}>
            <ResultChart results={results} />
          </Suspense>
        </Boundary>
      )}
      <Group justify="space-between" mt="xs" gap="xs">
        <Text size="xs" c="dimmed">
          {codes.join(", ")}
        </Text>
        <Button
          variant="subtle"
          size="compact-sm"
          aria-expanded={isOpen}
          aria-controls={tableId}
          aria-label={
            isOpen
              ? t("Hide the table of {{name}}", { name })
              : t("Show the table of {{name}}", { name })
          }
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen
            ? t("Hide the table")
            : t("Table ({{values}})", { values: formatCount(values.length) })}
        </Button>
      </Group>
      <div id={tableId}>
        <Collapse expanded={isOpen}>{isOpen && <Values results={results} />}</Collapse>
      </div>
    </Card>
  );
}

function Values({ results: { name, unit, values } }: { results: Results }) {
  return (
    <Table mt="xs" withRowBorders={false} aria-label={name}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("Date")}</Table.Th>
          <Table.Th ta="right">{t("Result")}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {values.map((result) => (
          <Table.Tr key={result.day}>
            <Table.Td>{formatDate(result.day)}</Table.Td>
            <Table.Td ta="right">{resultWords(result, unit)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function resultWords({ number, words }: Result, unit: string): string {
  return number === undefined || unit === "" ? words : `${words} ${unit}`;
}
