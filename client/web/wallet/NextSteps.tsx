import { Button, Card, Group, Stack, Text, Title } from "@mantine/core";
import { IconCalendarPlus } from "@tabler/icons-react";
import { Link } from "wouter";
import { dayOfTimestamp, formatDay } from "../../../circuits/statement/encoding/day.ts";
import type { TrialNow } from "../prover/ground.ts";
import { formatDate } from "../shared/format.ts";
import { Reach } from "../shared/Information.tsx";
import { t } from "../shared/language.ts";
import { saveFile } from "../shared/save.ts";
import { DataOpened } from "./DataOpened.tsx";
import { useAnchored } from "./data.tsx";
import { Step } from "./Step.tsx";
import { type NextStep, recordStep } from "./trial/nextSteps.ts";
import { useMine, useStep } from "./useStep.ts";
import { useWallet } from "./vault/session.tsx";

/** One card for whatever waits: the next step of each study, and what is to be done about a record. */
export function NextSteps() {
  const { wallet } = useWallet();
  const mine = useMine();
  if (wallet.records.length === 0 && mine.length === 0) return null;
  return (
    <Card component="section" aria-labelledby="next">
      <Title order={2} size="h4" mb="sm" id="next">
        {t("What comes next")}
      </Title>
      <Stack gap="lg">
        {mine.map((now) => (
          <InStudy key={now.trial.protocolNumber} now={now} />
        ))}
        <DataOpened />
        <Records />
        {mine.length === 0 && (
          <Step
            title={t("See which studies fit you, and read about them")}
            text={t("Your device compares them with your record itself. Nobody learns which fit.")}
          >
            <Button component={Link} href="/trials">
              {t("To the studies")}
            </Button>
          </Step>
        )}
      </Stack>
    </Card>
  );
}

function InStudy({ now }: { now: TrialNow }) {
  const { protocolNumber } = now.trial;
  const { step, standing, trial } = useStep(now);
  if (step === undefined) return null;
  const { title, text, isYours, days, site, page, act } = step;
  return (
    <Step title={title} text={text}>
      {days && <When days={days} />}
      {site && (
        <Text size="sm" className="breakable">
          {site.name}
          {(site.address !== undefined || site.phone !== undefined) && ": "}
          <Reach of={site} />
        </Text>
      )}
      <Group gap="xs">
        <Button
          component={Link}
          href={`/trials/${encodeURIComponent(protocolNumber)}${page}`}
          variant={isYours ? "filled" : "default"}
        >
          {act}
        </Button>
        {days && <ToCalendar days={days} address={site?.address} />}
      </Group>
      <Text size="xs" c="dimmed" className="breakable">
        {trial?.title ?? standing?.title ?? t("Study {{number}}", { number: protocolNumber })}
      </Text>
    </Step>
  );
}

type Days = NonNullable<NextStep["days"]>;

function When({ days: { from, until } }: { days: Days }) {
  const [first, last] = [from, until].map((day) => formatDate(formatDay(day)));
  return (
    <Text size="sm" fw={500}>
      {from === until
        ? t("On {{day}}", { day: first! })
        : t("From {{first}} until {{last}}", { first: first!, last: last! })}
    </Text>
  );
}

/** The library is loaded when a file is asked for. */
function ToCalendar({ days, address }: { days: Days; address: string | undefined }) {
  const save = async () => {
    const { calendarFile } = await import("./trial/calendarFile.ts");
    saveFile("appointment.ics", calendarFile({ ...days, address }), "text/calendar");
  };
  return (
    <Button
      variant="default"
      leftSection={<IconCalendarPlus size={18} aria-hidden />}
      onClick={() => void save()}
    >
      {t("Save to a calendar")}
    </Button>
  );
}

function Records() {
  const { wallet } = useWallet();
  const anchored = useAnchored().data;
  const today = dayOfTimestamp(Date.now() / 1000);
  return wallet.records.map(({ record, clinicName }, i) => {
    const { issuedDay, issuer } = record.header;
    const step = recordStep({ clinicName, issuedDay, isAnchored: anchored?.[i], today });
    return (
      step && (
        <Step key={issuer} title={step.title} text={step.text}>
          <Button component={Link} href="/record/import" variant="default">
            {t("Add the newest file")}
          </Button>
        </Step>
      )
    );
  });
}
