import {
  Alert,
  Badge,
  Button,
  Group,
  Stack,
  Text,
  Textarea,
  TextInput,
  Title,
} from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { casesOf } from "../../../exchange/emergency.ts";
import { InputError } from "../../../files/inputError.ts";
import { readTrialData, type TrialData } from "../../auditor/exchange/trialData.ts";
import { useActor } from "../../shared/account.tsx";
import { formatTime } from "../../shared/format.ts";
import { Hash } from "../../shared/Hash.tsx";
import { PageHead } from "../../shared/PageHead.tsx";
import { Problem } from "../../shared/Problem.tsx";
import { TakeCode } from "../../shared/TakeCode.tsx";
import { TaskState } from "../../shared/TaskState.tsx";
import { useTask } from "../../shared/useTask.ts";
import { OpenedSummary } from "./OpenedSummary.tsx";
import { type Opened, openInEmergency } from "./opening.ts";

const MOST_LETTERS = 1_000;
const LEAST_LETTERS = 20;
const OWN_CASES = "own-cases";

/** For an accredited emergency clinician: opens what somebody keeps for emergencies, without asking, in public. */
export default function EmergencyPage() {
  const [shown, setShown] = useState<{ opened: Opened; data: TrialData }>();
  return (
    <>
      <PageHead
        title="Emergency access"
        text="Opens the summary that a participant keeps for emergencies, without asking them. Everybody can see that you did, when and why."
      />
      <Stack gap="xl">
        {shown === undefined ? (
          <Asking onOpened={setShown} />
        ) : (
          <>
            <OpenedSummary opened={shown.opened} collections={shown.data.collections} />
            <Button variant="default" w="fit-content" onClick={() => setShown(undefined)}>
              Close it
            </Button>
          </>
        )}
        <OwnCases />
      </Stack>
    </>
  );
}

type AskingProps = { readonly onOpened: (of: { opened: Opened; data: TrialData }) => void };

function Asking({ onOpened }: AskingProps) {
  const actor = useActor();
  const task = useTask();
  const queries = useQueryClient();
  const [trial, setTrial] = useState("");
  const [person, setPerson] = useState("");
  const [reason, setReason] = useState("");
  // As the card has it: in groups of digits.
  const digits = person.replace(/\s/g, "");
  const isNumber = /^[1-9][0-9]{0,77}$/.test(digits);
  const isTold = reason.trim().length >= LEAST_LETTERS;
  /** The card's code names trial and pseudonym. */
  const takeCard = (text: string) => {
    const at = text.lastIndexOf(" ");
    setTrial(text.slice(0, Math.max(at, 0)));
    setPerson(text.slice(at + 1));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void task.run(async (say) => {
      say("Reading the trial…");
      const data = await readTrialData(actor.api, trial.trim());
      const pseudonym = BigInt(digits);
      if (!data.participants.some((one) => one.pseudonym === pseudonym)) {
        throw new InputError("nobody in this trial has this pseudonym: compare it with the card");
      }
      const of = { data, pseudonym, reason: reason.trim() };
      // Once the glass is broken there is a case, even where nothing could be opened.
      const isOver = () => queries.invalidateQueries({ queryKey: [OWN_CASES] });
      onOpened({ opened: await openInEmergency(actor, of, say).finally(isOver), data });
    });
  };
  return (
    <form onSubmit={submit}>
      <Stack maw={640}>
        <Warning />
        <TakeCode label="The code on the card" onText={takeCard} />
        <Fields {...{ trial, setTrial, person, setPerson, reason, setReason, isNumber }} />
        <Button
          type="submit"
          color="red.9"
          w="fit-content"
          disabled={trial.trim() === "" || !isNumber || !isTold}
          loading={task.isRunning}
        >
          Break the glass
        </Button>
        <TaskState task={task} />
      </Stack>
    </form>
  );
}

function Warning() {
  return (
    <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title="Only in an emergency">
      The person is told at once. The ethics board looks into every case. While one of yours is open
      for longer than 7 days, you can open nothing more. You can open at most five cases a day, and
      none of a person who has opted out.
    </Alert>
  );
}

type FieldsProps = {
  readonly trial: string;
  readonly setTrial: (text: string) => void;
  readonly person: string;
  readonly setPerson: (text: string) => void;
  readonly reason: string;
  readonly setReason: (text: string) => void;
  readonly isNumber: boolean;
};

function Fields(of: FieldsProps) {
  const { trial, setTrial, person, setPerson, reason, setReason, isNumber } = of;
  return (
    <>
      <TextInput
        label="Trial"
        description="As on the card"
        placeholder="CZ-T2D-001"
        value={trial}
        onChange={(event) => setTrial(event.currentTarget.value)}
      />
      <TextInput
        label="Pseudonym"
        description="The whole number on the card; spaces do not matter"
        inputMode="numeric"
        autoComplete="off"
        value={person}
        onChange={(event) => setPerson(event.currentTarget.value)}
        error={person !== "" && !isNumber && "This is not a pseudonym"}
      />
      <Textarea
        label="Reason"
        description={`In your own words, ${LEAST_LETTERS} letters at least. The person, the board and everybody else can read it: name nobody`}
        autosize
        minRows={3}
        maxLength={MOST_LETTERS}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </>
  );
}

/** The clinician's own cases, and what becomes of them. */
function OwnCases() {
  const { api, address } = useActor();
  const cases = useQuery({
    queryKey: [OWN_CASES, address],
    queryFn: async () => {
      const [events, { chainTime: now }] = await Promise.all([api.events(), api.deployment()]);
      return casesOf(events, { now })
        .filter(({ clinician }) => clinician.toLowerCase() === address.toLowerCase())
        .toReversed();
    },
  });
  if (cases.error) return <Problem problem={cases.error} retry={() => void cases.refetch()} />;
  if (cases.data === undefined || cases.data.length === 0) return null;
  const isSuspended = cases.data.some(({ isOverdue }) => isOverdue);
  return (
    <section aria-labelledby="own-cases">
      <Title order={2} size="h4" id="own-cases" mb="sm">
        Your cases
      </Title>
      {isSuspended && (
        <Alert color="red" mb="sm" title="You are suspended">
          A case of yours has been open for longer than 7 days. Ask the trial's ethics board to
          close it.
        </Alert>
      )}
      <Stack component="ul" gap="xs" m={0} p={0} style={{ listStyle: "none" }}>
        {cases.data.map(({ caseId, openedAt, closedAt, isOverdue, pseudonym }) => (
          <Group component="li" key={String(caseId)} gap="xs">
            <Text size="sm">
              Case {String(caseId)}, {formatTime(openedAt)}
            </Text>
            <Hash value={pseudonym} label="the pseudonym" />
            {closedAt !== undefined ? (
              <Badge color="gray">Closed by the board</Badge>
            ) : (
              <Badge color={isOverdue ? "red" : "blue"}>{isOverdue ? "Overdue" : "Open"}</Badge>
            )}
          </Group>
        ))}
      </Stack>
    </section>
  );
}
