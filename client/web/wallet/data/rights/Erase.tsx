import { Button, Card, Checkbox, Group, List, Modal, Stack, Text, Title } from "@mantine/core";
import { IconEraser } from "@tabler/icons-react";
import { useState } from "react";
import { submitErasure } from "../../../../exchange/erase.ts";
import { useApi } from "../../../shared/exchange.tsx";
import { formatCount, formatTime } from "../../../shared/format.ts";
import { t } from "../../../shared/language.ts";
import { useTask } from "../../../shared/useTask.ts";
import { Doing } from "../../Sorry.tsx";
import { useSession } from "../../vault/session.tsx";
import { progressWords, useOwnActs, useRefresh } from "../ownData.tsx";
import type { OwnData } from "../worker/overview.ts";

type Props = { readonly data: OwnData; readonly protocolNumber: string };

/** Orders the erasure, and says how far it has come. */
export function Erase({ data, protocolNumber }: Props) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Card padding="md" component="section" aria-label={t("Erase")}>
      <Title order={3} size="h5">
        {t("Erase")}
      </Title>
      {data.erasure.askedAt === undefined ? (
        <>
          <Text size="sm" mb="sm" maw={720}>
            {t(
              "All who hold keys are told in public to destroy those for you. Then nobody can open your packages any more, and the exchange throws its copies away. To keep your data, download everything first: your own key still opens that. It cannot be undone. What was opened before is not touched by it, and the study may be bound to keep that.",
            )}
          </Text>
          <Button
            color="red"
            variant="light"
            leftSection={<IconEraser size={18} aria-hidden />}
            onClick={() => setOpen(true)}
          >
            {t("Erase my data")}
          </Button>
        </>
      ) : (
        <Progress data={data} askedAt={data.erasure.askedAt} />
      )}
      <EraseDialog {...{ protocolNumber, isOpen }} onClose={() => setOpen(false)} />
    </Card>
  );
}

function Progress({ data, askedAt }: { data: OwnData; askedAt: number }) {
  const { destroyed, outstanding, isUnreadable } = data.erasure;
  const nameOf = (custodian: string) => data.names.get(custodian) ?? custodian;
  return (
    <div role="status">
      <Text size="sm">
        {t(
          "You asked for it on {{time}}. {{destroyed}} of {{all}} who hold keys say that they have destroyed theirs.",
          {
            time: formatTime(askedAt),
            destroyed: formatCount(destroyed.length),
            all: formatCount(data.custodians),
          },
        )}{" "}
        {isUnreadable ? t("Nothing can be opened any more.") : t("The others have yet to.")}
      </Text>
      <List size="sm">
        {destroyed.map(({ custodian, at }) => (
          <List.Item key={custodian} className="breakable">
            {t("{{custodian}}: destroyed on {{at}}", {
              custodian: nameOf(custodian),
              at: formatTime(at),
            })}
          </List.Item>
        ))}
        {outstanding.map((custodian) => (
          <List.Item key={custodian} className="breakable">
            {t("{{custodian}}: outstanding", { custodian: nameOf(custodian) })}
          </List.Item>
        ))}
      </List>
    </div>
  );
}

type DialogProps = {
  readonly protocolNumber: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
};

function EraseDialog({ protocolNumber, isOpen, onClose }: DialogProps) {
  const api = useApi();
  const { beBusy } = useSession();
  const { erase } = useOwnActs(protocolNumber);
  const refresh = useRefresh(protocolNumber);
  const task = useTask();
  const [isSure, setSure] = useState(false);
  const run = async () => {
    const isDone = await task.run(async (say) => {
      const rest = beBusy();
      try {
        say(t("Proving that it is you who asks…"));
        const input = await erase((at) => say(progressWords(at)));
        say(t("Telling those who hold the keys, in public…"));
        await api.settle(await submitErasure(api, input));
      } finally {
        rest();
      }
    });
    if (!isDone) return;
    await refresh();
    onClose();
  };
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={t("Erase your data of this study?")}
      closeButtonProps={{ "aria-label": t("Close") }}
      withCloseButton={!task.isRunning}
      closeOnEscape={!task.isRunning}
    >
      <Stack>
        <Text size="sm">
          {t(
            "The study may be bound to keep what it has opened already. Your consent stays as it is: to leave the study as well, withdraw. To keep a copy, first download everything.",
          )}
        </Text>
        <Checkbox
          label={t("I know that this cannot be undone")}
          checked={isSure}
          onChange={(event) => setSure(event.currentTarget.checked)}
        />
        {!task.isRunning && (
          <Group>
            <Button color="red" variant="light" disabled={!isSure} onClick={() => void run()}>
              {t("Erase it")}
            </Button>
            <Button variant="default" onClick={onClose}>
              {t("Keep it")}
            </Button>
          </Group>
        )}
        <Doing task={task} />
      </Stack>
    </Modal>
  );
}
