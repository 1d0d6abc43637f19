// The drawings, loaded apart: each stands beside a table that says the same.
import "@mantine/charts/styles.css";
import { LineChart, SankeyChart } from "@mantine/charts";
import { useReducedMotion } from "@mantine/hooks";
import { formatCount, formatDate } from "../../shared/format.ts";
import { evenTicks } from "../../shared/ticks.ts";
import type { Step } from "./flow.ts";
import { type Day, everyDay } from "./growth.ts";

const COLORS: Readonly<Record<string, string>> = {
  Screened: "harbour.6",
  Consented: "harbour.6",
  Enrolled: "harbour.6",
  Arrived: "harbour.6",
  "On study": "green.7",
  Finished: "blue.6",
  "On hold": "yellow.7",
};

/** What screen readers skip must not be in the way of the keyboard either. */
const UNFOCUSED = { accessibilityLayer: false } as const;

export function FlowChart({ steps }: { steps: readonly Step[] }) {
  const names = [...new Set(steps.flatMap(({ from, to }) => [from, to]))];
  const data = {
    nodes: names.map((name) => ({ name, color: COLORS[name] ?? "gray.6" })),
    links: steps.map(({ from, to, count }) => ({
      source: names.indexOf(from),
      target: names.indexOf(to),
      value: count,
    })),
  };
  return (
    <div aria-hidden>
      <SankeyChart
        data={data}
        height={280}
        nodePadding={28}
        nodeWidth={12}
        linkOpacity={0.25}
        valueFormatter={formatCount}
        sankeyProps={{ ...UNFOCUSED, margin: { top: 12, right: 12, bottom: 20, left: 4 } }}
      />
    </div>
  );
}

type GrowthProps = { readonly days: readonly Day[]; readonly target: number | undefined };

export function GrowthChart({ days, target }: GrowthProps) {
  const isStill = useReducedMotion();
  const highest = Math.max(1, ...days.map(({ screened }) => screened));
  // A target far beyond what there is would press the lines to the ground: then it is only in words.
  const isNear = target !== undefined && target <= highest * 8;
  const ticks = evenTicks({ low: 0, high: isNear ? target : highest, least: 1 });
  return (
    <div aria-hidden>
      <LineChart
        h={280}
        data={everyDay(days).map((day) => ({ ...day, day: formatDate(day.date) }))}
        dataKey="day"
        curveType="stepAfter"
        withLegend
        // As people go through them, not by the alphabet.
        legendProps={{ itemSorter: null }}
        series={[
          { name: "screened", label: "Screened", color: "gray.6" },
          { name: "consented", label: "Consented", color: "blue.6" },
          { name: "enrolled", label: "Enrolled", color: "harbour.6" },
        ]}
        valueFormatter={formatCount}
        yAxisProps={{ allowDecimals: false, ticks, domain: [0, ticks.at(-1)!] }}
        {...(isNear && {
          referenceLines: [{ y: target, label: `Target ${formatCount(target)}`, color: "red.6" }],
        })}
        lineChartProps={UNFOCUSED}
        lineProps={{ isAnimationActive: !isStill }}
      />
    </div>
  );
}
