import "@mantine/charts/styles.css";
import { BarChart } from "@mantine/charts";

const COLOURS = ["harbour.6", "blue.6", "teal.6", "grape.6", "red.6"];

type Props = {
  readonly rows: readonly Record<string, string | number>[];
  readonly series: readonly string[];
};

/** The numbers stand in a table below: to who cannot see it the chart says nothing more. */
export default function GrowthChart({ rows, series }: Props) {
  return (
    <div aria-hidden>
      <BarChart
        h={240}
        data={[...rows]}
        dataKey="date"
        withLegend
        series={series.map((name, i) => ({ name, color: COLOURS[i % COLOURS.length]! }))}
        barChartProps={{ accessibilityLayer: false }}
      />
    </div>
  );
}
