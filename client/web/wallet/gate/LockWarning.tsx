import { Affix, Button, Group, Paper, Text } from "@mantine/core";
import { IconClockPause } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { t } from "../../shared/language.ts";
import { useLocksAt } from "../vault/session.tsx";

/** Says that the wallet is about to lock itself. Any touch of the page keeps it open, its button's too. */
export function LockWarning() {
  const locksAt = useLocksAt();
  if (locksAt === undefined) return null;
  return (
    <Affix position={{ bottom: 16, left: 16, right: 16 }} className="no-print">
      <Paper withBorder shadow="md" p="md" maw={560} mx="auto" role="alert">
        <Text fw={600}>
          <IconClockPause size={20} aria-hidden style={{ verticalAlign: "-4px" }} />{" "}
          {t("Your wallet is about to lock")}
        </Text>
        <Text size="sm">{t("It has not been used for a while. What you have begun is kept.")}</Text>
        <Group mt="sm">
          <Button size="xs">{t("Keep it open")}</Button>
          <Countdown to={locksAt} />
        </Group>
      </Paper>
    </Affix>
  );
}

/** Hidden from screen readers, which would read every second aloud. */
function Countdown({ to }: { to: number }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <Text size="sm" inherit aria-hidden className="numbers">
      {Math.max(0, Math.ceil((to - now) / 1000))} s
    </Text>
  );
}
