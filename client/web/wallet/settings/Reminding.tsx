import { Button, Group, Text } from "@mantine/core";
import { IconBell, IconBellOff } from "@tabler/icons-react";
import { t } from "../../shared/language.ts";
import { useTask } from "../../shared/useTask.ts";
import { askPermission, permission, stopReminding } from "../reminders/notify.ts";
import { Sorry } from "../Sorry.tsx";
import { useSession } from "../vault/session.tsx";
import { Part } from "./Part.tsx";

/** Whether the browser says that something waits. It is asked for permission here, on a click, and nowhere else. */
export function Reminding() {
  const { device, change } = useSession();
  const task = useTask();
  const given = permission();
  const isOn = device.reminds && given === "granted";
  const start = () =>
    void task.run(async () => {
      await change({ reminds: await askPermission() });
    });
  const stop = () =>
    void task.run(async () => {
      stopReminding();
      await change({ reminds: false });
    });
  return (
    <Part
      title={t("Reminders")}
      text={t(
        "Your browser can tell you that something waits: a visit, questions, a decision. It says “Something waits for you”, and never what. This device works it out itself, while this page is open, locked too; nobody is asked and nobody is told.",
      )}
    >
      {given === "none" && <Text size="sm">{t("This browser has no notifications.")}</Text>}
      {given === "denied" && (
        <Text size="sm">
          {t("You have told your browser not to show any. Its settings for this page change that.")}
        </Text>
      )}
      {(given === "default" || given === "granted") && (
        <Group>
          {isOn ? (
            <>
              <Text size="sm" role="status">
                {t("Reminders are on.")}
              </Text>
              <Button
                variant="default"
                leftSection={<IconBellOff size={18} aria-hidden />}
                onClick={stop}
              >
                {t("Turn reminders off")}
              </Button>
            </>
          ) : (
            <Button
              variant="default"
              leftSection={<IconBell size={18} aria-hidden />}
              onClick={start}
            >
              {t("Remind me")}
            </Button>
          )}
        </Group>
      )}
      {task.problem !== undefined && <Sorry problem={task.problem} />}
    </Part>
  );
}
