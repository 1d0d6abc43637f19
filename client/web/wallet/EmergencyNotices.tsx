// On the wallet's first page: whoever was looked up in an emergency is told at once. The cases of all studies that collect
// data are fetched, whole, by every wallet: asking tells nobody whose they are.
import { Alert, Anchor, Button, Group, Text } from "@mantine/core";
import { IconAmbulance } from "@tabler/icons-react";
import { useQueries } from "@tanstack/react-query";
import { Link } from "wouter";
import { emergencyOpenings } from "../../api/emergency.ts";
import type { TrialNow } from "../prover/ground.ts";
import { useApi } from "../shared/exchange.tsx";
import { formatTime } from "../shared/format.ts";
import { t } from "../shared/language.ts";
import { useRead } from "./data/keptHere.ts";
import { useAllTrials, useStanding } from "./data.tsx";
import { useWallet, WALLET_KEY } from "./vault/session.tsx";

const LOOK_MS = 30_000;
type Opening = Awaited<ReturnType<typeof emergencyOpenings>>[number];

export function EmergencyNotices() {
  const api = useApi();
  const { wallet } = useWallet();
  const { trials, states } = useAllTrials();
  const collecting = states.flatMap(({ data }, i) => {
    const now = data?.value;
    const trial = trials[i];
    return now === undefined || trial === undefined || !collects(now) ? [] : [now];
  });
  const found = useQueries({
    queries: collecting.map(({ trial: { trialId } }) => ({
      queryKey: [WALLET_KEY, "emergencies", trialId],
      retry: false,
      refetchInterval: LOOK_MS,
      queryFn: () => emergencyOpenings(api, trialId),
    })),
  });
  return collecting.map((now, i) => {
    const { protocolNumber } = now.trial;
    const isMine = wallet.participations.some((one) => one.protocolNumber === protocolNumber);
    const openings = found[i]?.data ?? [];
    if (!isMine || openings.length === 0) return null;
    return <OfTrial key={protocolNumber} now={now} openings={openings} />;
  });
}

function collects({ state: { versions } }: TrialNow): boolean {
  return versions.some(({ terms }) => terms.custodians.length > 0);
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
