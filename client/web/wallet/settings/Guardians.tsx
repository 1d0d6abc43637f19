import { Button, Group, Text } from "@mantine/core";
import { IconUsersGroup } from "@tabler/icons-react";
import { Link } from "wouter";
import { t } from "../../shared/language.ts";
import { useWallet } from "../vault/session.tsx";
import { Part } from "./Part.tsx";

/** To the page about guardians. */
export function Guardians() {
  const { guardians } = useWallet().wallet;
  return (
    <Part
      title={t("Guardians")}
      text={t(
        "Share your wallet's keys among people you trust: some of them together bring it back when this device and your recovery file are lost.",
      )}
    >
      {guardians && (
        <Text size="sm" mb="sm">
          {t("Shared among {{of}}; any {{needed}} of them bring it back.", {
            of: guardians.of,
            needed: guardians.needed,
          })}
        </Text>
      )}
      <Group>
        <Button
          component={Link}
          href="/settings/guardians"
          variant="default"
          leftSection={<IconUsersGroup size={18} aria-hidden />}
        >
          {guardians ? t("Guardians, and the check code") : t("Choose guardians")}
        </Button>
      </Group>
    </Part>
  );
}
