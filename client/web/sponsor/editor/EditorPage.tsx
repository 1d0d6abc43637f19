// Writing a trial: the form on one side, the file and what it means on the other.
import {
  Alert,
  Badge,
  Button,
  Card,
  FileButton,
  Grid,
  Group,
  Stack,
  Tabs,
  VisuallyHidden,
} from "@mantine/core";
import { IconDeviceFloppy, IconFolderOpen } from "@tabler/icons-react";
import { useDeferredValue, useMemo, useRef, useState } from "react";
import { Redirect, useLocation } from "wouter";
import { isProtocolNumber } from "../../../../circuits/statement/trial/trial.ts";
import { formatCounted } from "../../shared/format.ts";
import { PageHead } from "../../shared/PageHead.tsx";
import { saveFile } from "../../shared/save.ts";
import { Confirm } from "../Confirm.tsx";
import { type Check, checkCalmly, checkDraft } from "../draft/check.ts";
import { type Draft, useDrafting } from "../draft/draft.tsx";
import { partAt } from "../draft/tree.ts";
import { CriteriaList } from "./CriteriaList.tsx";
import { CollectionsForm } from "./collections/CollectionsForm.tsx";
import classes from "./EditorPage.module.css";
import { countProblems, EditingContext } from "./editing.tsx";
import { InformationForm } from "./InformationForm.tsx";
import { JsonPanel } from "./JsonPanel.tsx";
import { CircuitSize, CollectionsWords, CriteriaWords, RecordDemands } from "./Meaning.tsx";
import { ConsentForm, GeneralForm, PlacesForm } from "./TermsForm.tsx";

export default function EditorPage() {
  const { draft } = useDrafting();
  if (draft === undefined) return <Redirect to="/new" />;
  return <Editor draft={draft} />;
}

function Editor({ draft }: { draft: Draft }) {
  const { edit, insist } = useDrafting();
  const [, navigate] = useLocation();
  // Typing comes first; the compiler follows.
  const checked = useDeferredValue(draft.value);
  const whole = useMemo(() => checkDraft(checked), [checked]);
  const check = useMemo(
    () => (draft.isCalm ? checkCalmly(whole, checked) : whole),
    [draft.isCalm, whole, checked],
  );
  const [message, setMessage] = useState("");
  const fresh = useRef<string | undefined>(undefined);
  const editing = useMemo(
    () => ({ value: draft.value, edit, check, announce: setMessage, fresh }),
    [draft.value, edit, check],
  );
  const { base } = draft;
  const isReady = whole.trial !== undefined && draft.syntax === undefined;
  const review = () => {
    if (isReady) return navigate("/publish");
    insist();
    setMessage(`Not yet: ${formatCounted(whole.problems.length, "part")} of the form to look at.`);
  };
  return (
    <EditingContext value={editing}>
      <PageHead
        title={base ? `Amend ${base.document.trial.protocolNumber}` : "Write a trial"}
        text={
          base
            ? `Starts from version ${base.version.version}. Nothing is published before you have reviewed it.`
            : "The form and the file are one: change either. Nothing leaves this page before you publish."
        }
        actions={
          <>
            <FileActions draft={draft} />
            <Button disabled={!isReady && !draft.isCalm} onClick={review}>
              Review and publish
            </Button>
          </>
        }
      />
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 7 }}>
          {draft.syntax && (
            <Alert color="yellow" mb="sm">
              Line {draft.syntax.line} of the file cannot be read. Correct it there; the form shows
              the last text that could be.
            </Alert>
          )}
          <FormTabs check={check} isResting={draft.syntax !== undefined} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Reading draft={draft} check={check} />
        </Grid.Col>
      </Grid>
      <VisuallyHidden role="status">{message}</VisuallyHidden>
    </EditingContext>
  );
}

/** The draft as others read it: its size, the file, plain English, what a record must have. */
function Reading({ draft, check }: { draft: Draft; check: Check }) {
  const { writeText } = useDrafting();
  return (
    <Stack style={{ position: "sticky", top: 76 }} gap="md">
      <Card padding="md" component="section" aria-label="Compiled size">
        <CircuitSize check={check} />
      </Card>
      <Tabs defaultValue="json" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="json">
            <WithCount text="File" count={draft.syntax ? 1 : check.problems.length} />
          </Tabs.Tab>
          <Tabs.Tab value="words">In plain English</Tabs.Tab>
          <Tabs.Tab value="record">Record</Tabs.Tab>
          <Tabs.Tab value="collected">Collected</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="json" pt="sm">
          <JsonPanel draft={draft} problems={check.problems} onText={writeText} />
        </Tabs.Panel>
        <Tabs.Panel value="words" pt="sm">
          <CriteriaWords check={check} />
        </Tabs.Panel>
        <Tabs.Panel value="record" pt="sm">
          <RecordDemands check={check} />
        </Tabs.Panel>
        <Tabs.Panel value="collected" pt="sm">
          <CollectionsWords check={check} value={draft.value} />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}

const GENERAL = [
  ...["protocolNumber", "phase", "title", "sponsor", "summary", "sources"],
  ...["identityDocument", "requires"],
];
const PLACES = ["sites", "capacity", "arrivalDeadlineDays"];

type FormProps = {
  readonly check: Check;
  /** While the text is invalid JSON: the form would edit something else than what is written there. */
  readonly isResting: boolean;
};

function FormTabs({ check: { problems }, isResting }: FormProps) {
  const count = (...parts: string[]) => countProblems(problems, parts);
  return (
    <Tabs defaultValue="general" keepMounted={false}>
      <Tabs.List>
        <Tabs.Tab value="general">
          <WithCount text="General" count={count(...GENERAL)} />
        </Tabs.Tab>
        <Tabs.Tab value="inclusion">
          <WithCount text="Inclusion" count={count("criteria.inclusion")} />
        </Tabs.Tab>
        <Tabs.Tab value="exclusion">
          <WithCount text="Exclusion" count={count("criteria.exclusion")} />
        </Tabs.Tab>
        <Tabs.Tab value="consent">
          <WithCount text="Consent" count={count("consentForm")} />
        </Tabs.Tab>
        <Tabs.Tab value="patients">
          <WithCount text="For patients" count={count("information")} />
        </Tabs.Tab>
        <Tabs.Tab value="places">
          <WithCount text="Sites" count={count(...PLACES)} />
        </Tabs.Tab>
        <Tabs.Tab value="data">
          <WithCount text="Data" count={count("collections")} />
        </Tabs.Tab>
      </Tabs.List>
      <fieldset disabled={isResting} className={classes.form} aria-label="Form">
        <Tabs.Panel value="general" pt="md">
          <GeneralForm />
        </Tabs.Panel>
        <Tabs.Panel value="inclusion" pt="md">
          <CriteriaList
            path={["criteria", "inclusion"]}
            name="Inclusion criteria"
            empty="Nothing yet. Every inclusion criterion must hold."
          />
        </Tabs.Panel>
        <Tabs.Panel value="exclusion" pt="md">
          <CriteriaList
            path={["criteria", "exclusion"]}
            name="Exclusion criteria"
            empty="Nothing yet. No exclusion criterion may hold."
          />
        </Tabs.Panel>
        <Tabs.Panel value="consent" pt="md">
          <ConsentForm />
        </Tabs.Panel>
        <Tabs.Panel value="patients" pt="md">
          <InformationForm />
        </Tabs.Panel>
        <Tabs.Panel value="places" pt="md">
          <PlacesForm />
        </Tabs.Panel>
        <Tabs.Panel value="data" pt="md">
          <CollectionsForm />
        </Tabs.Panel>
      </fieldset>
    </Tabs>
  );
}

function WithCount({ text, count }: { text: string; count: number }) {
  return (
    <Group gap={6} wrap="nowrap">
      {text}
      {count > 0 && (
        <Badge
          color="red"
          size="sm"
          circle={count < 10}
          aria-label={formatCounted(count, "problem")}
        >
          {count}
        </Badge>
      )}
    </Group>
  );
}

/** Opens and saves the trial file, as the command line reads it. */
function FileActions({ draft }: { draft: Draft }) {
  const { writeText, markSaved } = useDrafting();
  const [opened, setOpened] = useState<string>();
  const number = partAt(draft.value, ["protocolNumber"]);
  const isNumber = typeof number === "string" && isProtocolNumber(number);
  const name = isNumber ? number.replaceAll("/", "-") : "trial";
  const open = (text: string) => (draft.isUnsaved ? setOpened(text) : writeText(text));
  return (
    <>
      <FileButton accept=".json,application/json" onChange={(file) => void file?.text().then(open)}>
        {(props) => (
          <Button
            {...props}
            variant="default"
            leftSection={<IconFolderOpen size={18} aria-hidden />}
          >
            Open a file
          </Button>
        )}
      </FileButton>
      <Button
        variant="default"
        leftSection={<IconDeviceFloppy size={18} aria-hidden />}
        onClick={() => {
          saveFile(`${name}.json`, draft.text, "application/json");
          markSaved();
        }}
      >
        Save as a file
      </Button>
      <Confirm
        isOpen={opened !== undefined}
        title="Replace what you have written?"
        act="Replace it"
        onAct={async () => {
          writeText(opened!);
          setOpened(undefined);
        }}
        onClose={() => setOpened(undefined)}
      >
        The draft has changes that are not saved to a file. Opening another file discards them.
      </Confirm>
    </>
  );
}
