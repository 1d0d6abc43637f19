import { Card, Group, SegmentedControl, Table, Text, Title } from "@mantine/core";
import { type ReactNode, Suspense, useState } from "react";
import { Boundary } from "../../shared/Boundary.tsx";
import { Loading } from "../../shared/Loading.tsx";

type Props = {
  readonly title: string;
  /** What the drawing shows, in a sentence. */
  readonly summary: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly [string, ...string[]])[];
  /** Starts as a table where there is no room to draw. */
  readonly isWide?: boolean;
  readonly children: ReactNode;
};

const NARROW = "(max-width: 40em)";

/** A drawing with its meaning in a sentence, and as a table for those who prefer or need one. */
export function ChartFrame({ title, summary, head, rows, isWide = false, children }: Props) {
  const [view, setView] = useState(isWide && matchMedia(NARROW).matches ? "table" : "chart");
  return (
    <Card component="section" aria-label={title}>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4">
          {title}
        </Title>
        <SegmentedControl
          size="xs"
          aria-label={`${title}: chart or table`}
          data={[
            { value: "chart", label: "Chart" },
            { value: "table", label: "Table" },
          ]}
          value={view}
          onChange={setView}
        />
      </Group>
      <Text size="sm" c="dimmed" mb="md">
        {summary}
      </Text>
      {view === "chart" ? (
        <Boundary isPart>
          <Suspense fallback={<Loading what="the chart" h={280} />}>{children}</Suspense>
        </Boundary>
      ) : (
        <Table.ScrollContainer minWidth={280} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
          <Table aria-label={title}>
            <Table.Thead>
              <Table.Tr>
                {head.map((name) => (
                  <Table.Th key={name}>{name}</Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map((row) => (
                <Table.Tr key={row.join(" ")}>
                  {row.map((cell, i) => (
                    <Table.Td key={head[i]}>{cell}</Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Card>
  );
}
