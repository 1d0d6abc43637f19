import { Button, Group } from "@mantine/core";
import { IconSignature } from "@tabler/icons-react";
import { Link } from "wouter";
import { t } from "../../shared/language.ts";
import { Part } from "./Part.tsx";

/** To the page on which this wallet's person consents for somebody else. */
export function Represent() {
  return (
    <Part
      title={t("Consent for somebody")}
      text={t(
        "You are a parent or a legal representative, and the other person's wallet asks for your signature.",
      )}
    >
      <Group>
        <Button
          component={Link}
          href="/settings/represent"
          variant="default"
          leftSection={<IconSignature size={18} aria-hidden />}
        >
          {t("Read and sign a request")}
        </Button>
      </Group>
    </Part>
  );
}
