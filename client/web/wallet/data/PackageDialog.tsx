import { Alert, Button, Code, Group, List, Modal, Stack, Text, Title } from "@mantine/core";
import { IconDownload, IconEye } from "@tabler/icons-react";
import type { Observation } from "fhir/r4";
import { useState } from "react";
import { formatDay } from "../../../../circuits/statement/encoding/day.ts";
import { unitAfterNumber } from "../../../../circuits/statement/encoding/print.ts";
import type { Collection } from "../../../../circuits/statement/exchange/collection.ts";
import type { Payload } from "../../../../circuits/statement/exchange/payload.ts";
import { shownWords } from "../../../exchange/shown.ts";
import { Facts } from "../../shared/Facts.tsx";
import {
  formatCount,
  formatDate,
  formatTime,
  formatValue,
  withDates,
} from "../../shared/format.ts";
import { t } from "../../shared/language.ts";
import { ResponseView } from "../../shared/questionnaire/ResponseView.tsx";
import { saveFile } from "../../shared/save.ts";
import { useTask } from "../../shared/useTask.ts";
import { Doing } from "../Sorry.tsx";
import { useOwnActs } from "./ownData.tsx";

/** More readings are in the file. */
const MOST_READINGS = 50;

type Props = {
  readonly protocolNumber: string;
  readonly payload: Payload;
  /** As it lies in the store. */
  readonly bytes: Uint8Array;
  /** Undefined where the text no longer has it. */
  readonly collection: Collection | undefined;
  readonly onClose: () => void;
};

/** What is in a package, and how to open it without this program. */
export function PackageDialog({ protocolNumber, payload, bytes, collection, onClose }: Props) {
  const { entry, provenance } = payload;
  return (
    <Modal
      opened
      onClose={onClose}
      title={collection?.title ?? entry.collection}
      size="lg"
      closeButtonProps={{ "aria-label": t("Close") }}
    >
      <Stack>
        <Facts
          facts={[
            [t("Day"), formatDate(formatDay(entry.day))],
            [t("Made by"), provenance.agent === "staff" ? t("your site") : t("you")],
            [t("Made from"), provenance.origin],
            [
              t("Made on"),
              t("{{madeAt}}, by the clock of the device", {
                madeAt: formatTime(provenance.madeAt),
              }),
            ],
          ]}
        />
        <section aria-label={t("What is in it")}>
          <Title order={3} size="h5" mb={4}>
            {t("What is in it")}
          </Title>
          <Content payload={payload} collection={collection} />
        </section>
        <WithAge {...{ protocolNumber, payload, bytes }} />
      </Stack>
    </Modal>
  );
}

function Content({ payload, collection }: Pick<Props, "payload" | "collection">) {
  const { content } = payload;
  if ("resource" in content) {
    const questionnaire =
      collection !== undefined && "questionnaire" in collection
        ? collection.questionnaire
        : undefined;
    return <ResponseView questionnaire={questionnaire} response={content.resource} />;
  }
  if ("facts" in content) {
    const lines = content.facts.map((fact) => withDates(shownWords(fact)));
    return (
      <List size="sm">
        {lines.map((line) => (
          <List.Item key={line} className="breakable">
            {line}
          </List.Item>
        ))}
      </List>
    );
  }
  return <Readings resources={content.resources} />;
}

function Readings({ resources }: { resources: readonly Observation[] }) {
  const rest = resources.length - MOST_READINGS;
  return (
    <>
      <List size="sm">
        {resources.slice(0, MOST_READINGS).map((one, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines of a package, which never changes
          <List.Item key={i}>{readingWords(one)}</List.Item>
        ))}
      </List>
      {rest > 0 && (
        <Text size="sm">{t("And {{rest}} more, in the file.", { rest: formatCount(rest) })}</Text>
      )}
    </>
  );
}

function readingWords(one: Observation): string {
  const time = Date.parse(one.effectiveDateTime ?? one.effectivePeriod?.start ?? "");
  const values = [one, ...(one.component ?? [])].flatMap(({ valueQuantity: quantity }) =>
    quantity?.value === undefined
      ? []
      : [`${formatValue(quantity.value)}${unitAfterNumber(quantity.unit ?? "")}`],
  );
  const { display, code } = one.code.coding?.[0] ?? {};
  const name = display ?? code ?? "a reading";
  return `${Number.isNaN(time) ? "" : `${formatTime(time / 1000)}: `}${name} ${values.join(" / ")}`;
}

/** The stock tool needs the file, the line, and a command. */
function WithAge({ protocolNumber, payload, bytes }: Omit<Props, "collection" | "onClose">) {
  const { identity } = useOwnActs(protocolNumber);
  const task = useTask();
  const [line, setLine] = useState<string>();
  const { collection, sequence, day } = payload.entry;
  const name = `${collection}-${sequence}-${formatDay(day)}.age`;
  const show = () =>
    void task.run(async (say) => {
      say(t("Working out your key…"));
      setLine(await identity());
    });
  const command = `age --decrypt -i key.txt ${name} | tail -c +5 | tr -d '\\000' > opened.json`;
  return (
    <section aria-labelledby="with-age">
      <Title order={3} size="h5" mb={4} id="with-age">
        {t("Open it without this program")}
      </Title>
      <Text size="sm" mb="xs">
        {t(
          "Save the sealed file, put your key's line into a file named key.txt beside it, and run the command below with the tool from age-encryption.org.",
        )}
      </Text>
      <Group>
        <Button
          variant="default"
          leftSection={<IconDownload size={18} aria-hidden />}
          onClick={() => saveFile(name, bytes, "application/octet-stream")}
        >
          {t("Save the sealed file")}
        </Button>
        {line === undefined && (
          <Button
            variant="default"
            leftSection={<IconEye size={18} aria-hidden />}
            loading={task.isRunning}
            onClick={show}
          >
            {t("Show my key's line")}
          </Button>
        )}
      </Group>
      <Doing task={task} />
      {line !== undefined && (
        <Alert
          color="orange"
          mt="sm"
          title={t("Whoever has this line can read all you sent to this study")}
        >
          <Code block className="breakable" data-testid="age-identity">
            {line}
          </Code>
        </Alert>
      )}
      <Code block mt="sm" tabIndex={0} aria-label={t("The command")} data-testid="age-command">
        {command}
      </Code>
    </section>
  );
}
