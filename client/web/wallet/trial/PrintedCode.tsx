import { Button, Card, Code, Group, Text, Title } from "@mantine/core";
import { IconEye, IconPrinter } from "@tabler/icons-react";
import { useState } from "react";
import { t } from "../../shared/language.ts";
import classes from "./PrintedCode.module.css";

/** The code that can end the participation without the wallet, for paper. */
export function PrintedCode(props: { code: string; protocolNumber: string; title: string }) {
  const { code, protocolNumber, title } = props;
  const [isShown, setShown] = useState(false);
  return (
    <Card component="section" aria-labelledby="printed">
      <div className="no-print">
        <Title order={2} size="h4" mb="xs" id="printed">
          {t("Your withdrawal code")}
        </Title>
        <Text size="sm" c="dimmed" maw={640}>
          {t(
            "Print it and keep it apart from this device. Should your wallet be lost, this code alone lets you leave the study, and nothing else.",
          )}
        </Text>
        <Group mt="sm">
          <Button
            variant="default"
            leftSection={<IconPrinter size={18} aria-hidden />}
            onClick={() => window.print()}
          >
            {t("Print")}
          </Button>
          {isShown ? (
            <Code fz="md" className="breakable" data-testid="withdrawal-code">
              {code}
            </Code>
          ) : (
            <Button
              variant="subtle"
              leftSection={<IconEye size={18} aria-hidden />}
              onClick={() => setShown(true)}
            >
              {t("Show it")}
            </Button>
          )}
        </Group>
      </div>
      <div className={`print-only ${classes.sheet}`}>
        <h2>{t("Withdrawal code")}</h2>
        <p>
          {t("Study {{number}}", { number: protocolNumber })}: {title}
        </p>
        <p className={classes.code}>{code}</p>
        <p>
          {t(
            "With this code you can leave the study at any time, without your wallet: open {{address}} and type the study's number and the code. Keep it safe: whoever has it can withdraw you, but learns nothing and can do nothing else.",
            { address: `${location.origin}/wallet/withdraw-by-code` },
          )}
        </p>
      </div>
    </Card>
  );
}
