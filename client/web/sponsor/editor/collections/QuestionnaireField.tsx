// The questions of a form: a FHIR R4 Questionnaire, opened from a file and shown as whoever fills it in will see it.
import { Alert, Button, FileButton, Group, List, Paper, Stack, Text, Title } from "@mantine/core";
import { IconFileUpload } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { Questionnaire } from "../../../../../circuits/statement/exchange/questionnaire.ts";
import { startResponse } from "../../../../../circuits/statement/exchange/questionnaireDraft.ts";
import { QuestionnaireForm } from "../../../shared/questionnaire/QuestionnaireForm.tsx";
import { isObject, isWithin, type Path, pathText } from "../../draft/tree.ts";
import { problemText, useEditing, useField } from "../editing.tsx";

const MAX_BYTES = 200_000;
const MOST_PROBLEMS = 10;
/** Of the server that a file comes from; nothing of it is asked or shown. */
const LEFT_OUT = ["meta", "text"];

export function QuestionnaireField({ path }: { path: Path }) {
  const at = [...path, "questionnaire"];
  const { found, set } = useField(at);
  const [note, setNote] = useState<{ isWrong: boolean; text: string }>();
  const open = async (file: File | null) => {
    if (file === null) return;
    try {
      const { questionnaire, left } = await readFile(file);
      set(questionnaire);
      const text = left.length === 0 ? "" : ` Left out: ${left.join(", ")}.`;
      setNote({ isWrong: false, text: `${file.name} was opened.${text}` });
    } catch (problem) {
      setNote({ isWrong: true, text: `${file.name}: ${(problem as Error).message}` });
    }
  };
  return (
    <Stack gap="xs" component="section" aria-label="Questions">
      <Title order={3} size="h6">
        Questions
      </Title>
      <Group gap="sm">
        <FileButton accept=".json,application/json,application/fhir+json" onChange={open}>
          {(props) => (
            <Button
              {...props}
              size="compact-md"
              variant="default"
              leftSection={<IconFileUpload size={16} aria-hidden />}
            >
              {found === undefined ? "Open a FHIR Questionnaire" : "Open another Questionnaire"}
            </Button>
          )}
        </FileButton>
        <Text size="sm" c="dimmed">
          FHIR R4, as JSON
        </Text>
      </Group>
      {note && (
        <Alert color={note.isWrong ? "red" : "gray"} py="xs" role="status">
          {note.text}
        </Alert>
      )}
      <Problems path={at} />
      <Preview value={found} />
    </Stack>
  );
}

/** Throws an Error that says what is wrong with the file. */
async function readFile(file: File): Promise<{ questionnaire: object; left: string[] }> {
  if (file.size > MAX_BYTES) throw new Error("it is larger than a form may be (200 kB)");
  let json: unknown;
  try {
    json = JSON.parse(await file.text());
  } catch {
    throw new Error("it is not JSON");
  }
  if (!isObject(json) || json.resourceType !== "Questionnaire") {
    throw new Error("it is no FHIR Questionnaire");
  }
  const left = LEFT_OUT.filter((key) => key in json);
  const kept = Object.entries(json).filter(([key]) => !LEFT_OUT.includes(key));
  return { questionnaire: Object.fromEntries(kept), left };
}

/** What of it no page can show or no response could be checked against, by where it stands. */
function Problems({ path }: { path: Path }) {
  const { check } = useEditing();
  const name = pathText(path);
  const own = check.problems.filter((problem) => isWithin(problem.path, name));
  if (own.length === 0) return null;
  const more = own.length - MOST_PROBLEMS;
  return (
    <Alert color="red" py="xs" title={own.length === 1 ? "1 problem" : `${own.length} problems`}>
      <List size="sm">
        {own.slice(0, MOST_PROBLEMS).map((problem) => (
          <List.Item key={`${problem.path} ${problem.message}`} className="breakable">
            {problem.path === name ? "" : `${problem.path.slice(name.length + 1)}: `}
            {problemText(problem)}
          </List.Item>
        ))}
      </List>
      {more > 0 && <Text size="sm">and {more} more: the file's list names them all.</Text>}
    </Alert>
  );
}

/** The form as it will be filled in. */
function Preview({ value }: { value: unknown }) {
  const read = useMemo(() => Questionnaire.safeParse(value), [value]);
  if (!read.success) return null;
  const questionnaire = read.data;
  return (
    <details>
      <summary>Try it: {questionnaire.title ?? "the form"}</summary>
      <Paper p="sm" mt="xs">
        <Trial key={JSON.stringify(questionnaire)} questionnaire={questionnaire} />
      </Paper>
    </details>
  );
}

/** What is answered here goes nowhere. */
function Trial({ questionnaire }: { questionnaire: Questionnaire }) {
  const [response, setResponse] = useState(() => startResponse(questionnaire));
  const [isWhole, setWhole] = useState(false);
  return (
    <Stack gap="xs">
      <QuestionnaireForm
        questionnaire={questionnaire}
        value={response}
        onChange={(next) => {
          setResponse(next);
          setWhole(false);
        }}
        onFinish={() => setWhole(true)}
        finishLabel="See whether it is whole"
      />
      <Text size="sm" role="status">
        {isWhole && "These answers could be deposited. Nothing was sent."}
      </Text>
    </Stack>
  );
}
