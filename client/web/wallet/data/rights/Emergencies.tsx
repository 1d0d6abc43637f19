import { Button, Card, Group, Text, Title } from "@mantine/core";
import { IconPrinter } from "@tabler/icons-react";
import { msg, t } from "../../../shared/language.ts";
import { QrCode } from "../../../shared/QrCode.tsx";
import classes from "../../trial/PrintedCode.module.css";
import type { OwnData } from "../worker/overview.ts";
import { TakeBack } from "./TakeBack.tsx";

type Props = { readonly data: OwnData; readonly protocolNumber: string };

const EFFECT = msg(
  "From the next block on no emergency clinician can open anything of yours, whatever happens to you.",
);

/** What may be opened in an emergency, how to forbid it, and the card that makes it possible. */
export function Emergencies({ data, protocolNumber }: Props) {
  const { granted, form, collections } = data;
  const marked = collections.filter(({ emergency }) => emergency === true);
  if (marked.length === 0) return null;
  const permission = form?.permissions.find(({ id }) => id === "emergency");
  const isGiven = granted?.permissions.includes("emergency") ?? false;
  return (
    <Card padding="md" component="section" aria-label={t("In an emergency")}>
      <Title order={3} size="h5">
        {t("In an emergency")}
      </Title>
      <Text size="sm" mb="sm" maw={720}>
        {t(
          "An accredited emergency clinician may open this without asking you first, if you allow it: {{names}}. You are told as soon as your wallet is open, and the ethics board looks into each case.",
          { names: marked.map(({ title }) => title).join(", ") },
        )}{" "}
        {isGiven ? t("You allow it.") : t("You do not allow it: nobody can.")}
      </Text>
      {isGiven && granted !== undefined && (
        <>
          <Group gap="sm">
            <Button
              variant="default"
              size="compact-md"
              leftSection={<IconPrinter size={16} aria-hidden />}
              onClick={() => window.print()}
            >
              {t("Print the card")}
            </Button>
            <TakeBack
              {...{ protocolNumber, granted, permission: "emergency", effect: EFFECT }}
              label={permission?.label ?? t("Opening in an emergency")}
              button={t("Forbid it")}
            />
          </Group>
          <EmergencyCard {...{ protocolNumber, pseudonym: data.pseudonym }} />
        </>
      )}
    </Card>
  );
}

/** For the purse: it names the study and the pseudonym, and nobody. */
function EmergencyCard(of: { protocolNumber: string; pseudonym: bigint }) {
  const { protocolNumber, pseudonym } = of;
  const digits = pseudonym.toString().match(/.{1,6}/g) ?? [];
  return (
    <div className={`print-only ${classes.sheet}`} data-testid="emergency-card">
      <h2>{t("For emergency clinicians")}</h2>
      <p>
        {t("I take part in the study {{protocolNumber}}. A summary of my health can be opened at", {
          protocolNumber,
        })}
      </p>
      <p>{location.origin}</p>
      <p>{t("by an accredited emergency clinician, who gives the reason. My number there:")}</p>
      <p className={classes.digits}>{digits.join(" ")}</p>
      <QrCode
        text={`${protocolNumber} ${pseudonym}`}
        label={t("The study and the number")}
        size={160}
      />
      <p>{t("I am told of every opening, and an ethics board looks into it.")}</p>
    </div>
  );
}
