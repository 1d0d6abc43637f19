// How far a trial has come: counts, flow, growth.
import { Paper, SimpleGrid, Stack, Text } from "@mantine/core";
import { IconUsersGroup } from "@tabler/icons-react";
import { lazy } from "react";
import type { Recruitment } from "../../../api/recruitment.ts";
import { Empty } from "../../shared/Empty.tsx";
import { formatCount, formatDate } from "../../shared/format.ts";
import { Loading } from "../../shared/Loading.tsx";
import { Problem } from "../../shared/Problem.tsx";
import { useParticipants, useTrialEvents } from "../useRecruiting.ts";
import { ChartFrame } from "./ChartFrame.tsx";
import { flowOf } from "./flow.ts";
import { growthOf } from "./growth.ts";

const FlowChart = lazy(async () => ({ default: (await import("./charts.tsx")).FlowChart }));
const GrowthChart = lazy(async () => ({ default: (await import("./charts.tsx")).GrowthChart }));

export function Overview({ trial }: { trial: Recruitment }) {
  const { funnel, versions, currentVersion } = trial;
  const target = versions.find((one) => one.version === currentVersion)?.terms.capacity;
  const numbers: readonly [string, number][] = [
    ["Screened", funnel.screened],
    ["Consented", funnel.consented],
    ["Consent in force", funnel.consenting],
    ["Enrolled, expected", funnel.pendingOnStudy],
    ["On study", funnel.onStudy],
    ["On hold", funnel.onHold],
    ["Withdrawn", funnel.withdrawn],
    ["Finished", funnel.offStudy],
  ];
  return (
    <Stack>
      <SimpleGrid cols={{ base: 2, xs: 4 }} component="section" aria-label="Counts">
        {numbers.map(([name, count]) => (
          <Paper key={name} p="md">
            <Text size="sm" c="dimmed">
              {name}
            </Text>
            <Text fz={28} fw={600} className="numbers">
              {formatCount(count)}
            </Text>
          </Paper>
        ))}
      </SimpleGrid>
      {funnel.screened === 0 ? (
        <Empty icon={IconUsersGroup} title="Nobody has been screened yet">
          Once the board has approved the trial, patients find it in their wallets. Whoever is
          screened appears here at once.
        </Empty>
      ) : (
        <Charts trial={trial} target={target} />
      )}
    </Stack>
  );
}

/** Whoever withdraws after arriving keeps the place, so these can be more than take part. */
function placesWords(taken: number, target: number | undefined): string {
  const ofTarget = target === undefined ? "" : ` of ${formatCount(target)}`;
  return `${formatCount(taken)}${ofTarget} ${target === undefined && taken === 1 ? "place is" : "places are"} taken.`;
}

type ChartsProps = {
  readonly trial: Recruitment;
  readonly target: number | undefined;
};

function Charts({ trial: { protocolNumber, funnel }, target }: ChartsProps) {
  const participants = useParticipants(protocolNumber);
  const events = useTrialEvents(protocolNumber);
  const steps = participants.data && flowOf(funnel.screened, participants.data);
  const days = events.data && growthOf(events.data);
  return (
    <>
      {participants.error && <Problem problem={participants.error} />}
      {steps === undefined && !participants.error && <Loading what="the flow" h={340} />}
      {steps && (
        <ChartFrame
          title="From screening to study"
          isWide
          summary={`${formatCount(funnel.screened)} screened, ${formatCount(funnel.consented)} consented, ${formatCount(funnel.enrolled)} enrolled, ${formatCount(funnel.arrived)} arrived; ${formatCount(funnel.withdrawn)} withdrew, ${formatCount(funnel.onHold)} on hold.`}
          head={["From", "To", "People"]}
          rows={steps.map(({ from, to, count }) => [from, to, formatCount(count)])}
        >
          <FlowChart steps={steps} />
        </ChartFrame>
      )}
      {events.error && <Problem problem={events.error} />}
      {days === undefined && !events.error && <Loading what="the history" h={340} />}
      {days && (
        <ChartFrame
          title="Enrollment over time"
          summary={placesWords(funnel.placesTaken, target)}
          head={["Day", "Screened", "Consented", "Enrolled"]}
          rows={days.map(({ date, screened, consented, enrolled }) => [
            formatDate(date),
            formatCount(screened),
            formatCount(consented),
            formatCount(enrolled),
          ])}
        >
          <GrowthChart days={days} target={target} />
        </ChartFrame>
      )}
    </>
  );
}
