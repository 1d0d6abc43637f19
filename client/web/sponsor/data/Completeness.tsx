import { Card, Progress, Stack, Table, Text, Title } from "@mantine/core";
import { IconDatabaseOff } from "@tabler/icons-react";
import type { State } from "../../../exchange/schedule.ts";
import type { TrialData } from "../../auditor/exchange/trialData.ts";
import { Empty } from "../../shared/Empty.tsx";
import { formatCount } from "../../shared/format.ts";
import { completenessOf } from "./completeness.ts";

const HEADS: readonly (readonly [State, string])[] = [
  ["done", "Done"],
  ["due", "Due now"],
  ["missed", "Missed"],
  ["open", "Open"],
  ["later", "Later"],
  ["ended", "Not expected"],
];

/** Of each collection: what has come, what is due, what is missing. */
export function Completeness({ data }: { data: TrialData }) {
  const rows = completenessOf(data);
  if (rows.length === 0) {
    return (
      <Empty icon={IconDatabaseOff} title="Nothing is collected">
        {data.document === undefined
          ? "The trial's text is sealed or missing, so what it collects cannot be read here."
          : "Publish a version whose text has collections and names custodians."}
      </Empty>
    );
  }
  return (
    <Card component="section" aria-labelledby="completeness">
      <Title order={2} size="h4" id="completeness" mb="xs">
        Completeness
      </Title>
      <Text size="sm" c="dimmed" mb="md">
        Over everybody who has arrived, by the schedule that the board approved.
      </Text>
      <Table.ScrollContainer minWidth={720} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
        <Table aria-label="Completeness by collection">
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">Collection</Table.Th>
              <Table.Th scope="col">Received of those due</Table.Th>
              {HEADS.map(([state, name]) => (
                <Table.Th key={state} scope="col">
                  {name}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map(({ id, title, counts }) => (
              <Table.Tr key={id}>
                <Table.Th scope="row" fw={500} className="breakable">
                  {title}
                </Table.Th>
                <Table.Td>
                  <Share done={counts.done} of={counts.done + counts.due + counts.missed} />
                </Table.Td>
                {HEADS.map(([state]) => (
                  <Table.Td key={state} className="numbers">
                    {formatCount(counts[state])}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Card>
  );
}

function Share({ done, of }: { done: number; of: number }) {
  if (of === 0) return <Text size="sm">nothing was due yet</Text>;
  const share = Math.round((done / of) * 100);
  return (
    <Stack gap={2}>
      <Text size="sm" className="numbers">
        {share} %
      </Text>
      <Progress value={share} aria-hidden />
    </Stack>
  );
}
