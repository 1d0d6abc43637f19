import { Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { parseField } from "../../../circuits/statement/field.ts";
import { commitRecord } from "../../../circuits/witness/record.ts";
import { revokeLeaf } from "../../clinic/anchor.ts";
import { parseAttested } from "../../clinic/attest.ts";
import { InputError } from "../../input-error.ts";
import { useActor } from "../shared/account.tsx";
import { TakeCode } from "../shared/TakeCode.tsx";
import { TaskState } from "../shared/TaskState.tsx";
import { useTask } from "../shared/useTask.ts";
import { useRegistryRefresh } from "./useClinicLeaves.ts";

/** For a permit that was given out: the record can then never be anchored in this clinic's name. */
export function RevokeEarly() {
  const clinic = useActor();
  const refresh = useRegistryRefresh();
  const task = useTask();
  const take = async (text: string) => {
    const isDone = await task.run(async (say) => {
      const commitment = commitmentIn(text);
      say("Revoking, and waiting until it cannot be undone…");
      await revokeLeaf(clinic, commitment);
    });
    if (!isDone) return;
    notifications.show({ message: "Revoked: it can never be anchored now.", color: "green" });
    refresh();
  };
  return (
    <Stack maw={640}>
      <Text c="dimmed">
        If a permit or a file went to the wrong person, give the permit, the record's file or its
        number here. Reading happens in this page; only the number is sent.
      </Text>
      <TakeCode label="Permit, record file or record number" onText={(text) => void take(text)} />
      <TaskState task={task} />
    </Stack>
  );
}

/** The commitment that a permit, a patient's file or a bare number names. Throws InputError. */
function commitmentIn(text: string): bigint {
  try {
    if (/^\d+$/.test(text)) return parseField(text);
    const json = JSON.parse(text) as { commitment?: unknown };
    if (typeof json.commitment === "string") return parseField(json.commitment);
    return commitRecord(parseAttested(json).record);
  } catch {
    throw new InputError("This is no permit, no record file and no record's number.");
  }
}
