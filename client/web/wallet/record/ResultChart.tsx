import { LineChart } from "@mantine/charts";
import "@mantine/charts/styles.css";
import { formatDate, formatValue } from "../../shared/format.ts";
import type { Results } from "./facts.ts";

/** Results over time as a small line. The table beside it says the same. */
export default function ResultChart({ results }: { results: Results }) {
  const { name, values } = results;
  const points = values
    .filter(({ number }) => number !== undefined)
    .toReversed()
    .map(({ day, number }) => ({ day: formatDate(day), value: number! }));
  return (
    <div role="img" aria-label={`${name} over time; the table lists every value`}>
      <LineChart
        h={140}
        data={points}
        dataKey="day"
        series={[{ name: "value", label: name, color: "harbour.7" }]}
        curveType="linear"
        withDots={points.length <= 40}
        valueFormatter={formatValue}
        yAxisProps={{ domain: ["auto", "auto"], width: 48 }}
        gridAxis="none"
        strokeWidth={2}
        lineProps={{ isAnimationActive: false }}
        accessibilityLayer={false}
      />
    </div>
  );
}
