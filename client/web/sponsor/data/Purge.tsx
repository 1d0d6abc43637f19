import { Button, Group, Stack, Text, Textarea } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { addressOf } from "../../../actor/actor.ts";
import { type Copy, purge } from "../../../exchange/purge.ts";
import { type TrialData, useTrialDataRefresh, useWords } from "../../auditor/exchange/trialData.ts";
import { dutiesOf } from "../../board/cases/duties.ts";
import { useActor } from "../../shared/account.tsx";
import { formatCount, formatTime } from "../../shared/format.ts";
import { TaskState } from "../../shared/TaskState.tsx";
import { useTask } from "../../shared/useTask.ts";
import { useOpening } from "./opening.tsx";

type Props = {
  readonly request: Copy;
  readonly data: TrialData;
  /** Drops the request's key. */
  readonly forget: () => void;
};

/** The recipient's word that what it fetched is destroyed: owed for whoever leaves, outstanding until it is given. */
export function Purge({ request, data, forget }: Props) {
  const { requestId, purgedAt, statement: said = "" } = request;
  const [isOpen, setOpen] = useState(false);
  if (purgedAt !== undefined) {
    return (
      <Text size="sm" data-purged={String(requestId)}>
        Declared destroyed on {formatTime(purgedAt)}
        <Said hash={said} />
      </Text>
    );
  }
  if (isOpen) {
    return <Declaration {...{ request, data, forget }} onClose={() => setOpen(false)} />;
  }
  const { protocolNumber, trialId } = data.trial;
  const owed = dutiesOf([{ trialId, protocolNumber }], data.events, data.deployment.chainTime).owed;
  const left = owed.find((one) => one.requestId === requestId)?.left ?? 0;
  return (
    <div>
      {left > 0 && (
        <Text size="sm" c="orange">
          {formatCount(left)} of the people in it {left === 1 ? "has" : "have"} left since: you owe
          the destruction of what you hold of them.
        </Text>
      )}
      <Button variant="subtle" size="compact-sm" onClick={() => setOpen(true)}>
        Declare the copy destroyed
      </Button>
    </div>
  );
}

function Declaration({ request, data, forget, onClose }: Props & { onClose: () => void }) {
  const { cutId, requestId } = request;
  const { run } = useOpening();
  const actor = useActor();
  const refresh = useTrialDataRefresh(data.trial.protocolNumber);
  const task = useTask();
  const [statement, setStatement] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void task.run(async (say) => {
      say("Destroying what this browser holds…");
      const which = { registry: addressOf(data.deployment, "CutRegistry"), requestId };
      const packages = data.entries.map(({ entry }) => entry.ciphertextHash);
      await run("dataset.forget", { which, packages });
      forget();
      say("Publishing your statement…");
      await purge(actor, { cutId, requestId, statement: statement.trim() });
      refresh();
    });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="xs" maw={560}>
        <Textarea
          label="What was destroyed, and how"
          description="Public, under your account's name. Nothing can prove it: a wrong statement has your name under it."
          autosize
          minRows={2}
          value={statement}
          onChange={(event) => setStatement(event.currentTarget.value)}
        />
        <Text size="xs" c="dimmed">
          What this browser holds is destroyed with it. Saved files, the request's key file among
          them, and every copy elsewhere are yours to destroy first.
        </Text>
        <Group gap="xs">
          <Button type="submit" loading={task.isRunning} disabled={statement.trim() === ""}>
            Declare it
          </Button>
          <Button variant="default" onClick={onClose}>
            Not now
          </Button>
        </Group>
        <TaskState task={task} />
      </Stack>
    </form>
  );
}

function Said({ hash }: { hash: string }) {
  const { data } = useWords(hash === "" ? [] : [hash]);
  const words = data?.get(hash);
  return words === undefined ? "." : `: “${words}”`;
}
