import { Alert, Button, Card, Group, Modal, NumberInput, Stack, Text, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import {
  IconInfoCircle,
  IconPlayerPause,
  IconPlayerPlay,
  IconSignature,
} from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { approveVersion, type Review, resumeTrial, suspendTrial } from "../../board/approve.ts";
import { useActor } from "../shared/account.tsx";
import { formatTime } from "../shared/format.ts";
import { Hash } from "../shared/Hash.tsx";
import { TaskState } from "../shared/TaskState.tsx";
import { StatusBadge } from "../shared/trialStatus.tsx";
import { useTask } from "../shared/useTask.ts";
import { ToDo } from "./AssignedTrials.tsx";
import { BOARD_QUERIES, type BoardTrial } from "./data.ts";
import { Halts } from "./Halts.tsx";
import { standingOf } from "./standing.ts";

const DEFAULT_DAYS = 365;
const MOST_DAYS = 3_650;
const DAY_SECONDS = 86_400;

type Props = {
  readonly of: BoardTrial;
  readonly version: number;
  /** Undefined while the text is not readable: there is then nothing to approve. */
  readonly review: Review | undefined;
};

/** What the board can do about a version, and where the trial stands. */
export function Decision({ of, version, review }: Props) {
  const { address } = useActor();
  const { trial, state, now } = of;
  const standing = standingOf(state, now);
  const isOurs = trial.board.toLowerCase() === address.toLowerCase();
  const isOpen = version === standing.newest?.version || version === state.currentVersion;
  return (
    <Card component="aside" aria-label="Decision">
      <Stack gap="md">
        <Group gap="xs">
          <StatusBadge status={trial.status} />
          <Text size="sm" c="dimmed">
            {state.currentVersion > 0 ? `Version ${state.currentVersion} in force` : "Not approved"}
          </Text>
        </Group>
        <ToDo standing={standing} />
        <Halts of={trial} />
        {!isOurs && (
          <Alert color="yellow" icon={<IconInfoCircle aria-hidden />} title="Not your trial">
            It was registered with another board. You can read it, and decide nothing.
          </Alert>
        )}
        {isOurs && !isOpen && (
          <Text size="sm">A newer version replaced this one: it can no longer be approved.</Text>
        )}
        {isOurs && isOpen && trial.status !== "completed" && review && (
          <Approve review={review} now={now} isAgain={version === state.currentVersion} />
        )}
        {isOurs && <Hold of={of} />}
      </Stack>
    </Card>
  );
}

/** Runs an act of the board; what the pages know of the trial is asked for again afterwards. */
function useAct(done: string) {
  const queries = useQueryClient();
  const task = useTask();
  const start = (act: () => Promise<void>) =>
    task.run(async (say) => {
      say("Signing, and waiting until it is final…");
      await act();
      await queries.invalidateQueries({ queryKey: BOARD_QUERIES });
      notifications.show({ message: done, color: "teal" });
    });
  return { ...task, start };
}

function Approve({ review, now, isAgain }: { review: Review; now: number; isAgain: boolean }) {
  const actor = useActor();
  const [days, setDays] = useState<string | number>(DEFAULT_DAYS);
  const [isAsking, setAsking] = useState(false);
  const { version } = review.version;
  const task = useAct(`Version ${version} is approved.`);
  const isValid = typeof days === "number" && days >= 1 && days <= MOST_DAYS;
  const expiresAt = now + Number(days) * DAY_SECONDS;
  const verb = isAgain ? "Approve again" : `Approve version ${version}`;
  return (
    <Stack gap="sm">
      <Title order={2} size="h5">
        {isAgain ? "Renew the approval" : "Approve"}
      </Title>
      <NumberInput
        label="Valid for"
        description={isValid ? `Until ${formatTime(expiresAt)}` : " "}
        suffix=" days"
        min={1}
        max={MOST_DAYS}
        clampBehavior="none"
        allowDecimal={false}
        allowNegative={false}
        value={days}
        onChange={setDays}
        error={isValid ? undefined : `From 1 to ${MOST_DAYS} days`}
      />
      <Button
        leftSection={<IconSignature size={18} aria-hidden />}
        disabled={!isValid}
        onClick={() => setAsking(true)}
      >
        {verb}…
      </Button>
      <Modal opened={isAsking} onClose={() => setAsking(false)} title={`${verb}?`}>
        <Stack gap="sm">
          <Text className="breakable">
            {review.document.trial.protocolNumber}: {review.document.trial.title}
          </Text>
          <Text>
            Your board approves version {version} until {formatTime(expiresAt)}: these criteria,
            this consent form, these sites and places, and nothing else.
          </Text>
          <Text size="sm">
            Digest <Hash value={review.digest} label="the digest" isWhole />
          </Text>
          <TaskState task={task} />
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setAsking(false)}>
              Not yet
            </Button>
            <Button
              loading={task.isRunning}
              onClick={() =>
                void task
                  .start(() => approveVersion(actor, { review, expiresAt }))
                  .then((isDone) => isDone && setAsking(false))
              }
            >
              Sign the approval
            </Button>
          </Group>
        </Stack>
      </Modal>
    </Stack>
  );
}

/** Suspends a running trial, or lets a suspended one go on. */
function Hold({ of: { trial } }: { of: BoardTrial }) {
  const isOnHold = trial.status === "temporarily-closed-to-accrual";
  if (isOnHold) {
    return (
      <HoldAct
        protocolNumber={trial.protocolNumber}
        verb="Resume the trial"
        icon={<IconPlayerPlay size={18} aria-hidden />}
        text="Screening, consent, enrollment and arrivals go on as they stood before."
        done="The trial goes on."
        act={resumeTrial}
      />
    );
  }
  if (trial.status !== "active" && trial.status !== "closed-to-accrual") return null;
  return (
    <HoldAct
      protocolNumber={trial.protocolNumber}
      verb="Suspend the trial"
      icon={<IconPlayerPause size={18} aria-hidden />}
      text="Everything stops at once but withdrawing and narrowing a consent. You can resume it later."
      done="The trial is suspended."
      act={suspendTrial}
    />
  );
}

type HoldProps = {
  readonly protocolNumber: string;
  readonly verb: string;
  readonly icon: ReactNode;
  readonly text: string;
  readonly done: string;
  readonly act: typeof suspendTrial;
};

function HoldAct({ protocolNumber, verb, icon, text, done, act }: HoldProps) {
  const actor = useActor();
  const [isAsking, setAsking] = useState(false);
  const task = useAct(done);
  return (
    <>
      <Button variant="default" leftSection={icon} onClick={() => setAsking(true)}>
        {verb}…
      </Button>
      <Modal opened={isAsking} onClose={() => setAsking(false)} title={`${verb}?`}>
        <Stack gap="sm">
          <Text>{text}</Text>
          <TaskState task={task} />
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setAsking(false)}>
              Not now
            </Button>
            <Button
              loading={task.isRunning}
              onClick={() =>
                void task
                  .start(() => act(actor, protocolNumber))
                  .then((isDone) => isDone && setAsking(false))
              }
            >
              {verb}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
