import { Alert, Anchor, Button, Grid, Stack, Text } from "@mantine/core";
import {
  IconArrowLeft,
  IconCircleCheck,
  IconInfoCircle,
  IconUserQuestion,
} from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { Link } from "wouter";
import { dayOfTimestamp } from "../../../../circuits/statement/encoding/day.ts";
import type { Classifier } from "../../../clinic/codes/classify.ts";
import { ClinicError } from "../../../clinic/problem.ts";
import type { Source } from "../../../clinic/read/source.ts";
import { Empty } from "../../shared/Empty.tsx";
import { useDeployment } from "../../shared/exchange.tsx";
import { formatCount, formatCounted, shorten } from "../../shared/format.ts";
import { Loading } from "../../shared/Loading.tsx";
import { PageHead } from "../../shared/PageHead.tsx";
import { Problem } from "../../shared/Problem.tsx";
import { TaskState } from "../../shared/TaskState.tsx";
import { useTask } from "../../shared/useTask.ts";
import { useCodes } from "../codes/useCodes.ts";
import { deathWords } from "../desk/death.ts";
import { useDesk } from "../desk/desk.tsx";
import { type Entry, fileText, stageOf } from "../desk/entry.ts";
import { KeptWork } from "../desk/KeptWork.tsx";
import { PersonLine } from "../desk/PersonLine.tsx";
import { ProblemList } from "../desk/ProblemList.tsx";
import { issue } from "../desk/readPatients.ts";
import { useTakeBack } from "../desk/useTakeBack.ts";
import { RosterGate } from "../roster/RosterGate.tsx";
import { AttestForm } from "./AttestForm.tsx";
import { Inspection } from "./Inspection.tsx";

/** One patient: what the record would hold, what it leaves out, and how to attest it. */
export default function PatientPage({ id }: { id: number }) {
  const { entries } = useDesk();
  const entry = entries.find((one) => one.id === id);
  if (entry === undefined) return <Missing />;
  return (
    <>
      <Anchor component={Link} href="/" size="sm">
        <IconArrowLeft size={14} aria-hidden /> All patients
      </Anchor>
      <PageHead title={entry.person.name} text={<PersonLine person={entry.person} />} />
      {entry.source === undefined ? <Attested entry={entry} /> : <Chart entry={entry} />}
    </>
  );
}

function Missing() {
  return (
    <>
      <PageHead title="Patient" />
      <KeptWork />
      <Empty icon={IconUserQuestion} title="This patient is not on the desk">
        <Text c="dimmed">
          After a reload, open the roster: it opens what was kept. Else drop the file again.
        </Text>
        <Button component={Link} href="/">
          To the patients
        </Button>
      </Empty>
    </>
  );
}

function Chart({ entry }: { entry: Entry }) {
  const { data: deployment, error, refetch } = useDeployment();
  const { classifier, error: unusable } = useCodes();
  const [includesReported, setIncludesReported] = useState(false);
  const today = deployment && dayOfTimestamp(deployment.chainTime);
  const issued = useMemo(
    () => tryIssue(entry.source!, today, includesReported, classifier),
    [entry.source, today, includesReported, classifier],
  );
  if (error) return <Problem problem={error} retry={() => void refetch()} />;
  if (unusable) return <Problem problem={unusable} />;
  if (issued === undefined || classifier === undefined) return <Loading what="the chart" h={320} />;
  if (issued instanceof ClinicError) return <ProblemList problems={issued.problems} />;
  const died = deathWords(issued.person);
  return (
    <>
      {died !== undefined && (
        <Alert
          color="yellow"
          icon={<IconInfoCircle aria-hidden />}
          title="This patient has died"
          mb="lg"
        >
          The chart says: {died}.
        </Alert>
      )}
      <Grid gap="xl">
        <Grid.Col span={{ base: 12, md: 7 }} order={{ base: 2, md: 1 }}>
          <Inspection issued={issued} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }} order={{ base: 1, md: 2 }}>
          {entry.attested === undefined ? (
            <RosterGate>
              <AttestForm
                entry={entry}
                issued={issued}
                codes={classifier}
                includesReported={includesReported}
                onIncludeReported={setIncludesReported}
              />
            </RosterGate>
          ) : (
            <Attested entry={entry} />
          )}
        </Grid.Col>
      </Grid>
    </>
  );
}

/** The record, or why this chart cannot become one with the clinic's codes. */
function tryIssue(
  source: Source,
  issuedDay: number | undefined,
  includePatientReported: boolean,
  codes: Classifier | undefined,
) {
  if (issuedDay === undefined || codes === undefined) return undefined;
  try {
    return issue({ source, issuedDay, includePatientReported, codes });
  } catch (error) {
    if (error instanceof ClinicError) return error;
    throw error;
  }
}

/** After attesting: where the record stands, and the way back while it is still in the clinic's hands. */
function Attested({ entry }: { entry: Entry }) {
  const takeBack = useTakeBack();
  const task = useTask();
  const { attested, source } = entry;
  const stage = stageOf(entry);
  if (attested === undefined) return null;
  return (
    <Alert color="green" icon={<IconCircleCheck aria-hidden />} title="Attested" role="status">
      <Stack gap="sm" align="flex-start">
        <Text size="sm">
          {formatCounted(attested.facts, "fact")} for the wallet with identity code{" "}
          <Text span ff="monospace">
            {shorten(attested.identity)}
          </Text>
          , a file of {formatCount(Math.ceil(fileText(attested.file).length / 1000))} kB.
        </Text>
        <Text size="sm">
          {stage === "attested"
            ? "Not in the registry yet: anchor it before you hand it over."
            : "It is ready: hand it to the patient and keep no copy."}
        </Text>
        {attested.lost.length > 0 && (
          <Text size="sm" className="breakable">
            First revoke the records of the lost wallet (In the registry, “Revoke a record”):{" "}
            {attested.lost.join(", ")}.
          </Text>
        )}
        <Button component={Link} href="/batch">
          {stage === "attested" ? "Go to anchoring" : "Go to handing over"}
        </Button>
        {stage === "attested" && source !== undefined && (
          <Button
            variant="subtle"
            size="compact-sm"
            disabled={task.isRunning}
            onClick={() => void task.run(() => takeBack(entry))}
          >
            Take back and attest again
          </Button>
        )}
        <TaskState task={task} />
      </Stack>
    </Alert>
  );
}
