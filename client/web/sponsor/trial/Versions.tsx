// The versions of a trial, and what its sponsor may do to the whole of it.
import { Alert, Badge, Button, Card, Group, Stack, Text, Title } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import type { Recruitment } from "../../../api/recruitment.ts";
import type { TrialVersion } from "../../../api/trial.ts";
import { closeTrial, completeTrial } from "../../../sponsor/enroll.ts";
import { isRejected } from "../../../trial/opinions.ts";
import { useActor } from "../../shared/account.tsx";
import { Facts } from "../../shared/Facts.tsx";
import { formatCount, formatDate } from "../../shared/format.ts";
import { Hash } from "../../shared/Hash.tsx";
import { Confirm } from "../Confirm.tsx";
import { documentOf } from "../document.ts";
import { recruitmentKey, useOpinions } from "../useRecruiting.ts";
import { circuitWords } from "../words.ts";

export function Versions({ trial }: { trial: Recruitment }) {
  const { protocolNumber, status, currentVersion } = trial;
  const { data: opinions = [] } = useOpinions(protocolNumber);
  const newestFirst = [...trial.versions].sort((a, b) => b.version - a.version);
  const isOver = status === "closed-to-accrual" || status === "completed";
  return (
    <Stack>
      <Group>
        {!isOver && newestFirst.length > 0 && (
          <Button
            component={Link}
            href={`/trial/${encodeURIComponent(protocolNumber)}/amend`}
            leftSection={<IconPencil size={18} aria-hidden />}
          >
            Amend the trial
          </Button>
        )}
      </Group>
      {newestFirst.map((version) => (
        <VersionCard
          key={version.version}
          version={version}
          isCurrent={version.version === currentVersion}
          isWaiting={version.version > currentVersion}
          isRejected={isRejected(opinions, version.version)}
        />
      ))}
      <Endings trial={trial} />
    </Stack>
  );
}

type CardProps = {
  readonly version: TrialVersion;
  readonly isCurrent: boolean;
  readonly isWaiting: boolean;
  readonly isRejected: boolean;
};

function VersionCard({ version, isCurrent, isWaiting, isRejected: isOut }: CardProps) {
  const { terms, digest, approvedUntil, members } = version;
  const asks = [
    terms.requiresReconsent && "a new consent",
    terms.requiresRescreening && "a new screening",
  ].filter(Boolean);
  const later = isWaiting ? "Waiting for the board" : "Superseded";
  const state = isOut ? "Rejected" : isCurrent ? "In force" : later;
  const color = isOut ? "red" : isCurrent ? "green" : isWaiting ? "yellow" : "gray";
  const until =
    approvedUntil === null ? "not approved" : formatDate(new Date(approvedUntil * 1000));
  return (
    <Card component="section" aria-label={`Version ${version.version}`}>
      <Group mb="sm">
        <Title order={2} size="h4">
          Version {version.version}
        </Title>
        <Badge color={color}>{state}</Badge>
        {terms.isSealed && <Badge color="blue">Sealed</Badge>}
      </Group>
      <Facts
        facts={[
          [
            "Title",
            documentOf(version)?.trial.title ?? (terms.isSealed ? "sealed" : "not readable"),
          ],
          ["Approved until", until],
          ["Places", formatCount(terms.capacity)],
          ["Screened under it", formatCount(members)],
          ["Asks those already taking part for", asks.join(" and ") || "nothing"],
          ["Circuit", circuitWords(terms)],
          ["Digest", <Hash key="digest" value={digest} label="the digest" />],
        ]}
      />
    </Card>
  );
}

const ENDINGS = {
  close: {
    title: "Close to new participants?",
    act: "Close the trial",
    text: "Nobody can be screened or enrolled from then on. Those enrolled may still arrive. This cannot be taken back.",
    run: closeTrial,
  },
  complete: {
    title: "Complete the trial?",
    act: "Complete the trial",
    text: "The trial ends for good: arrivals and amendments are no longer possible. This cannot be taken back.",
    run: completeTrial,
  },
} as const;

/** Closing and completing, for good. */
function Endings({ trial: { protocolNumber, status } }: { trial: Recruitment }) {
  const actor = useActor();
  const queries = useQueryClient();
  const [asked, setAsked] = useState<keyof typeof ENDINGS>();
  if (status === "completed" || status === "none" || status === "in-review") return null;
  const ending = asked && ENDINGS[asked];
  return (
    <Card component="section" aria-label="End the trial">
      <Stack gap="sm">
        <Title order={2} size="h4">
          End the trial
        </Title>
        {status === "temporarily-closed-to-accrual" && (
          <Alert color="yellow">The board has suspended the trial. Only it can resume it.</Alert>
        )}
        <Text c="dimmed" size="sm">
          Close it first; complete it when the last participant has finished.
        </Text>
        <Group>
          <Button
            color="red"
            variant="outline"
            disabled={status === "closed-to-accrual"}
            onClick={() => setAsked("close")}
          >
            Close to new participants
          </Button>
          <Button
            color="red"
            variant="outline"
            disabled={status !== "closed-to-accrual"}
            onClick={() => setAsked("complete")}
          >
            Complete the trial
          </Button>
        </Group>
      </Stack>
      <Confirm
        isOpen={ending !== undefined}
        title={ending?.title ?? ""}
        act={ending?.act ?? ""}
        onAct={async () => {
          await ending?.run(actor, protocolNumber);
          await queries.invalidateQueries({ queryKey: recruitmentKey(protocolNumber) });
          await queries.invalidateQueries({ queryKey: ["trials"] });
          setAsked(undefined);
        }}
        onClose={() => setAsked(undefined)}
      >
        {ending?.text ?? ""}
      </Confirm>
    </Card>
  );
}
