// Among what comes next: somebody asked to open this person's data, until it was read.
import { Button, Group } from "@mantine/core";
import { Link } from "wouter";
import { type DataRequest, dataRequests } from "../../api/dataRequests.ts";
import type { TrialNow } from "../prover/ground.ts";
import { formatTime } from "../shared/format.ts";
import { t } from "../shared/language.ts";
import { useCollecting } from "./collecting.ts";
import { useRead } from "./data/keptHere.ts";
import { useStanding } from "./data.tsx";
import { Step } from "./Step.tsx";

/** A card for each study of which data of this person were asked for. */
export function DataOpened() {
  const collecting = useCollecting("data-requests", dataRequests);
  return collecting.map(({ now, found }) =>
    found.length === 0 ? null : (
      <InStudy key={now.trial.protocolNumber} now={now} requests={found} />
    ),
  );
}

/** Requests for this person's data in a study that they have not read of yet. */
export function useOwnRequests(now: TrialNow, requests: readonly DataRequest[]) {
  const { protocolNumber } = now.trial;
  const pseudonym = useStanding(protocolNumber, now).data?.pseudonym;
  const { read, isKnown, markRead } = useRead(`data requests ${protocolNumber}`);
  const own = requests.filter(
    ({ pseudonyms, requestId }) =>
      pseudonym !== undefined && pseudonyms.includes(pseudonym) && !read.has(String(requestId)),
  );
  return { own: isKnown ? own : [], isKnown, markRead };
}

function InStudy({ now, requests }: { now: TrialNow; requests: readonly DataRequest[] }) {
  const { protocolNumber } = now.trial;
  const { own, markRead } = useOwnRequests(now, requests);
  const newest = own.at(-1);
  if (newest === undefined) return null;
  const { staff, requestedAt } = newest;
  const who = now.accreditations.find(
    ({ account }) => account.toLowerCase() === staff.toLowerCase(),
  )?.name;
  const said = {
    number: protocolNumber,
    time: formatTime(requestedAt),
    who: who ?? t("the sponsor's staff"),
  };
  return (
    <Step
      title={t("Your data were asked for")}
      text={t(
        "Study {{number}}: {{who}} asked to open data of yours, last on {{time}}. Those who hold keys release what you allow. Why, until when, and what could be opened stands with your data.",
        said,
      )}
    >
      <Group gap="xs">
        <Button
          component={Link}
          href={`/trials/${encodeURIComponent(protocolNumber)}/data`}
          variant="default"
        >
          {t("Who opened it")}
        </Button>
        <Button
          variant="default"
          onClick={() => void markRead(own.map(({ requestId }) => String(requestId)))}
        >
          {t("I have read it")}
        </Button>
      </Group>
    </Step>
  );
}
