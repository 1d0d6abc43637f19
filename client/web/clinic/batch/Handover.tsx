import { Badge, Button, Card, Group, Modal, Stack, Text, Title } from "@mantine/core";
import { IconCheck, IconDownload, IconQrcode } from "@tabler/icons-react";
import { useState } from "react";
import { formatCount, formatTime } from "../../shared/format.ts";
import { fitsFrames } from "../../shared/frames.ts";
import { ShowCode } from "../../shared/ShowCode.tsx";
import { saveFile } from "../../shared/save.ts";
import { useDesk } from "../desk/desk.tsx";
import { type Entry, fileText, permitText } from "../desk/entry.ts";
import { PersonLine } from "../desk/PersonLine.tsx";
import { CostNote } from "./AnchorForm.tsx";
import { ByCode } from "./ByCode.tsx";

/** Each patient's file, to be handed to that patient. Only what is anchored, or comes with a permit, is here. */
export function Handover({ entries }: { entries: readonly Entry[] }) {
  const { cost } = useDesk();
  if (entries.length === 0) return null;
  const left = entries.filter(({ isHandedOver }) => !isHandedOver).length;
  return (
    <section aria-labelledby="hand-over">
      <Title order={2} size="h4" id="hand-over" mb={4}>
        To hand over: {formatCount(left)}
      </Title>
      <Text c="dimmed" mb="md">
        Whoever holds a file can read the record. Give it to the patient, on their device, and keep
        no copy.
      </Text>
      <Stack gap="sm">
        {cost !== undefined && <CostNote {...cost} />}
        {entries.map((entry) => (
          <HandoverCard key={entry.id} entry={entry} />
        ))}
      </Stack>
    </section>
  );
}

function HandoverCard({ entry }: { entry: Entry }) {
  const { dispatch } = useDesk();
  const [shown, setShown] = useState<string>();
  const { id, person, outcome } = entry;
  if (outcome === undefined) return null;
  const handOver = () => dispatch({ kind: "handOver", id });
  return (
    <Card component="article" aria-label={person.name} padding="md">
      <Group justify="space-between" gap="md">
        <Stack gap={2}>
          <Text fw={600} className="breakable">
            {id}. {person.name}
          </Text>
          <PersonLine person={person} />
          <Text size="sm">
            {outcome.kind === "anchored"
              ? "Anchored."
              : `With a permit: the patient anchors it, before ${formatTime(outcome.permit.deadline)}.`}
          </Text>
        </Stack>
        <Ways entry={entry} outcome={outcome} onShow={setShown} onHandOver={handOver} />
      </Group>
      <Modal
        opened={shown !== undefined}
        onClose={() => setShown(undefined)}
        title="For the patient's wallet"
      >
        {shown !== undefined && <ShowCode text={shown} label="Code for the patient's wallet" />}
        <Group justify="flex-end" mt="md">
          <Button
            onClick={() => {
              handOver();
              setShown(undefined);
            }}
          >
            The patient has it
          </Button>
        </Group>
      </Modal>
    </Card>
  );
}

type WaysProps = {
  readonly entry: Entry;
  readonly outcome: NonNullable<Entry["outcome"]>;
  readonly onShow: (text: string) => void;
  readonly onHandOver: () => void;
};

/** How the patient can be given it: by a short code, as files, or shown whole as codes in turn. */
function Ways({ entry, outcome, onShow, onHandOver }: WaysProps) {
  const { id, person, isHandedOver } = entry;
  const name = `record-${String(id).padStart(3, "0")}`;
  const text = fileText(outcome.file);
  const saving = outcome.kind === "permit" ? "Save both files" : "Save the file";
  const save = () => {
    saveFile(`${name}.json`, text, "application/json");
    if (outcome.kind === "permit") savePermit(name, outcome.permit);
    onHandOver();
  };
  return (
    <Group gap="xs">
      {isHandedOver && (
        <Badge color="green" size="lg" leftSection={<IconCheck size={14} aria-hidden />}>
          Handed over
        </Badge>
      )}
      {outcome.kind === "anchored" && <ByCode entry={entry} />}
      <Button
        variant={isHandedOver || outcome.kind === "anchored" ? "default" : "filled"}
        leftSection={<IconDownload size={18} aria-hidden />}
        aria-label={`${saving} of ${person.name}`}
        onClick={save}
      >
        {saving}
      </Button>
      <Button
        variant="default"
        leftSection={<IconQrcode size={18} aria-hidden />}
        aria-label={`Show as a code: record of ${person.name}`}
        disabled={!fitsFrames(text)}
        onClick={() => onShow(text)}
      >
        Show as a code
      </Button>
      {outcome.kind === "permit" && (
        <Button
          variant="default"
          aria-label={`Show the permit of ${person.name} as a code`}
          onClick={() => onShow(permitText(outcome.permit))}
        >
          Show the permit
        </Button>
      )}
    </Group>
  );
}

function savePermit(name: string, permit: Parameters<typeof permitText>[0]): void {
  saveFile(`${name}-permit.json`, permitText(permit), "application/json");
}
