import { LineChart } from "@mantine/charts";
import "@mantine/charts/styles.css";
import { formatDate, formatValue } from "../../shared/format.ts";
import { t } from "../../shared/language.ts";
import { evenTicks } from "../../shared/ticks.ts";
import type { Results } from "./facts.ts";

const DAY_MS = 86_400_000;
const DATES = 4;

/** Results over time as a small line. The table beside it says the same. */
export default function ResultChart({ results }: { results: Results }) {
  const { name, values } = results;
  const points = values
    .filter(({ number }) => number !== undefined)
    .toReversed()
    .map(({ day, number }) => ({ at: Date.parse(`${day}T00:00:00Z`), value: number! }));
  const numbers = points.map(({ value }) => value);
  const ticks = evenTicks({ low: Math.min(...numbers), high: Math.max(...numbers) });
  const [first, last] = [points[0]?.at ?? 0, points.at(-1)?.at ?? 0];
  return (
    <div role="img" aria-label={t("{{name}} over time; the table lists every value", { name })}>
      <LineChart
        h={140}
        data={points}
        dataKey="at"
        series={[{ name: "value", label: name, color: "harbour.6" }]}
        curveType="linear"
        withDots={points.length <= 40}
        valueFormatter={formatValue}
        xAxisProps={{
          type: "number",
          domain: [first, last],
          ticks: datesBetween(first, last),
          tickFormatter: dateOf,
          padding: { left: 24, right: 24 },
        }}
        yAxisProps={{ ticks, domain: [ticks[0]!, ticks.at(-1)!], width: 48 }}
        tooltipProps={{ labelFormatter: (at) => dateOf(Number(at)) }}
        gridAxis="none"
        strokeWidth={2}
        lineProps={{ isAnimationActive: false }}
        accessibilityLayer={false}
      />
    </div>
  );
}

/** The chart also asks for the label of what nobody points at. */
const dateOf = (at: number) => (Number.isFinite(at) ? formatDate(new Date(at)) : "");

/** A few days as far apart as whole days can be, the first and the last among them. */
function datesBetween(first: number, last: number): number[] {
  const days = Math.round((last - first) / DAY_MS);
  const count = Math.min(DATES, days + 1);
  const step = count > 1 ? days / (count - 1) : 0;
  return Array.from({ length: count }, (_, i) => first + Math.round(i * step) * DAY_MS);
}
