import { Anchor, Badge, Button, Card, Group, Stack, Text } from "@mantine/core";
import { IconFlask, IconTrash, IconUsers } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "wouter";
import { dayOfTimestamp } from "../../../../circuits/statement/encoding/day.ts";
import type { Problem as ChartProblem } from "../../../clinic/problem.ts";
import { useActor } from "../../shared/account.tsx";
import { Empty } from "../../shared/Empty.tsx";
import { useApi, useDeployment } from "../../shared/exchange.tsx";
import { formatCount, formatCounted } from "../../shared/format.ts";
import { PageHead } from "../../shared/PageHead.tsx";
import { TaskState } from "../../shared/TaskState.tsx";
import { useTask } from "../../shared/useTask.ts";
import { DropArea } from "./DropArea.tsx";
import { useDesk } from "./desk.tsx";
import { type Entry, STAGE_WORDS, type Stage, stageOf } from "./entry.ts";
import { KeptWork } from "./KeptWork.tsx";
import { PersonLine } from "./PersonLine.tsx";
import { ProblemList } from "./ProblemList.tsx";

/** Charts in: what can be read becomes a list of patients; what cannot is reported with its place. */
export default function RecordsPage() {
  const { entries } = useDesk();
  const { read, problems, good, task } = useReading();
  return (
    <>
      <PageHead
        title="Patients"
        text="Drop charts in FHIR R4: Bundles, JSON or Bulk Data files. They are read in this page and go nowhere; only a number that says nothing about the patient is ever sent."
      />
      <Stack gap="lg">
        <KeptWork />
        <DropArea isBusy={task.isRunning} onFiles={(files) => void read(files)} />
        <MadeUpChart isBusy={task.isRunning} onFile={(file) => void read([file])} />
        <TaskState task={task} />
        {problems.length > 0 && (
          <ProblemList problems={problems}>
            {good.length > 0 && (
              <Button variant="default" size="xs" onClick={() => void read(good)}>
                Read the other {formatCount(good.length)} without these
              </Button>
            )}
          </ProblemList>
        )}
        {entries.length > 0 ? (
          <PatientList entries={entries} />
        ) : (
          <Empty icon={IconUsers} title="No patients yet">
            Each patient in the files appears here, with everything their record would hold, before
            you attest it. Once the roster is open, the desk is kept over a reload, encrypted in
            this browser.
          </Empty>
        )}
      </Stack>
    </>
  );
}

/** For trying it out: a chart of nobody, where the proving keys say that nobody here is real. */
function MadeUpChart({ isBusy, onFile }: { isBusy: boolean; onFile: (file: File) => void }) {
  const { data: deployment } = useDeployment();
  const { entries } = useDesk();
  if (deployment?.keys !== "DEV") return null;
  const make = async () => {
    const { makeUpChart } = await import("./madeUpChart.ts");
    onFile(makeUpChart({ today: dayOfTimestamp(deployment.chainTime), made: entries.length }));
  };
  return (
    <Group>
      <Button
        variant="default"
        leftSection={<IconFlask size={18} aria-hidden />}
        disabled={isBusy}
        onClick={() => void make()}
      >
        Try it with a made-up chart
      </Button>
    </Group>
  );
}

/** Reading files, with what went wrong and which files could be read alone. */
function useReading() {
  const api = useApi();
  const { address } = useActor();
  const { dispatch } = useDesk();
  const task = useTask();
  const [problems, setProblems] = useState<readonly ChartProblem[]>([]);
  const [good, setGood] = useState<readonly File[]>([]);
  const read = (files: readonly File[]) =>
    task.run(async (say) => {
      say(`Reading ${formatCounted(files.length, "file")}…`);
      const [{ readPatients }, deployment] = await Promise.all([
        import("./readPatients.ts"),
        api.deployment(),
      ]);
      const reading = await readPatients(files, address, dayOfTimestamp(deployment.chainTime));
      dispatch({ kind: "add", entries: reading.entries });
      setProblems(reading.problems);
      setGood(reading.entries.length === 0 ? reading.good : []);
    });
  return { read, problems, good, task };
}

const STAGE_COLOURS: Readonly<Record<Stage, string>> = {
  read: "gray",
  attested: "yellow",
  ready: "harbour",
  handed: "green",
};

function PatientList({ entries }: { entries: readonly Entry[] }) {
  const { dispatch } = useDesk();
  const done = entries.filter((entry) => stageOf(entry) === "handed").map(({ id }) => id);
  return (
    <Stack gap="sm">
      <Stack component="ul" gap="xs" p={0} m={0} aria-label="Patients">
        {entries.map((entry) => (
          <PatientCard key={entry.id} entry={entry} />
        ))}
      </Stack>
      {done.length > 0 && (
        <Group>
          <Button variant="default" onClick={() => dispatch({ kind: "forget", ids: done })}>
            Forget the {formatCount(done.length)} handed over
          </Button>
          <Text size="sm" c="dimmed">
            The patient's file is theirs; keep no copy.
          </Text>
        </Group>
      )}
    </Stack>
  );
}

function PatientCard({ entry }: { entry: Entry }) {
  const { dispatch } = useDesk();
  const stage = stageOf(entry);
  const { id, person } = entry;
  return (
    <Card component="li" padding="md">
      <Group justify="space-between" gap="sm">
        <Stack gap={0} miw={0}>
          <Anchor component={Link} href={`/patients/${id}`} fw={600} className="breakable">
            {id}. {person.name}
          </Anchor>
          <PersonLine person={person} />
        </Stack>
        <Group gap="xs">
          <Badge color={STAGE_COLOURS[stage]} size="lg">
            {STAGE_WORDS[stage]}
          </Badge>
          <Button
            variant="subtle"
            color="gray"
            c="dimmed"
            size="compact-sm"
            leftSection={<IconTrash size={16} aria-hidden />}
            disabled={stage === "ready"}
            aria-label={`Remove ${person.name} from the desk`}
            onClick={() => dispatch({ kind: "forget", ids: [id] })}
          >
            Remove
          </Button>
        </Group>
      </Group>
    </Card>
  );
}
