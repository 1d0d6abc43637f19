import "@mantine/charts/styles.css";
import { BarChart } from "@mantine/charts";
import { evenTicks } from "../../shared/ticks.ts";

const COLOURS = ["harbour.6", "blue.6", "teal.6", "grape.6", "red.6"];

type Props = {
  readonly rows: readonly Record<string, string | number>[];
  readonly series: readonly string[];
};

/** The same numbers are in the table below, so screen readers may skip the chart. */
export default function GrowthChart({ rows, series }: Props) {
  const highest = Math.max(1, ...rows.flatMap((row) => series.map((name) => Number(row[name]))));
  const ticks = evenTicks({ low: 0, high: highest, least: 1 });
  return (
    <div aria-hidden>
      <BarChart
        h={240}
        data={[...rows]}
        dataKey="date"
        withLegend
        series={series.map((name, i) => ({ name, color: COLOURS[i % COLOURS.length]! }))}
        yAxisProps={{ allowDecimals: false, ticks, domain: [0, ticks.at(-1)!] }}
        barChartProps={{ accessibilityLayer: false }}
      />
    </div>
  );
}
