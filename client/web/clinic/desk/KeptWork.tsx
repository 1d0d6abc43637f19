import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { createContext, type ReactNode, useContext } from "react";
import { Refusal } from "../../../../circuits/statement/refusal.ts";
import { Problem } from "../../shared/Problem.tsx";
import { TaskState } from "../../shared/TaskState.tsx";
import { useTask } from "../../shared/useTask.ts";
import { RosterGate } from "../roster/RosterGate.tsx";
import { useDesk } from "./desk.tsx";
import { isChangedElsewhere, type KeptDesk, useKeptDesk } from "./useKeptDesk.ts";

const Current = createContext<KeptDesk | undefined>(undefined);

/** Keeps the desk, sealed, while the roster is open; stands inside of it. */
export function KeepDesk({ children }: { children: ReactNode }) {
  return <Current value={useKeptDesk()}>{children}</Current>;
}

/**
 * Says what of the desk lies in this browser and is not open, or is not kept. `asks` for the passphrase where nothing else
 * of the page does.
 */
export function KeptWork({ asks = true }: { asks?: boolean }) {
  const kept = useContext(Current);
  const { entries, isKept } = useDesk();
  if (kept === undefined) return null;
  const { isWaiting, problem, startAnew } = kept;
  if (isChangedElsewhere(problem)) {
    return (
      <Alert color="yellow" role="status" title="The desk was changed in another tab">
        What you do here is not kept over a reload. Load this page again to continue from there.
      </Alert>
    );
  }
  if (problem instanceof Refusal) return <OtherPassphrase onStartAnew={startAnew} />;
  if (problem !== undefined) return <Problem problem={problem} />;
  if (!isWaiting && isKept && entries.length > 0) {
    return (
      <Text size="sm" c="dimmed">
        Kept in this browser, encrypted.
      </Text>
    );
  }
  if (!isWaiting || !asks) return null;
  return (
    <Stack gap="xs">
      <Text>Work from before is kept in this browser, encrypted. Open the roster to continue.</Text>
      <RosterGate>{null}</RosterGate>
    </Stack>
  );
}

function OtherPassphrase({ onStartAnew }: { onStartAnew: () => Promise<void> }) {
  const task = useTask();
  return (
    <Alert color="yellow" role="status" title="Work from before does not open">
      <Stack gap="xs">
        <Text size="sm">
          It is kept in this browser under another passphrase than the roster's, or is damaged. What
          is on the desk now is not kept over a reload until you remove it.
        </Text>
        <Group>
          <Button size="xs" variant="default" onClick={() => void task.run(onStartAnew)}>
            Remove it for good
          </Button>
        </Group>
        <TaskState task={task} />
      </Stack>
    </Alert>
  );
}
