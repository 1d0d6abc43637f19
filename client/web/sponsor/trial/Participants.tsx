// Everybody who consented, by pseudonym: to look at, to enroll, to export.
import { Alert, Button, Card, Group, List, Stack, Text } from "@mantine/core";
import { IconDownload, IconSearchOff, IconUserPlus, IconUsers } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { Participant, Recruitment } from "../../../api/recruitment.ts";
import { type Enrolled, enroll } from "../../../sponsor/enroll.ts";
import { reportNoShow } from "../../../trial/noShow.ts";
import { useActor } from "../../shared/account.tsx";
import { Empty } from "../../shared/Empty.tsx";
import { useDeployment } from "../../shared/exchange.tsx";
import { formatCount, formatCounted, shorten } from "../../shared/format.ts";
import { Loading } from "../../shared/Loading.tsx";
import { Problem } from "../../shared/Problem.tsx";
import { saveFile } from "../../shared/save.ts";
import { TaskState } from "../../shared/TaskState.tsx";
import { useTask } from "../../shared/useTask.ts";
import { Confirm } from "../Confirm.tsx";
import { documentOf } from "../document.ts";
import { recruitmentKey, useParticipants } from "../useRecruiting.ts";
import { participantsCsv, researchSubjects } from "./exports.ts";
import { FilterFields } from "./FilterFields.tsx";
import { ParticipantTable } from "./ParticipantTable.tsx";
import { isEnrollable, NO_FILTER, type Order, pickAndSort } from "./selection.ts";

export function Participants({ trial }: { trial: Recruitment }) {
  const { data, error, refetch } = useParticipants(trial.protocolNumber);
  if (error) return <Problem problem={error} retry={() => void refetch()} />;
  if (data === undefined) return <Loading what="the participants" h={320} />;
  if (data.length === 0) {
    return (
      <Empty icon={IconUsers} title="Nobody has consented yet">
        Whoever is screened and consents appears here by pseudonym, at once.
      </Empty>
    );
  }
  return <Listed trial={trial} all={data} />;
}

type Props = { readonly trial: Recruitment; readonly all: readonly Participant[] };

function Listed({ trial, all }: Props) {
  const [filter, setFilter] = useState(NO_FILTER);
  const [order, setOrder] = useState<Order>({ by: "consent", isDescending: true });
  const [chosen, setChosen] = useState<ReadonlySet<bigint>>(new Set());
  const [late, setLate] = useState<Participant>();
  const { data: deployment } = useDeployment();
  const siteName = useSiteNames(trial);
  const shown = useMemo(() => pickAndSort(all, filter, order), [all, filter, order]);
  const actor = useActor();
  const queries = useQueryClient();
  const { protocolNumber } = trial;
  return (
    <Stack>
      <EnrollBar trial={trial} all={all} chosen={chosen} onDone={() => setChosen(new Set())} />
      <Group align="flex-end" justify="space-between">
        <FilterFields {...{ all, filter, siteName }} onFilter={setFilter} />
        <ExportButtons trial={trial} participants={shown} all={all} />
      </Group>
      <Text size="sm" c="dimmed" aria-live="polite">
        {formatCount(shown.length)} of {formatCount(all.length)} shown
      </Text>
      {shown.length === 0 ? (
        <Empty icon={IconSearchOff} title="Nobody here is like that">
          <Button variant="default" onClick={() => setFilter(NO_FILTER)}>
            Show everybody
          </Button>
        </Empty>
      ) : (
        <ParticipantTable
          participants={shown}
          order={order}
          onOrder={setOrder}
          chosen={chosen}
          onChosen={setChosen}
          onNoShow={setLate}
          chainTime={deployment?.chainTime ?? 0}
          siteName={siteName}
        />
      )}
      <Confirm
        isOpen={late !== undefined}
        title="Free this place?"
        act="Free the place"
        onAct={async () => {
          await reportNoShow(actor, { protocolNumber, pseudonym: late!.pseudonym });
          await queries.invalidateQueries({ queryKey: recruitmentKey(protocolNumber) });
          setLate(undefined);
        }}
        onClose={() => setLate(undefined)}
      >
        {`${late ? shorten(late.pseudonym) : ""} did not arrive in time. The place becomes free; the participant may be enrolled again.`}
      </Confirm>
    </Stack>
  );
}

function useSiteNames({ versions }: Recruitment): (siteId: number) => string {
  return useMemo(() => {
    const names = new Map(
      versions.flatMap((version) =>
        (documentOf(version)?.trial.sites ?? []).map((site) => [site.id, site.name] as const),
      ),
    );
    return (id) => (names.has(id) ? `${id} ${names.get(id)}` : id === 0 ? "none" : `Site ${id}`);
  }, [versions]);
}

type EnrollProps = Props & { readonly chosen: ReadonlySet<bigint>; readonly onDone: () => void };

/** Enrolls those chosen, or all who wait, once the sponsor has confirmed how many. */
function EnrollBar({ trial: { protocolNumber }, all, chosen, onDone }: EnrollProps) {
  const actor = useActor();
  const queries = useQueryClient();
  const task = useTask();
  const [done, setDone] = useState<Enrolled>();
  const [asked, setAsked] = useState<Asked>({ isOpen: false, pseudonyms: [] });
  const waiting = all.filter(isEnrollable).map(({ pseudonym }) => pseudonym);
  const picked = waiting.filter((pseudonym) => chosen.has(pseudonym));
  const act = (pseudonyms: readonly bigint[]) =>
    task.run(async (say) => {
      setDone(undefined);
      say(`Enrolling ${formatCount(pseudonyms.length)}…`);
      const enrolled = await enroll(actor, { protocolNumber, pseudonyms });
      await queries.invalidateQueries({ queryKey: recruitmentKey(protocolNumber) });
      setDone(enrolled);
      onDone();
    });
  return (
    <Card component="section" aria-label="Enrollment">
      <Group justify="space-between">
        <Text>
          {waiting.length === 0
            ? "Nobody is waiting to be enrolled."
            : `${formatCounted(waiting.length, "person has", "people have")} consented and can be enrolled.`}
        </Text>
        <Group gap="xs" display={waiting.length === 0 ? "none" : "flex"}>
          <Button
            variant="default"
            disabled={picked.length === 0 || task.isRunning}
            onClick={() => setAsked({ isOpen: true, pseudonyms: picked })}
          >
            Enroll {formatCount(picked.length)} chosen
          </Button>
          <Button
            leftSection={<IconUserPlus size={18} aria-hidden />}
            disabled={waiting.length === 0 || task.isRunning}
            onClick={() => setAsked({ isOpen: true, pseudonyms: waiting })}
          >
            Enroll all waiting
          </Button>
        </Group>
      </Group>
      <ConfirmEnrollment
        asked={asked}
        onAct={() => void act(asked.pseudonyms)}
        onClose={() => setAsked({ ...asked, isOpen: false })}
      />
      <TaskState task={task} />
      <Text size="sm" role="status">
        {done !== undefined &&
          `${formatCount(done.enrolled.length)} enrolled. Each has the trial's days to arrive.`}
      </Text>
      {done !== undefined && done.skipped.length > 0 && (
        <Alert color="yellow" mt="xs" title="Not enrolled">
          <List size="sm">
            {done.skipped.map(({ pseudonym, reason }) => (
              <List.Item key={pseudonym.toString()}>
                {shorten(pseudonym)}: {reason}.
              </List.Item>
            ))}
          </List>
        </Alert>
      )}
    </Card>
  );
}

/** Whom the sponsor wants to enroll; kept while the dialog closes. */
type Asked = { readonly isOpen: boolean; readonly pseudonyms: readonly bigint[] };
type ConfirmProps = {
  readonly asked: Asked;
  readonly onAct: () => void;
  readonly onClose: () => void;
};

function ConfirmEnrollment({ asked: { isOpen, pseudonyms }, onAct, onClose }: ConfirmProps) {
  const count = pseudonyms.length;
  return (
    <Confirm
      isOpen={isOpen}
      title={`Enroll ${formatCounted(count, "participant")}?`}
      act="Enroll"
      color="harbour"
      onAct={async () => {
        onClose();
        onAct();
      }}
      onClose={onClose}
    >
      {`This is public, by pseudonym, and takes ${formatCounted(count, "place")}. It can be undone only when somebody does not arrive in time.`}
    </Confirm>
  );
}

type ExportProps = {
  readonly trial: Recruitment;
  readonly participants: readonly Participant[];
  readonly all: readonly Participant[];
};

/** What the table shows, as files. */
function ExportButtons({ trial, participants, all }: ExportProps) {
  const name = trial.protocolNumber.replaceAll("/", "-");
  return (
    <Group gap="xs">
      <Button
        variant="default"
        leftSection={<IconDownload size={18} aria-hidden />}
        onClick={() =>
          saveFile(`${name}-participants.csv`, participantsCsv(participants, all), "text/csv")
        }
      >
        CSV
      </Button>
      <Button
        variant="default"
        leftSection={<IconDownload size={18} aria-hidden />}
        onClick={() =>
          saveFile(
            `${name}-ResearchSubject.ndjson`,
            researchSubjects(trial, participants),
            "application/fhir+ndjson",
          )
        }
      >
        FHIR
      </Button>
    </Group>
  );
}
