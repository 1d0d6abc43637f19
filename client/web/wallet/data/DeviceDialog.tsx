import { Button, Group, List, Modal, Stack, Text, Title } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { dayOfTimestamp, formatDay } from "../../../../circuits/statement/encoding/day.ts";
import { printUnit } from "../../../../circuits/statement/encoding/print.ts";
import type { DeviceCollection } from "../../../../circuits/statement/exchange/collection.ts";
import { type Fact, Facts } from "../../shared/Facts.tsx";
import { formatCount, formatDate } from "../../shared/format.ts";
import { t } from "../../shared/language.ts";
import { type Chosen, DeviceFields } from "./DeviceFields.tsx";
import { SendingState } from "./SendingState.tsx";
import { useGiving } from "./useGiving.ts";
import type { DeviceLook } from "./worker/device.ts";

type Props = {
  /** Unix seconds. */
  readonly arrivedAt: number;
  readonly protocolNumber: string;
  readonly collection: DeviceCollection;
  readonly onClose: () => void;
};

/** Data of a device out of a file: read here, shown, and only then sealed and sent, day by day. */
export function DeviceDialog({ arrivedAt, protocolNumber, collection, onClose }: Props) {
  const sending = useGiving(protocolNumber);
  const [chosen, setChosen] = useState<Chosen>({ format: "apple", file: null, mapping: "" });
  const [look, setLook] = useState<DeviceLook>();
  const [isSent, setSent] = useState(false);
  const { format, file, mapping } = chosen;
  const { isRunning } = sending.task;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const choose = (next: Chosen) => {
    setChosen(next);
    setLook(undefined);
  };
  const read = async (event: FormEvent) => {
    event.preventDefault();
    if (file === null || isRunning) return;
    setLook(undefined);
    setSent(false);
    const arrival = dayOfTimestamp(arrivedAt);
    const device = { collection: collection.id, file, format, zone, arrival };
    setLook(await sending.readDevice(format === "csv" ? { ...device, mapping } : device));
  };
  const send = async () => {
    const isDone = await sending.sendDevice(collection.id);
    // Whatever was stopped or refused: what is left has to be looked at anew.
    setLook(undefined);
    setSent(isDone);
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={collection.title}
      size="lg"
      withCloseButton={!isRunning}
      closeButtonProps={{ "aria-label": t("Close") }}
      closeOnEscape={!isRunning}
    >
      <form onSubmit={(event) => void read(event)}>
        <Stack>
          <Taken collection={collection} />
          <DeviceFields chosen={chosen} onChange={choose} isDisabled={isRunning} />
          {!isRunning && (
            <Group>
              <Button
                type="submit"
                variant={look === undefined ? "filled" : "default"}
                disabled={file === null || (format === "csv" && mapping.trim() === "")}
              >
                {t("Read the file")}
              </Button>
              <Button variant="default" onClick={onClose}>
                {isSent ? t("Done") : t("Not now")}
              </Button>
            </Group>
          )}
          {look && <Looked {...{ look, collection, arrivedAt }} />}
          {look && look.days.length > 0 && !isRunning && (
            <SendDays count={look.days.length} onSend={() => void send()} />
          )}
          <SendingState sending={sending} />
          <div role="status">{isSent && <Text>{t("All days were sent.")}</Text>}</div>
        </Stack>
      </form>
    </Modal>
  );
}

function SendDays({ count, onSend }: { count: number; onSend: () => void }) {
  return (
    <Group>
      <Button onClick={onSend}>{t("Seal and send {{count}} days", { count })}</Button>
    </Group>
  );
}

function Taken({ collection }: Pick<Props, "collection">) {
  return (
    <>
      <Text size="sm">{t("What is taken from the file, and nothing else:")}</Text>
      <List size="sm">
        {collection.streams.map(({ loinc, title, unit }) => (
          <List.Item key={loinc} className="breakable">
            {title} ({printUnit(unit) || unit})
          </List.Item>
        ))}
      </List>
    </>
  );
}

type LookedProps = Pick<Props, "collection" | "arrivedAt"> & { readonly look: DeviceLook };

/** What would be sent of the file, and what is left out of it. */
function Looked({ look, collection, arrivedAt }: LookedProps) {
  const { days, readings, seen, taken, duplicates, unchanged, waiting, leftOut } = look;
  const [first, last] = [days[0], days.at(-1)];
  const nameOf = (code: string) =>
    collection.streams.find(({ loinc }) => loinc === code)?.title ?? `LOINC ${code}`;
  const corrections = days.filter(({ isCorrection }) => isCorrection).length;
  const facts: Fact[] = [
    [
      t("Days"),
      first && last
        ? t("{{days}}, from {{first}} to {{last}}", {
            days: formatCount(days.length),
            first: dateOf(first.day),
            last: dateOf(last.day),
          })
        : t("none"),
    ],
    ...Object.entries(readings).map(
      ([code, count]): Fact => [
        nameOf(code),
        `${formatCount(count)} ${count === 1 ? "reading" : "readings"}`,
      ],
    ),
    ...countFact("Days that are sent again because they changed", corrections),
    ...countFact("Days that were sent before, unchanged", unchanged),
    ...countFact("Readings that came twice", duplicates),
    ...countFact("Readings of a day that is not over", waiting),
  ];
  const end = dayOfTimestamp(arrivedAt) + collection.days - 1;
  return (
    <section aria-label={t("What would be sent")}>
      <Title order={3} size="h5" mb={4}>
        {t("This would be sent")}
      </Title>
      <Facts facts={facts} />
      <Text size="sm" c="dimmed" mt="xs">
        {t(
          "The file has {{seen}} readings. What the study asks for, from {{first}} to {{last}}: {{taken}} of them. All else stays here.",
          {
            seen: formatCount(seen),
            first: dateOf(dayOfTimestamp(arrivedAt)),
            last: dateOf(end),
            taken: formatCount(taken),
          },
        )}
      </Text>
      {leftOut.length > 0 && (
        <details>
          <summary>{t("Left out, and why")}</summary>
          <List size="sm" mt={4}>
            {leftOut.map(({ reason, count, first: where }) => (
              <List.Item key={reason} className="breakable">
                {t("{{number}}: {{reason}} (first: {{where}})", {
                  number: formatCount(count),
                  reason,
                  where,
                })}
              </List.Item>
            ))}
          </List>
        </details>
      )}
    </section>
  );
}

const dateOf = (day: number) => formatDate(formatDay(day));

function countFact(name: string, count: number): Fact[] {
  return count === 0 ? [] : [[name, formatCount(count)]];
}
