import { Button, Group, Text } from "@mantine/core";
import { IconDeviceMobileDown } from "@tabler/icons-react";
import { t } from "../../shared/language.ts";
import { useInstall } from "./installing.ts";
import { Part } from "./Part.tsx";

/** The wallet as an app of this device. */
export function Install() {
  const install = useInstall();
  return (
    <Part
      title={t("Install")}
      text={t(
        "As an app the wallet has an icon of its own. It stores the same, and opens without a connection, as it does here.",
      )}
    >
      {install ? (
        <Group>
          <Button
            variant="default"
            leftSection={<IconDeviceMobileDown size={18} aria-hidden />}
            onClick={() => void install()}
          >
            {t("Install on this device")}
          </Button>
        </Group>
      ) : (
        <Text size="sm">
          {t(
            "Use your browser's menu: “Install app”, “Add to Home Screen” or “Add to Dock”. Where none is there, the browser has no such thing, or the wallet is installed already.",
          )}
        </Text>
      )}
    </Part>
  );
}
