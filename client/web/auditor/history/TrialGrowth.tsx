import { Stack, Table, Text, Title } from "@mantine/core";
import { lazy, Suspense } from "react";
import type { AuditReport } from "../../../auditor/browser.ts";
import { Boundary } from "../../shared/Boundary.tsx";
import { formatCount, formatDate, formatTime } from "../../shared/format.ts";
import { Loading } from "../../shared/Loading.tsx";

const GrowthChart = lazy(() => import("./GrowthChart.tsx"));

type TrialReport = AuditReport["trials"][number];
const DAY_SECONDS = 86_400;
const COLUMNS = ["screened", "consented", "enrolled", "arrived", "withdrawn"] as const;
const NOTHING = { screened: 0, consented: 0, enrolled: 0, arrived: 0, withdrawn: 0 };

/** More than these are not drawn apart. */
const MOST_BARS = 400;

/** With the steps in which nothing happened, so that on the axis each is as wide as the next. */
function everyStep(steps: TrialReport["steps"], seconds: number): TrialReport["steps"] {
  const [first, last] = [steps[0], steps.at(-1)];
  if (first === undefined || last === undefined) return steps;
  const count = (last.from - first.from) / seconds + 1;
  if (!Number.isInteger(count) || count > MOST_BARS) return steps;
  const known = new Map(steps.map((step) => [step.from, step]));
  return Array.from({ length: count }, (_, i) => {
    const from = first.from + i * seconds;
    return known.get(from) ?? { ...NOTHING, from };
  });
}

/** How a trial grew: a chart, the same numbers as a table, and what happened to the trial itself. */
export function TrialGrowth({ trial }: { trial: TrialReport }) {
  const { protocolNumber, steps, stepSeconds, milestones } = trial;
  const isByDay = stepSeconds >= DAY_SECONDS;
  const dated = (all: typeof steps) =>
    all.map(({ from, ...counts }) => ({
      date: isByDay ? formatDate(new Date(from * 1000)) : formatTime(from),
      ...counts,
    }));
  const rows = dated(steps);
  return (
    <section aria-label={`Trial ${protocolNumber}`}>
      <Title order={2} size="h4" mb="sm">
        {protocolNumber}
      </Title>
      <Stack gap="md">
        {rows.length > 1 && (
          <Boundary isPart>
            <Suspense fallback={<Loading what="the chart" h={240} />}>
              <GrowthChart rows={dated(everyStep(steps, stepSeconds))} series={COLUMNS} />
            </Suspense>
          </Boundary>
        )}
        {rows.length > 0 && (
          <Table.ScrollContainer minWidth={480}>
            <Table>
              <Table.Caption>{isByDay ? "Acts by day (UTC)" : "Acts by time"}</Table.Caption>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th scope="col">{isByDay ? "Day" : "From"}</Table.Th>
                  {COLUMNS.map((name) => (
                    <Table.Th key={name} scope="col">
                      {name}
                    </Table.Th>
                  ))}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {rows.map((row) => (
                  <Table.Tr key={row.date}>
                    <Table.Th scope="row">{row.date}</Table.Th>
                    {COLUMNS.map((name) => (
                      <Table.Td key={name}>{formatCount(row[name])}</Table.Td>
                    ))}
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
        <div>
          {milestones.map(({ time, block, what }) => (
            <Text key={`${block} ${what}`} size="sm" className="breakable">
              {formatTime(time)}, block {formatCount(block)}: {what}
            </Text>
          ))}
        </div>
      </Stack>
    </section>
  );
}
