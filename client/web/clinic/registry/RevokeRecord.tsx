import { Alert, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { parseField } from "../../../../circuits/statement/encoding/field.ts";
import { commitRecord } from "../../../../circuits/witness/record.ts";
import { parseAttested } from "../../../clinic/record/attest.ts";
import { LEAVES_FORMAT, parseLeaves } from "../../../clinic/registry/batch.ts";
import { type Revocation, revokeRecords } from "../../../clinic/revocation/revoke.ts";
import { InputError } from "../../../files/inputError.ts";
import { useActor } from "../../shared/account.tsx";
import { formatCounted, shorten } from "../../shared/format.ts";
import { TakeCode } from "../../shared/TakeCode.tsx";
import { TaskState } from "../../shared/TaskState.tsx";
import { useTask } from "../../shared/useTask.ts";
import { useRegistryRefresh } from "./useClinicLeaves.ts";

type Given = ReadonlyMap<bigint, readonly bigint[]>;

/** Revokes one record, whether it is alone, in a batch, or not anchored yet. */
export function RevokeRecord() {
  const clinic = useActor();
  const refresh = useRegistryRefresh();
  const task = useTask();
  const [given, setGiven] = useState<Given>(new Map());
  const [said, setSaid] = useState<string>();
  const take = async (text: string) => {
    setSaid(undefined);
    await task.run(async (say) => {
      const leaves = leavesIn(text);
      if (leaves !== undefined) {
        setGiven(new Map([...given, leaves]));
        setSaid(`Leaves of batch ${shorten(leaves[0])} taken. Now give the record.`);
        return;
      }
      const commitment = commitmentIn(text);
      say("Looking for it, revoking, and checking what still leads to a valid root…");
      setSaid(revokedWords(await revokeRecords(clinic, [commitment], given)));
    });
    refresh();
  };
  return (
    <Stack maw={640}>
      <Text c="dimmed">
        For a permit or a file that went to the wrong person, a record that is wrong, or one of a
        lost wallet. Give the permit, the record's file or its number; a batch is rebuilt without
        the record. If the leaves of a batch are published nowhere, give their file first. Reading
        happens in this page; only numbers are sent.
      </Text>
      <TakeCode label="Permit, record file or record number" onText={(text) => void take(text)} />
      <TaskState task={task} />
      {said !== undefined && (
        <Alert color="green" role="status">
          {said}
        </Alert>
      )}
    </Stack>
  );
}

/** What was done, and what the registry shows now. */
export function revokedWords({ acts, rootsTried }: Revocation): string {
  const done = acts.map((act) => {
    const count = formatCounted(act.revoked.length, "record");
    if (act.way === "early") return "It was not in the registry, and can now never be anchored.";
    if (act.way === "slot") return `Revoked, with ${count}.`;
    return `Revoked: the batch is rebuilt without it, with ${formatCounted(act.left, "other")}.`;
  });
  return `${done.join(" ")} Checked: it leads to no valid root (${formatCounted(rootsTried, "root")} tried).`;
}

/** A file of leaves: the batch's root and its leaves. Undefined for any other text. Throws RangeError for a wrong one. */
function leavesIn(text: string): [bigint, readonly bigint[]] | undefined {
  const json = parseJson(text);
  if (json?.format !== LEAVES_FORMAT) return undefined;
  const { root, leaves } = parseLeaves(json);
  return [root, leaves];
}

/** The commitment that a permit, a patient's file or a bare number names. Throws InputError. */
function commitmentIn(text: string): bigint {
  try {
    if (/^\d+$/.test(text)) return parseField(text);
    const json = parseJson(text);
    if (typeof json?.commitment === "string") return parseField(json.commitment);
    return commitRecord(parseAttested(json).record);
  } catch {
    throw new InputError("This is not a permit, a record file or a record's number.");
  }
}

function parseJson(text: string): { format?: unknown; commitment?: unknown } | undefined {
  try {
    return (JSON.parse(text) as { format?: unknown } | null) ?? undefined;
  } catch {
    return undefined;
  }
}
