import { Button, Card, Group, Loader, Text, Title } from "@mantine/core";
import { IconClockHour4, IconSend } from "@tabler/icons-react";
import { formatCount, formatTime } from "../../shared/format.ts";
import { t } from "../../shared/language.ts";
import { Sorry } from "../Sorry.tsx";
import { useWallet } from "../vault/session.tsx";
import { useSending } from "./sending.tsx";
import type { Standing } from "./standing.ts";

/** A consent that waits on this device: when it goes out, what sending it now would cost, and how to take it back. */
export function Waits({ waiting }: { waiting: NonNullable<Standing["waiting"]> }) {
  const { wallet } = useWallet();
  const { sending, problemOf, sendNow, takeBack } = useSending();
  const { entry, others, price } = waiting;
  const isSending = sending === entry.protocolNumber;
  const problem = problemOf(entry.protocolNumber);
  const { waitForOthers } = wallet.settings;
  return (
    <Card component="section" aria-labelledby="waits">
      <Title order={2} size="h4" mb="xs" id="waits">
        <IconClockHour4 size={20} aria-hidden style={{ verticalAlign: "-3px" }} />{" "}
        {t("Your consent waits")}
      </Title>
      <Text>
        {t(
          "It is kept on this device, encrypted, and none of it has been sent. It goes out by itself after {{from}} while your wallet is open, as soon as {{needed}} others could have sent it too ({{others}} could now), and at the latest after {{latest}}.",
          {
            from: formatTime(entry.notBefore),
            needed: formatCount(waitForOthers),
            others: formatCount(others),
            latest: formatTime(entry.latest),
          },
        )}
      </Text>
      <Text size="sm" c="dimmed" mt="xs">
        {price}
      </Text>
      {problem !== undefined && <Sorry problem={problem} />}
      <Group mt="md" aria-live="polite">
        <Button
          variant="default"
          disabled={isSending}
          leftSection={
            isSending ? <Loader size={16} aria-hidden /> : <IconSend size={18} aria-hidden />
          }
          onClick={() => sendNow(entry)}
        >
          {isSending ? t("Sending…") : t("Send it now")}
        </Button>
        <Button variant="subtle" disabled={isSending} onClick={() => takeBack(entry)}>
          {t("Take it back")}
        </Button>
      </Group>
    </Card>
  );
}
