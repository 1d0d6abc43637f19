import { Button, Card, Group, Stack, Text, Title } from "@mantine/core";
import { IconAnchor } from "@tabler/icons-react";
import { Link } from "wouter";
import { Refusal } from "../../../../circuits/statement/refusal.ts";
import { checkLetters } from "../../../clinic/revocation/mail.ts";
import { useActor } from "../../shared/account.tsx";
import { Empty } from "../../shared/Empty.tsx";
import { formatCount, formatCounted, shorten } from "../../shared/format.ts";
import { PageHead } from "../../shared/PageHead.tsx";
import { TaskState } from "../../shared/TaskState.tsx";
import { useTask } from "../../shared/useTask.ts";
import { useDesk } from "../desk/desk.tsx";
import type { Entry } from "../desk/entry.ts";
import { KeptWork } from "../desk/KeptWork.tsx";
import { PersonLine } from "../desk/PersonLine.tsx";
import { useTakeBack } from "../desk/useTakeBack.ts";
import { RosterGate } from "../roster/RosterGate.tsx";
import { useRoster } from "../roster/session.tsx";
import { AnchorForm } from "./AnchorForm.tsx";
import { Handover } from "./Handover.tsx";

/** From attested records to the registry, and from there to the patients. */
export default function BatchPage() {
  const { attested, ready } = useDesk();
  return (
    <>
      <PageHead
        title="Anchor and hand over"
        text="One transaction puts a whole batch into the registry, as a single number. Then each patient gets their file, and nobody else does."
      />
      <Stack gap={48}>
        <KeptWork asks={attested.length === 0} />
        {attested.length > 0 && (
          <section aria-labelledby="to-anchor">
            <Title order={2} size="h4" id="to-anchor" mb="sm">
              To anchor: {formatCount(attested.length)}
            </Title>
            <Stack gap="lg">
              <AttestedList entries={attested} />
              <RosterGate>
                <AnchorForm entries={attested} />
              </RosterGate>
            </Stack>
          </section>
        )}
        <Handover entries={ready} />
        {attested.length === 0 && ready.length === 0 && (
          <Empty icon={IconAnchor} title="Nothing to anchor">
            <Text c="dimmed">Attest patients' records first; they are gathered here.</Text>
            <Button component={Link} href="/">
              To the patients
            </Button>
          </Empty>
        )}
      </Stack>
    </>
  );
}

function AttestedList({ entries }: { entries: readonly Entry[] }) {
  const permits = usePermits();
  return (
    <>
      <Stack component="ul" gap="xs" p={0} m={0} aria-label="Records to anchor">
        {entries.map((entry) => (
          <Card key={entry.id} component="li" padding="md">
            <Group justify="space-between" gap="sm">
              <Stack gap={0} miw={0}>
                <Text fw={600} className="breakable">
                  {entry.id}. {entry.person.name}
                </Text>
                <PersonLine person={entry.person} />
                <Text size="sm" c="dimmed">
                  {formatCounted(entry.attested!.facts, "fact")}, identity code{" "}
                  <Text span ff="monospace">
                    {shorten(entry.attested!.identity)}
                  </Text>
                </Text>
              </Stack>
              <RowActs entry={entry} permits={permits} />
            </Group>
          </Card>
        ))}
      </Stack>
      <TaskState task={permits.task} />
    </>
  );
}

function RowActs({ entry, permits }: { entry: Entry; permits: ReturnType<typeof usePermits> }) {
  const { dispatch } = useDesk();
  const takeBack = useTakeBack();
  const { name } = entry.person;
  return (
    <Group gap="xs">
      <Button
        variant="default"
        size="compact-sm"
        disabled={permits.task.isRunning}
        aria-label={`Sign a permit for ${name}, who then anchors the record`}
        onClick={() => void permits.sign(entry)}
      >
        Sign a permit
      </Button>
      <Button
        variant="subtle"
        color="gray"
        c="dimmed"
        size="compact-sm"
        aria-label={`Leave out ${name}`}
        onClick={() =>
          entry.source === undefined
            ? dispatch({ kind: "forget", ids: [entry.id] })
            : void permits.task.run(() => takeBack(entry))
        }
      >
        Leave out
      </Button>
    </Group>
  );
}

/** Permits: the clinic's signature over a commitment, with which the patient anchors the record. */
function usePermits() {
  const clinic = useActor();
  const { roster } = useRoster();
  const { dispatch } = useDesk();
  const task = useTask();
  const sign = ({ id, attested }: Entry) =>
    task.run(async (say) => {
      say("Signing a permit…");
      const { PERMIT_SECONDS, signAttestation } = await import(
        "../../../clinic/registry/anchor.ts"
      );
      if (roster === undefined) throw new Refusal("NoRoster");
      await checkLetters(clinic, roster, [attested!.file]);
      const { chainTime } = await clinic.api.deployment();
      const { commitment, file } = attested!;
      const deadline = chainTime + PERMIT_SECONDS;
      const permit = await signAttestation(clinic, { commitment, deadline });
      dispatch({ kind: "finish", outcomes: new Map([[id, { kind: "permit", permit, file }]]) });
    });
  return { sign, task };
}
