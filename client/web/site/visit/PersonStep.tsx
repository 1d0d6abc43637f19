import { Button, Group, PasswordInput, Radio, TextInput } from "@mantine/core";
import { useState } from "react";
import type { Sex } from "../../../desk/person.ts";
import { TaskState } from "../../shared/TaskState.tsx";
import { Step } from "./Step.tsx";
import type { VisitState } from "./useVisit.ts";

const SEXES = ["female", "male", "other", "unknown"] as const;

type Props = {
  readonly visit: VisitState;
  readonly isSealed: boolean;
  /** Which document the trial names; undefined where its text is sealed. */
  readonly identityDocument: string | undefined;
};

/** Birth date, sex and document as staff read them: what the wallet says of its owner is never taken. */
export function PersonStep({ visit, isSealed, identityDocument }: Props) {
  const [birthDate, setBirthDate] = useState("");
  const [sex, setSex] = useState<Sex>();
  const [document, setDocument] = useState("");
  const [documentKey, setDocumentKey] = useState("");
  const { check, checking, kind, lost } = visit;
  const isWhole = birthDate !== "" && sex !== undefined && document.trim() !== "";
  const canCheck = isWhole && (kind === "arrival" || lost !== undefined) && !checking.isRunning;
  return (
    <Step
      title="Look at the person and their document"
      text="Type what you read on the document in your hand, not what anybody says. It is compared in this page and never sent; only a hash of the document is kept here."
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (canCheck) void check({ birthDate, sex, document }, documentKey);
        }}
      >
        <TextInput
          type="date"
          label="Birth date on the document"
          autoComplete="off"
          value={birthDate}
          onChange={(event) => setBirthDate(event.currentTarget.value)}
        />
        <Radio.Group
          mt="md"
          label="Sex on the document"
          value={sex ?? null}
          onChange={(value) => setSex(value as Sex)}
        >
          <Group mt="xs">
            {SEXES.map((one) => (
              <Radio key={one} value={one} label={one} />
            ))}
          </Group>
        </Radio.Group>
        <TextInput
          mt="md"
          label="Document, as printed"
          description={`This trial checks: ${identityDocument ?? "the document that its text names"}. Spaces and capitals do not matter.`}
          autoComplete="off"
          value={document}
          onChange={(event) => setDocument(event.currentTarget.value)}
        />
        {isSealed && (
          <PasswordInput
            mt="md"
            label="Key of the sealed trial text"
            description="From the sponsor, the same one that patients get."
            autoComplete="off"
            value={documentKey}
            onChange={(event) => setDocumentKey(event.currentTarget.value)}
          />
        )}
        <Button type="submit" mt="md" disabled={!canCheck}>
          Check
        </Button>
        <TaskState task={checking} />
      </form>
    </Step>
  );
}
