import { Alert, Button, Card, Group, Modal, NumberInput, Stack, Text, Title } from "@mantine/core";
import { IconInfoCircle, IconSignature } from "@tabler/icons-react";
import { useState } from "react";
import type { TrialVersion } from "../../api/trial.ts";
import { approveVersion, type Review } from "../../board/approve.ts";
import { isRejected } from "../../trial/opinions.ts";
import { useActor } from "../shared/account.tsx";
import { formatTime } from "../shared/format.ts";
import { Hash } from "../shared/Hash.tsx";
import { TaskState } from "../shared/TaskState.tsx";
import { StatusBadge } from "../shared/trialStatus.tsx";
import { useAct } from "./ActDialog.tsx";
import { ToDo } from "./AssignedTrials.tsx";
import type { BoardTrial } from "./data.ts";
import { Halts } from "./Halts.tsx";
import { Hold } from "./Hold.tsx";
import { SayInWords } from "./SayInWords.tsx";
import { standingOf } from "./standing.ts";

const DEFAULT_DAYS = 365;
const MOST_DAYS = 3_650;
const DAY_SECONDS = 86_400;

type Props = {
  readonly of: BoardTrial;
  readonly version: TrialVersion;
  /** Undefined while the text is not readable: there is then nothing to approve. */
  readonly review: Review | undefined;
};

/** What the board can do about a version, and where the trial stands. */
export function Decision({ of, version, review }: Props) {
  const { address } = useActor();
  const { trial, state, now, opinions } = of;
  const { version: number } = version;
  const standing = standingOf(of);
  const isOurs = trial.board.toLowerCase() === address.toLowerCase();
  const isNewest = number === standing.newest?.version;
  const isInForce = number === state.currentVersion;
  const isOut = isRejected(opinions, number);
  const isOver = trial.status === "completed";
  const isOpen = (isNewest || isInForce) && !isOut;
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
            It was registered with another board. You can read it, but decide nothing.
          </Alert>
        )}
        {isOurs && !isOpen && (
          <Text size="sm">
            {isOut
              ? "Your board rejected this version: it can never be approved."
              : "A newer version replaced this one: it can no longer be approved."}
          </Text>
        )}
        {isOurs && isOpen && !isOver && review && (
          <Approve review={review} now={now} isAgain={isInForce} />
        )}
        {isOurs && (
          <SayInWords
            key={number}
            protocolNumber={trial.protocolNumber}
            version={version}
            isUndecided={isNewest && isOpen && !isInForce && !isOver}
          />
        )}
        {isOurs && <Hold of={of} />}
      </Stack>
    </Card>
  );
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
