import { Alert, Anchor, Button, Group, List, Text } from "@mantine/core";
import { formatDay } from "../../../../circuits/statement/encoding/day.ts";
import { formatCount, formatDate, formatTime } from "../../shared/format.ts";
import { Hash } from "../../shared/Hash.tsx";
import { t } from "../../shared/language.ts";
import { CORRECTION_WORDS } from "./correctionWords.ts";
import { useRead } from "./keptHere.ts";
import { SendingState } from "./SendingState.tsx";
import { useGiving } from "./useGiving.ts";
import type { OwnData } from "./worker/overview.ts";

type Props = { readonly data: OwnData; readonly protocolNumber: string };

/** What the person has to know before anything else. */
export function Notices(props: Props) {
  const { unsure, custodians } = props.data;
  return (
    <>
      <Dropped dropped={props.data.dropped} />
      <Unsent {...props} />
      <Key {...props} />
      <Corrections {...props} />
      {unsure.length > 0 && (
        <Alert color="yellow" title={t("Not all who hold keys answered")}>
          <Text size="sm">
            {t(
              "{{unsure}} of {{custodians}} did not say what they released, or not wholly. There may be more than is shown here. Look again later.",
              { unsure: formatCount(unsure.length), custodians: formatCount(custodians) },
            )}
          </Text>
          <List size="sm">
            {unsure.map(({ custodian, why }) => (
              <List.Item key={custodian} className="breakable">
                {props.data.names.get(custodian) ?? custodian}: {why}
              </List.Item>
            ))}
          </List>
        </Alert>
      )}
    </>
  );
}

/** The exchange took something and keeps it from everybody. */
function Dropped({ dropped }: Pick<OwnData, "dropped">) {
  if (dropped.length === 0) return null;
  return (
    <Alert color="red" title={t("The exchange has dropped what you sent")} data-dropped>
      <Text size="sm">
        {t(
          "It took these, and does not publish them as it has to. Please tell the study's site and ethics board, with these numbers:",
        )}
      </Text>
      <List size="sm">
        {dropped.map((entry) => (
          <List.Item key={entry}>
            <Hash value={entry} label={t("the number")} />
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

/** Sealed, and not known to have arrived. */
function Unsent({ data, protocolNumber }: Props) {
  const sending = useGiving(protocolNumber);
  const { waiting } = data;
  if (waiting.length === 0 && !sending.task.isRunning) return null;
  return (
    <Alert color="orange" title={t("Sealed on this device, and not sent")} data-unsent>
      <Text size="sm" mb="sm">
        {t(
          "{{count}} packages wait here: the connection was lost, or this page was closed. Sending again never makes a second one.",
          { count: waiting.length },
        )}
      </Text>
      {!sending.task.isRunning && (
        <Button variant="default" onClick={() => void sending.sendWaiting()}>
          {t("Send it now")}
        </Button>
      )}
      <SendingState sending={sending} />
    </Alert>
  );
}

/** Without it the site can send nothing: the person could not read it. */
function Key({ data, protocolNumber }: Props) {
  const sending = useGiving(protocolNumber);
  const { hasKey, granted, waiting } = data;
  const isGoingOn = sending.task.isRunning;
  if (hasKey || granted === undefined || (waiting.length > 0 && !isGoingOn)) return null;
  return (
    <Alert color="harbour" title={t("Publish your key")}>
      <Text size="sm" mb="sm" maw={720}>
        {t(
          "Everything about you is sealed for your own key too, so that you can always read it. Until it is published the site can send nothing. It goes along with whatever you send first, or by itself, now.",
        )}
      </Text>
      {!isGoingOn && (
        <Button onClick={() => void sending.give({ kind: "key" })}>{t("Publish my key")}</Button>
      )}
      <SendingState sending={sending} />
    </Alert>
  );
}

/** The site has corrected something that it sent: the person is told. */
function Corrections({ data, protocolNumber }: Props) {
  const { read, isKnown, markRead } = useRead(`corrections ${protocolNumber}`);
  const fresh = data.corrections.filter(({ entry }) => !read.has(entry));
  if (!isKnown || fresh.length === 0) return null;
  const titleOf = (id: string) => data.collections.find((one) => one.id === id)?.title ?? id;
  return (
    <Alert color="blue" title={t("Your site has corrected something")} data-corrections>
      <List size="sm">
        {fresh.map(({ entry, collection, day, correction, sentAt }) => (
          <List.Item key={entry} className="breakable">
            {t("{{title}} of {{day}}: {{what}}", {
              title: titleOf(collection),
              day: formatDate(formatDay(day)),
              what: t(CORRECTION_WORDS[correction]),
            })}
            {sentAt !== undefined && t(", on {{sentAt}}", { sentAt: formatTime(sentAt) })}
          </List.Item>
        ))}
      </List>
      <Group mt="sm" gap="sm">
        <Button
          variant="default"
          size="sm"
          onClick={() => void markRead(fresh.map(({ entry }) => entry))}
        >
          {t("I have read it")}
        </Button>
        <Anchor href="#packages" size="sm">
          {t("Look at both below")}
        </Anchor>
      </Group>
    </Alert>
  );
}
