import { Anchor, Badge, Card, Group, Stack, Text, Title } from "@mantine/core";
import {
  IconAlertTriangle,
  IconBan,
  IconClock,
  IconEdit,
  IconHandStop,
  IconInbox,
  IconLock,
  IconSignature,
  type TablerIcon,
} from "@tabler/icons-react";
import { Link } from "wouter";
import { Empty } from "../shared/Empty.tsx";
import { formatTime } from "../shared/format.ts";
import { Loading } from "../shared/Loading.tsx";
import { PageHead } from "../shared/PageHead.tsx";
import { Problem } from "../shared/Problem.tsx";
import { StatusBadge } from "../shared/trialStatus.tsx";
import classes from "./Board.module.css";
import { type BoardTrial, useAssigned } from "./data.ts";
import { type Standing, standingOf, titleOf } from "./standing.ts";

/** The trials of the signed-in board, first those that wait for it. */
export default function AssignedTrials() {
  const { data, error, refetch, isPending } = useAssigned();
  const trials = (data ?? []).map((trial) => ({
    trial,
    standing: standingOf(trial),
  }));
  const isOpen = ({ standing }: { standing: Standing }) =>
    (standing.waiting !== undefined && !standing.isAnswered) || standing.approval === "expired";
  return (
    <>
      <PageHead
        title="Trials for your review"
        text="You approve a version exactly as it stands: criteria, consent form, places and sites. Anything that changes later comes back to you."
      />
      {isPending && <Loading what="the trials" h={120} />}
      {error && <Problem problem={error} retry={() => void refetch()} />}
      {data?.length === 0 && (
        <Empty icon={IconInbox} title="No trial names your board">
          A sponsor names the board when registering a trial. It then appears here for review.
        </Empty>
      )}
      <TrialGroup title="Waiting for you" trials={trials.filter(isOpen)} />
      <TrialGroup title="Nothing to do" trials={trials.filter((one) => !isOpen(one))} />
    </>
  );
}

type Listed = { readonly trial: BoardTrial; readonly standing: Standing };

function TrialGroup({ title, trials }: { title: string; trials: readonly Listed[] }) {
  if (trials.length === 0) return null;
  return (
    <Stack component="section" gap="sm" mb="xl" aria-label={title}>
      <Title order={2} size="h4">
        {title}
      </Title>
      {trials.map((one) => (
        <TrialCard key={one.trial.trial.trialId} {...one} />
      ))}
    </Stack>
  );
}

function TrialCard({ trial: { trial }, standing }: Listed) {
  const { protocolNumber, status, held } = trial;
  const shown = standing.waiting ?? standing.rejected ?? standing.inForce;
  const sealed = shown?.terms.isSealed ? "Sealed: open it with the sponsor's key" : undefined;
  const missing = shown ? "The text cannot be read" : "Nothing published yet";
  const title = titleOf(shown) ?? sealed ?? missing;
  return (
    <Card className={classes.card!}>
      <Group justify="space-between" align="flex-start" gap="sm">
        <Stack gap={4} miw={0}>
          <Group gap="xs">
            <Text size="sm" c="dimmed" ff="monospace">
              {protocolNumber}
            </Text>
            <StatusBadge status={status} />
            {held && (
              <Sign icon={IconHandStop} color="red">
                Held by governance
              </Sign>
            )}
          </Group>
          <Title order={3} size="h5" className="breakable">
            {shown ? (
              <Anchor
                component={Link}
                href={`/${encodeURIComponent(protocolNumber)}/${shown.version}`}
                inherit
                c="bright"
                className={classes.cover!}
              >
                {title}
              </Anchor>
            ) : (
              title
            )}
          </Title>
        </Stack>
        <Stack gap={4} align="flex-start">
          <ToDo standing={standing} />
        </Stack>
      </Group>
    </Card>
  );
}

/** What is to be done about a trial, or until when nothing is. */
export function ToDo({ standing }: { standing: Standing }) {
  const { waiting, rejected, isAnswered, inForce, approval, approvedUntil } = standing;
  const until = approvedUntil === undefined ? "" : formatTime(approvedUntil);
  return (
    <>
      {rejected && (
        <Sign icon={IconBan} color="red">
          Version {rejected.version} is rejected
        </Sign>
      )}
      {waiting && isAnswered && (
        <Sign icon={IconEdit} color="gray">
          Changes requested to version {waiting.version}
        </Sign>
      )}
      {waiting && !isAnswered && (
        <Sign icon={IconSignature} color="blue">
          {inForce ? `Version ${waiting.version}, an amendment,` : `Version ${waiting.version}`} is{" "}
          waiting for approval
        </Sign>
      )}
      {approval === "expired" && (
        <Sign icon={IconAlertTriangle} color="red">
          Approval expired {until}
        </Sign>
      )}
      {approval === "soon" && (
        <Sign icon={IconClock} color="yellow">
          Approval ends {until}
        </Sign>
      )}
      {approval === "valid" && (
        <Text size="sm" c="dimmed">
          Version {inForce?.version} approved until {until}
        </Text>
      )}
      {(waiting ?? inForce)?.terms.isSealed && (
        <Sign icon={IconLock} color="gray">
          Sealed text
        </Sign>
      )}
    </>
  );
}

function Sign(props: { icon: TablerIcon; color: string; children: React.ReactNode }) {
  const { icon: Icon, color, children } = props;
  return (
    <Badge
      color={color}
      size="lg"
      className={classes.sign!}
      leftSection={<Icon size={16} aria-hidden />}
    >
      {children}
    </Badge>
  );
}
