// A protocol of another format, criterion by criterion, before a draft is made of it. The file is read in this page
// and goes nowhere.
import { Alert, Button, Stack, Text, Title } from "@mantine/core";
import { useEffect, useMemo, useState } from "react";
import { useLocation } from "wouter";
import { type Imported, problemsTogether } from "../../../sponsor/import/imported.ts";
import {
  draftOf,
  MAX_PROTOCOL_BYTES,
  readProtocol,
  sharesOf,
} from "../../../sponsor/import/protocol.ts";
import { PageHead } from "../../shared/PageHead.tsx";
import { TaskState } from "../../shared/TaskState.tsx";
import { useTask } from "../../shared/useTask.ts";
import { Confirm } from "../Confirm.tsx";
import { BLANK_TRIAL } from "../draft/blank.ts";
import { useDrafting } from "../draft/draft.tsx";
import { type Choices, placed, withChoices } from "./choices.ts";
import { ImportedCriterion } from "./ImportedCriterion.tsx";

async function read(file: File): Promise<Imported> {
  if (file.size > MAX_PROTOCOL_BYTES) {
    const most = MAX_PROTOCOL_BYTES / 1024 / 1024;
    throw new Error(`${file.name}: larger than ${most} MB; export one study only`);
  }
  const text = await file.text();
  try {
    return readProtocol(text);
  } catch (error) {
    throw new Error(`${file.name}: ${(error as Error).message}`);
  }
}

export default function ImportPage({ file }: { file: File }) {
  const [imported, setImported] = useState<Imported>();
  const task = useTask();
  const { run } = task;
  useEffect(() => {
    void run(async (say) => {
      say("Reading the protocol…");
      setImported(await read(file));
    });
  }, [file, run]);
  if (imported !== undefined) return <Criteria imported={imported} />;
  return (
    <>
      <PageHead title="Import a protocol" text={file.name} />
      <TaskState task={task} />
    </>
  );
}

function Criteria({ imported }: { imported: Imported }) {
  const { draft, start, writeText } = useDrafting();
  const [, navigate] = useLocation();
  const [attested, setAttested] = useState<Choices>(new Set());
  const [isAsking, setAsking] = useState(false);
  const chosen = useMemo(() => withChoices(imported, attested), [imported, attested]);
  const begin = async () => {
    start(BLANK_TRIAL);
    // As text that was written: it is in no file yet.
    writeText(`${JSON.stringify(draftOf(chosen), null, 2)}\n`);
    navigate("/edit");
  };
  const choose = (index: number, isAttested: boolean) => {
    const next = new Set(attested);
    if (isAttested) next.add(index);
    else next.delete(index);
    setAttested(next);
  };
  const { format, number, title } = imported;
  return (
    <>
      <PageHead
        title={title || "Imported protocol"}
        text={`${format}${number === undefined ? "" : `, ${number}`}. Compare each meaning with its source: what was not fully understood stays as words for a person to attest.`}
        actions={
          <Button onClick={() => (draft?.isUnsaved ? setAsking(true) : void begin())}>
            Start a draft with these
          </Button>
        }
      />
      <Coverage chosen={chosen} />
      <Lists imported={imported} attested={attested} onChoose={choose} />
      <Confirm
        isOpen={isAsking}
        title="Discard your draft?"
        act="Discard it"
        onAct={begin}
        onClose={() => setAsking(false)}
      >
        It has changes that are not saved to a file. They are lost when you start another trial.
      </Confirm>
    </>
  );
}

const TITLES = { inclusion: "Inclusion criteria", exclusion: "Exclusion criteria" } as const;

type ListsProps = {
  readonly imported: Imported;
  readonly attested: Choices;
  readonly onChoose: (index: number, isAttested: boolean) => void;
};

function Lists({ imported, attested, onChoose }: ListsProps) {
  return (
    <>
      {(["inclusion", "exclusion"] as const).map((list) => (
        <Stack component="section" aria-label={TITLES[list]} gap="sm" mb="lg" key={list}>
          <Title order={2} size="h4">
            {TITLES[list]}
          </Title>
          <Stack component="ol" gap="sm" m={0} p={0} style={{ listStyle: "none" }}>
            {placed(imported)
              .filter(({ line }) => line.list === list)
              .map((one) => (
                <ImportedCriterion
                  key={one.index}
                  placed={one}
                  isAttested={attested.has(one.index)}
                  onAttest={(isAttested) => onChoose(one.index, isAttested)}
                />
              ))}
          </Stack>
        </Stack>
      ))}
    </>
  );
}

/** How much a record answers as chosen, and what of the file was not taken over. */
function Coverage({ chosen }: { chosen: Imported }) {
  const { criteria, mapped, partly, attested } = sharesOf(chosen);
  const problems = useMemo(() => problemsTogether(chosen), [chosen]);
  return (
    <Stack gap="sm" mb="lg">
      <Text fw={600} aria-live="polite">
        {criteria} criteria: {mapped} proven, {partly} partly, {attested} attested by people.
      </Text>
      {problems.map((problem) => (
        <Alert color="yellow" title="Together they do not compile yet" key={problem}>
          {problem}
        </Alert>
      ))}
      {chosen.notes.length > 0 && (
        <Stack component="ul" gap={2} m={0} pl="md">
          {chosen.notes.map((note) => (
            <Text component="li" size="sm" c="dimmed" className="breakable" key={note}>
              {note}
            </Text>
          ))}
        </Stack>
      )}
    </Stack>
  );
}
