import {
  Autocomplete,
  Button,
  Checkbox,
  Group,
  Stack,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { hexlify, isAddress, randomBytes } from "ethers";
import { type FormEvent, useState } from "react";
import {
  dayOfTimestamp,
  EPOCH_DAY,
  formatDay,
  parseDay,
} from "../../../../circuits/statement/encoding/day.ts";
import {
  SPONSOR_SITE,
  TASKS,
  type Task,
} from "../../../../circuits/statement/exchange/delegation.ts";
import { delegate, hashPerson, MAX_DELEGATION_DAYS } from "../../../exchange/staff.ts";
import { type TrialData, useTrialDataRefresh } from "../../auditor/exchange/trialData.ts";
import { useActor } from "../../shared/account.tsx";
import { saveFile } from "../../shared/save.ts";
import { TaskState } from "../../shared/TaskState.tsx";
import { useTask } from "../../shared/useTask.ts";
import { staffFile } from "./staffNames.ts";
import { TASK_WORDS } from "./taskWords.ts";

/** A sponsor asks for data and does nothing else; a site all but that, and its desk alone where there are none. */
function tasksFor(siteId: number, { custodians }: TrialData): Task[] {
  if (siteId === SPONSOR_SITE) return ["request"];
  if (custodians.length === 0) return ["arrive"];
  return (Object.keys(TASKS) as Task[]).filter((task) => task !== "request");
}
/** As delegation logs name them; others may be typed. */
const ROLES = ["Sub-investigator", "Study nurse", "Study coordinator", "Pharmacist", "Data entry"];
const USUAL_DAYS = 180;

/** A new line of the log. The person's name stays here: the chain has a hash of it. */
export function NewStaff({ data, siteId }: { data: TrialData; siteId: number }) {
  const actor = useActor();
  const refresh = useTrialDataRefresh(data.trial.protocolNumber);
  const task = useTask();
  const now = data.deployment.chainTime;
  const today = dayOfTimestamp(now);
  const [key, setKey] = useState("");
  const [name, setName] = useState("");
  const [role, setRole] = useState("");
  const [from, setFrom] = useState(formatDay(today));
  const [until, setUntil] = useState(() => formatDay(today + USUAL_DAYS));
  const possible = tasksFor(siteId, data);
  const [tasks, setTasks] = useState<readonly string[]>(() =>
    possible.length === 1 ? possible : ["deposit"],
  );
  const period = periodOf({ from, until, now, today });
  const isSound = isAddress(key) && name !== "" && role !== "" && tasks.length > 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (typeof period === "string" || !isSound) return;
    void task.run(async (say) => {
      say("Signing the delegation and putting it on the chain…");
      const salt = hexlify(randomBytes(32));
      const { trialId } = data.trial;
      const given = tasks as Task[];
      const person = hashPerson({ name, role, salt });
      // First: on the chain without it, nobody could say whose key that is.
      const file = staffFile({ name, role, salt, key, tasks: given });
      saveFile(`staff-${key.slice(2, 10)}.json`, file, "application/json");
      await delegate(actor, { trialId, siteId, key, tasks: given, person, ...period });
      setKey("");
      setName("");
      refresh();
    });
  };
  return (
    <form onSubmit={submit} className="no-print">
      <Stack gap="sm" mt="md" maw={560}>
        <Title order={3} size="h5">
          Delegate
        </Title>
        <TextInput
          label="Account of the person"
          value={key}
          onChange={(event) => setKey(event.currentTarget.value.trim())}
          error={key !== "" && !isAddress(key) && "This is not an account"}
        />
        <PersonFields {...{ name, setName, role, setRole }} />
        <TaskFields {...{ possible, tasks, setTasks }} />
        <PeriodFields
          {...{ from, setFrom, until, setUntil }}
          error={typeof period === "string" ? period : undefined}
        />
        <Button
          type="submit"
          disabled={!isSound || typeof period === "string"}
          loading={task.isRunning}
        >
          Delegate
        </Button>
        <Text size="sm" c="dimmed">
          A file with name and role is saved for your log: the chain holds a hash of them only.
        </Text>
        <TaskState task={task} />
      </Stack>
    </form>
  );
}

type TaskProps = {
  readonly possible: readonly Task[];
  readonly tasks: readonly string[];
  readonly setTasks: (tasks: string[]) => void;
};

function TaskFields({ possible, tasks, setTasks }: TaskProps) {
  return (
    <Checkbox.Group label="Tasks" value={[...tasks]} onChange={setTasks}>
      <Stack gap={6} mt={6}>
        {possible.map((one) => (
          <Checkbox key={one} value={one} label={TASK_WORDS[one]} />
        ))}
      </Stack>
    </Checkbox.Group>
  );
}

type PeriodProps = {
  readonly from: string;
  readonly setFrom: (day: string) => void;
  readonly until: string;
  readonly setUntil: (day: string) => void;
  /** What is wrong with it. */
  readonly error: string | undefined;
};

function PeriodFields({ from, setFrom, until, setUntil, error }: PeriodProps) {
  return (
    <Group grow align="flex-start">
      <TextInput
        type="date"
        label="From"
        value={from}
        onChange={(event) => setFrom(event.currentTarget.value)}
      />
      <TextInput
        type="date"
        label="Until, that day not included"
        value={until}
        onChange={(event) => setUntil(event.currentTarget.value)}
        error={error}
      />
    </Group>
  );
}

/** Unix seconds of a period, or what is wrong with it. */
function periodOf(of: {
  from: string;
  until: string;
  now: number;
  today: number;
}): { from: number; until: number } | string {
  let days: readonly [number, number];
  try {
    days = [parseDay(of.from), parseDay(of.until)];
  } catch {
    return "Choose both days";
  }
  const [first, end] = days;
  if (end <= first || end <= of.today) return "It ends before it begins";
  if (end - first > MAX_DELEGATION_DAYS) return `At most ${MAX_DELEGATION_DAYS} days`;
  // Today means from now on: nothing is delegated backwards.
  const from = first <= of.today ? of.now : secondsOf(first);
  return { from, until: secondsOf(end) };
}

const secondsOf = (day: number) => (day + EPOCH_DAY) * 86_400;

type PersonProps = {
  readonly name: string;
  readonly setName: (name: string) => void;
  readonly role: string;
  readonly setRole: (role: string) => void;
};

function PersonFields({ name, setName, role, setRole }: PersonProps) {
  return (
    <Group grow align="flex-start">
      <TextInput
        label="Name"
        description="Stays with you"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Autocomplete
        label="Role in the trial"
        description="Stays with you"
        data={ROLES}
        value={role}
        onChange={setRole}
      />
    </Group>
  );
}
