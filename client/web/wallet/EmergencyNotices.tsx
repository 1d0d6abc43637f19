// On the wallet's first page: whoever was looked up in an emergency is told at once. The cases of all studies that collect
// data are fetched, whole, by every wallet: asking tells nobody whose they are.
import { Alert, Anchor, Button, Group, Text } from "@mantine/core";
import { IconAmbulance } from "@tabler/icons-react";
import { Link } from "wouter";
import { emergencyOpenings } from "../../api/emergency.ts";
import type { TrialNow } from "../prover/ground.ts";
import { formatTime } from "../shared/format.ts";
import { t } from "../shared/language.ts";
import { useCollecting } from "./collecting.ts";
import { useRead } from "./data/keptHere.ts";
import { useStanding } from "./data.tsx";

type Opening = Awaited<ReturnType<typeof emergencyOpenings>>[number];

export function EmergencyNotices() {
  const collecting = useCollecting("emergencies", emergencyOpenings);
  return collecting.map(({ now, found }) =>
    found.length === 0 ? null : (
      <OfTrial key={now.trial.protocolNumber} now={now} openings={found} />
    ),
  );
}

function OfTrial({ now, openings }: { now: TrialNow; openings: readonly Opening[] }) {
  const { protocolNumber } = now.trial;
  const pseudonym = useStanding(protocolNumber, now).data?.pseudonym;
  const { read, isKnown, markRead } = useRead(`emergencies ${protocolNumber}`);
  const own = openings.filter(
    (one) => one.pseudonym === pseudonym && !read.has(String(one.caseId)),
  );
  if (!isKnown || own.length === 0) return null;
  return (
    <Alert
      color="red"
      role="alert"
      icon={<IconAmbulance aria-hidden />}
      title={t("An emergency clinician asked for your data")}
      data-emergency
    >
      {own.map(({ caseId, openedAt }) => (
        <Text key={String(caseId)} size="sm">
          {t("Study {{protocolNumber}}, on {{openedAt}}.", {
            protocolNumber,
            openedAt: formatTime(openedAt),
          })}
        </Text>
      ))}
      <Text size="sm">
        {t("The ethics board looks into it. Was it no emergency of yours? Then tell the board.")}
      </Text>
      <Group mt="sm" gap="sm">
        <Anchor
          component={Link}
          href={`/trials/${encodeURIComponent(protocolNumber)}/data`}
          size="sm"
        >
          {t("Who, why, and what came of it")}
        </Anchor>
        <Button
          variant="default"
          size="compact-sm"
          onClick={() => void markRead(own.map(({ caseId }) => String(caseId)))}
        >
          {t("I have read it")}
        </Button>
      </Group>
    </Alert>
  );
}
