import {
  Alert,
  Button,
  Card,
  Checkbox,
  Stack,
  Switch,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { useState } from "react";
import type { Domain } from "../../../../circuits/statement/encoding/code.ts";
import { dayOfTimestamp, formatDay } from "../../../../circuits/statement/encoding/day.ts";
import { Refusal } from "../../../../circuits/statement/refusal.ts";
import type { Classifier } from "../../../clinic/codes/classify.ts";
import { ClinicError } from "../../../clinic/problem.ts";
import { ALL_DOMAINS } from "../../../clinic/read/incomplete.ts";
import type { Issued } from "../../../clinic/record/issue.ts";
import type { IdentityCode as Code } from "../../../handover/identityCode.ts";
import { useActor } from "../../shared/account.tsx";
import { formatDate } from "../../shared/format.ts";
import { TaskState } from "../../shared/TaskState.tsx";
import { useTask } from "../../shared/useTask.ts";
import { useDesk } from "../desk/desk.tsx";
import type { Entry } from "../desk/entry.ts";
import { ProblemList } from "../desk/ProblemList.tsx";
import { useRoster } from "../roster/session.tsx";
import { attest } from "./attest.ts";
import { CompleteFor } from "./CompleteFor.tsx";
import { IdentityCode } from "./IdentityCode.tsx";
import { useClinicName } from "./useClinicName.ts";

type Props = {
  readonly entry: Entry;
  readonly issued: Issued;
  readonly codes: Classifier;
  readonly includesReported: boolean;
  readonly onIncludeReported: (includes: boolean) => void;
};

/** What the clinic declares about a patient's record before it is made. Nothing is sent. */
export function AttestForm(props: Props) {
  const { issued, includesReported, onIncludeReported } = props;
  const form = useAttestForm(props);
  const { code, setCode, fields, change, task } = form;
  const today = formatDay(issued.record.header.issuedDay);
  return (
    <Card component="section" aria-labelledby="attest">
      <Stack>
        <Title order={2} size="h4" id="attest">
          Attest this record
        </Title>
        <IdentityCode code={code} onCode={setCode} />
        <DocumentField fields={fields} onChange={change} />
        <CompleteFor
          issued={issued}
          value={fields.completeFor}
          onChange={(completeFor) => change({ completeFor })}
        />
        <TextInput
          type="date"
          label="Patient known since"
          description="By default the day of the oldest result; the birth date means all time since birth. Trials ask that a record reach back far enough."
          max={today}
          value={fields.coverageFrom}
          onChange={(event) => change({ coverageFrom: event.currentTarget.value })}
        />
        <Switch
          label="Include what the patient reported"
          description="Otherwise left out, and absence in those domains cannot be proved."
          checked={includesReported}
          onChange={(event) => onIncludeReported(event.currentTarget.checked)}
        />
        <Rebinding fields={fields} problem={task.problem} onChange={change} />
        <TextInput
          label="Name of the clinic on the file"
          value={fields.clinicName}
          onChange={(event) => change({ clinicName: event.currentTarget.value })}
        />
        <Text size="sm" c="dimmed">
          Dated {formatDate(today)}, the registry's day.
        </Text>
        {issued.person.deceased && (
          <Checkbox
            label="Attest anyway"
            description="The patient has died: the file is for whoever acts for them."
            checked={fields.isDeathKnown}
            onChange={(event) => change({ isDeathKnown: event.currentTarget.checked })}
          />
        )}
        {task.problem instanceof ClinicError ? (
          <ProblemList problems={task.problem.problems} />
        ) : (
          <TaskState task={task} />
        )}
        <Button disabled={!form.isReady} onClick={form.submit}>
          Attest
        </Button>
      </Stack>
    </Card>
  );
}

type Fields = {
  readonly document: string;
  readonly coverageFrom: string;
  readonly completeFor: readonly Domain[];
  readonly isRebinding: boolean;
  readonly isSamePerson: boolean;
  readonly clinicName: string;
  readonly isDeathKnown: boolean;
  readonly isWithoutDocument: boolean;
};

/** What is filled in, kept in memory only, and the act. */
function useAttestForm({ entry, issued, codes, includesReported }: Props) {
  const { api, address } = useActor();
  const { dispatch } = useDesk();
  const { data: knownName = "" } = useClinicName();
  const { change: changeRoster } = useRoster();
  const [code, setCode] = useState<Code>();
  const [typed, setTyped] = useState<Partial<Fields>>({});
  const task = useTask();
  const fields: Fields = {
    document: "",
    coverageFrom: formatDay(issued.record.header.coverageFromDay || issued.person.birth.from),
    completeFor: ALL_DOMAINS,
    isRebinding: false,
    isSamePerson: false,
    clinicName: knownName,
    isDeathKnown: false,
    isWithoutDocument: false,
    ...typed,
  };
  const change = (part: Partial<Fields>) => setTyped((before) => ({ ...before, ...part }));
  const isSaid =
    (fields.document.trim() !== "" || fields.isWithoutDocument) &&
    (!issued.person.deceased || fields.isDeathKnown);
  const isReady = code !== undefined && !task.isRunning && isSaid;
  const submit = () =>
    void task.run(async (say) => {
      say("Attesting…");
      const issuedDay = dayOfTimestamp((await api.deployment()).chainTime);
      const clinicName = fields.clinicName.trim() || "Clinic";
      const declared = {
        ...fields,
        clinicName,
        includePatientReported: includesReported,
        code: code!,
      };
      const attested = await attest({
        source: entry.source!,
        issuer: address,
        issuedDay,
        codes,
        declared,
        change: changeRoster,
      });
      dispatch({ kind: "attest", id: entry.id, attested });
    });
  return { code, setCode, fields, change, task, isReady, submit };
}

/** The document that a site compares; leaving it out has to be meant. */
function DocumentField(props: { fields: Fields; onChange: (part: Partial<Fields>) => void }) {
  const { fields, onChange } = props;
  return (
    <>
      <TextInput
        label="Identity document you checked"
        description="As printed, for instance country and number. A site asks for the same document. Only a salted hash enters the record."
        autoComplete="off"
        value={fields.document}
        onChange={(event) => onChange({ document: event.currentTarget.value })}
      />
      {fields.document.trim() === "" && (
        <Checkbox
          label="Attest without a document"
          description="No study site can then admit the patient, whatever fits. A record with a document has to replace this one first."
          checked={fields.isWithoutDocument}
          onChange={(event) => onChange({ isWithoutDocument: event.currentTarget.checked })}
        />
      )}
    </>
  );
}

/** What the roster is asked to believe: that a wallet was lost, or that two numbers are one person's. */
function Rebinding(props: {
  fields: Fields;
  problem: unknown;
  onChange: (part: Partial<Fields>) => void;
}) {
  const { fields, problem, onChange } = props;
  const { isRebinding, isSamePerson } = fields;
  const isUnsure =
    problem instanceof Refusal && ["RosterConflict", "IdentityTaken"].includes(problem.code);
  return (
    <>
      <Switch
        label="This patient lost their wallet: bind them to the new one"
        description="Only if the old wallet is gone for good."
        checked={isRebinding}
        onChange={(event) => onChange({ isRebinding: event.currentTarget.checked })}
      />
      {isRebinding && (
        <Alert color="yellow" title="What re-binding does">
          The new wallet counts from today: trials already running refuse it, so that nobody is
          counted twice. Records of the old wallet must be revoked before this one is anchored.
        </Alert>
      )}
      {(isUnsure || isSamePerson) && (
        <Switch
          label="I have made sure that this is one person under two numbers"
          description="The roster then knows them by both. If they are two people, one of them could prove with the other's record."
          checked={isSamePerson}
          onChange={(event) => onChange({ isSamePerson: event.currentTarget.checked })}
        />
      )}
    </>
  );
}
