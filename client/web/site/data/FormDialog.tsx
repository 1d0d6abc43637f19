import { Alert, Button, FileButton, Modal, Select, Stack, Text, TextInput } from "@mantine/core";
import { IconFileImport } from "@tabler/icons-react";
import { useState } from "react";
import {
  dayOfTimestamp,
  formatDay,
  parseDay,
} from "../../../../circuits/statement/encoding/day.ts";
import { hashEntry } from "../../../../circuits/statement/exchange/entry.ts";
import {
  checkResponse,
  type QuestionnaireResponse,
} from "../../../../circuits/statement/exchange/questionnaire.ts";
import { startResponse } from "../../../../circuits/statement/exchange/questionnaireDraft.ts";
import { CORRECTION_WORDS } from "../../../exchange/correct.ts";
import { newestEntries } from "../../../exchange/cut.ts";
import { InputError } from "../../../files/inputError.ts";
import { type TrialData, useTrialDataRefresh } from "../../auditor/exchange/trialData.ts";
import { useActor } from "../../shared/account.tsx";
import { formatDate, sentence } from "../../shared/format.ts";
import { QuestionnaireForm } from "../../shared/questionnaire/QuestionnaireForm.tsx";
import { TaskState } from "../../shared/TaskState.tsx";
import { useTask } from "../../shared/useTask.ts";
import { depositForm, type Reason } from "./depositing.ts";
import type { SitePlace } from "./useSite.ts";
import type { Visit } from "./visits.ts";

const REASONS = (Object.keys(CORRECTION_WORDS) as (keyof typeof CORRECTION_WORDS)[]).flatMap(
  (value) => (value === "none" ? [] : [{ value, label: sentence(CORRECTION_WORDS[value]) }]),
);
const MAX_FILE_BYTES = 1_000_000;

type Props = {
  readonly data: TrialData;
  readonly place: SitePlace;
  readonly visit: Visit;
  readonly onClose: () => void;
};

/** The form of one visit: filled here or read from a FHIR file, then sealed, signed and sent. */
export function FormDialog({ data, place, visit, onClose }: Props) {
  const { due, form, pseudonym } = visit;
  const actor = useActor();
  const refresh = useTrialDataRefresh(place.protocolNumber);
  const task = useTask();
  const [value, setValue] = useState<QuestionnaireResponse>(() =>
    startResponse(form.questionnaire),
  );
  const [origin, setOrigin] = useState("form at the desk");
  const [reason, setReason] = useState<Reason>("enteredWrongly");
  const [date, setDate] = useState(() => dateOf(data, visit));
  const day = dayIn(date, visit);
  const before = due.state === "done" ? entryOf(data, visit) : undefined;
  const send = (response: QuestionnaireResponse) =>
    void task
      .run(async (say) => {
        if (day === undefined)
          throw new RangeError("the visit's day is not among those it can be on");
        const corrects = before === undefined ? undefined : { entry: before, reason };
        const { siteId } = place;
        const of = { data, siteId, pseudonym, collection: form, day, response, origin };
        await depositForm(actor, { ...of, corrects }, say);
      })
      .then((isDone) => {
        if (!isDone) return;
        refresh();
        onClose();
      });
  return (
    <Modal opened onClose={onClose} title={`${due.occasionTitle}: ${form.title}`} size="lg">
      <Stack>
        {before && <Correcting reason={reason} onReason={setReason} />}
        <TextInput
          type="date"
          label="Day of the visit"
          value={date}
          onChange={(event) => setDate(event.currentTarget.value)}
          error={
            day === undefined && `Between ${formatDate(formatDay(due.from))} and ${lastDay(visit)}`
          }
        />
        <FromFile
          form={visit.form}
          onRead={(response) => {
            setValue({ ...response, status: "in-progress" });
            setOrigin("FHIR file at the desk");
          }}
        />
        <QuestionnaireForm
          questionnaire={form.questionnaire}
          value={value}
          onChange={setValue}
          onFinish={send}
          finishLabel="Sign and deposit"
          isBusy={task.isRunning}
        />
        <TaskState task={task} />
      </Stack>
    </Modal>
  );
}

function Correcting({ reason, onReason }: { reason: Reason; onReason: (of: Reason) => void }) {
  return (
    <Stack gap="xs">
      <Alert color="blue" title="A correction">
        The form that is there stays, and this one takes its place. Everybody who opened it is told.
      </Alert>
      <Select
        label="Why"
        data={REASONS}
        value={reason}
        onChange={(next) => next && onReason(next as Reason)}
        allowDeselect={false}
      />
    </Stack>
  );
}

type FileProps = {
  readonly form: Visit["form"];
  readonly onRead: (response: QuestionnaireResponse) => void;
};

/** A QuestionnaireResponse that another system filled in. */
function FromFile({ form, onRead }: FileProps) {
  const task = useTask();
  const read = (file: File | null) => {
    if (file === null) return;
    void task.run(async () => {
      if (file.size > MAX_FILE_BYTES) throw new RangeError("this file is too large for a form");
      const response = readJson(await file.text());
      const [problem] = checkResponse(form.questionnaire, response);
      if (problem !== undefined) {
        throw new RangeError(`${problem.path}: ${problem.message}. ${problem.hint}`);
      }
      onRead(response as QuestionnaireResponse);
    });
  };
  return (
    <div>
      <FileButton accept="application/json,application/fhir+json" onChange={read}>
        {(props) => (
          <Button
            {...props}
            variant="default"
            size="compact-sm"
            leftSection={<IconFileImport size={16} aria-hidden />}
          >
            Read it from a FHIR file
          </Button>
        )}
      </FileButton>
      <TaskState task={task} />
      <Text size="xs" c="dimmed">
        You see what was read before it is sent.
      </Text>
    </div>
  );
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InputError("this file holds no JSON: choose a FHIR QuestionnaireResponse");
  }
}

/** Today where the visit can be today, else the day it should have been on. */
function dateOf({ deployment }: TrialData, { due }: Visit): string {
  const today = dayOfTimestamp(deployment.chainTime);
  const isNow = today >= due.from && (due.until === undefined || today <= due.until);
  return formatDay(isNow ? today : due.day);
}

function dayIn(text: string, { due }: Visit): number | undefined {
  try {
    const day = parseDay(text);
    return day >= due.from && (due.until === undefined || day <= due.until) ? day : undefined;
  } catch {
    return undefined;
  }
}

function lastDay({ due }: Visit): string {
  return due.until === undefined ? "any later day" : formatDate(formatDay(due.until));
}

/** The entry that stands for a visit. */
function entryOf(data: TrialData, { due, pseudonym }: Visit): string | undefined {
  const own = newestEntries(data.entries).findLast(
    ({ entry }) =>
      entry.pseudonym === pseudonym &&
      entry.collection === due.collection &&
      entry.day >= due.from &&
      (due.until === undefined || entry.day <= due.until),
  );
  return own && hashEntry(own.entry);
}
