import { List, SimpleGrid, Text, Title } from "@mantine/core";
import { type AuditReport, owedLines } from "../../../auditor/browser.ts";
import { formatCount } from "../../shared/format.ts";

/** What the audit saw of research data, and who still owes what; nothing where none were exchanged. */
export function ResearchData({ exchange }: { exchange: AuditReport["exchange"] }) {
  const { entriesAnchored, cuts, requests, emergencies, entries, receipts, released } = exchange;
  if (exchange.batches === 0 && cuts.length === 0 && emergencies === 0) return null;
  const figures: readonly (readonly [string, number | null])[] = [
    ["entries on the chain", entriesAnchored],
    ["entries shown and checked", entries],
    ["cuts", cuts.length],
    ["left out of them", cuts.reduce((sum, { leftOut }) => sum + leftOut, 0)],
    ["requests", requests],
    ["emergencies", emergencies],
    ["receipts checked", receipts],
    ["releases among them", released],
  ];
  const owed = owedLines(exchange);
  return (
    <section aria-labelledby="data">
      <Title order={2} size="h4" mb="sm" id="data">
        Research data
      </Title>
      <SimpleGrid cols={{ base: 2, sm: 4 }} className="numbers" mb="md">
        {figures.map(([name, number]) => (
          <div key={name}>
            <Text fz="xl" fw={600}>
              {number === null ? "–" : formatCount(number)}
            </Text>
            <Text size="sm" c="dimmed">
              {name}
            </Text>
          </div>
        ))}
      </SimpleGrid>
      <Title order={3} size="h5" mb="xs">
        Still owed
      </Title>
      {owed.length === 0 && <Text size="sm">Nothing.</Text>}
      <List spacing="xs" size="sm">
        {owed.map((line) => (
          <List.Item key={line} className="breakable">
            {line.charAt(0).toUpperCase() + line.slice(1)}
          </List.Item>
        ))}
      </List>
    </section>
  );
}
