import { Button, Group, Progress, Stack, Switch, Text } from "@mantine/core";
import { IconQrcode } from "@tabler/icons-react";
import { useState } from "react";
import type { Challenge } from "../../../desk/arrival.ts";
import { CHALLENGE_SECONDS } from "../../../site/challenge.ts";
import { ShowCode } from "../../shared/ShowCode.tsx";
import { TaskState } from "../../shared/TaskState.tsx";
import { Step } from "./Step.tsx";
import { useChainClock } from "./useChainClock.ts";
import type { VisitState } from "./useVisit.ts";

/** A number drawn for this visit, which the wallet builds into its proofs: nothing made before will do. */
export function ChallengeStep({ visit }: { visit: VisitState }) {
  const { challenge, give, giving, kind, lost } = visit;
  const [isFresh, setFresh] = useState(false);
  return (
    <Step
      title="Show the challenge"
      text="The patient scans it with their wallet and answers it there."
    >
      {challenge !== undefined && <Open challenge={challenge} />}
      {kind === "arrival" && (
        <Switch
          label="Also ask for a proof that the criteria hold today"
          description="For somebody who was screened long ago. It takes the wallet a minute longer."
          checked={isFresh}
          onChange={(event) => setFresh(event.currentTarget.checked)}
        />
      )}
      <Group>
        <Button
          variant={challenge === undefined ? "filled" : "default"}
          leftSection={<IconQrcode size={18} aria-hidden />}
          disabled={giving.isRunning || (kind === "succession" && lost === undefined)}
          onClick={() => void give(isFresh)}
        >
          {challenge === undefined ? "Make a challenge" : "Make a new challenge"}
        </Button>
      </Group>
      <TaskState task={giving} />
    </Step>
  );
}

function Open({ challenge }: { challenge: Challenge }) {
  const now = useChainClock();
  if (now === undefined) return null;
  const left = challenge.expiresAt - now;
  if (left <= 0) {
    return (
      <Text role="status" fw={600}>
        This challenge has expired. Make a new one.
      </Text>
    );
  }
  return (
    <Stack gap="sm" align="center">
      <ShowCode
        text={JSON.stringify(challenge)}
        label="Challenge for the patient's wallet"
        fileName="challenge.json"
      />
      <Stack gap={4} w="100%" maw={320}>
        <Text ta="center" role="timer" className="numbers">
          Valid for {clock(left)} minutes
        </Text>
        <Progress value={(100 * left) / CHALLENGE_SECONDS} aria-label="Time left" />
      </Stack>
      {challenge.freshEligibility && (
        <Text size="sm" c="dimmed">
          Asks for a proof that the criteria hold today.
        </Text>
      )}
    </Stack>
  );
}

/** "14:05" of seconds. */
function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
