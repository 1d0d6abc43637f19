import { Anchor, Card, List, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";
import { formatDay } from "../../../../circuits/statement/day.ts";
import { Refusal } from "../../../../circuits/statement/refusal.ts";
import type { Import } from "../../../patient/import.ts";
import { formatCount, formatDate } from "../../shared/format.ts";
import { PageHead } from "../../shared/PageHead.tsx";
import { TakeCode } from "../../shared/TakeCode.tsx";
import { useTask } from "../../shared/useTask.ts";
import { useFreshRegistry } from "../data.tsx";
import { Doing } from "../Sorry.tsx";
import { useWallet } from "../vault/session.tsx";

/** Takes in the file that the clinic made. */
export function ImportPage() {
  const freshRegistry = useFreshRegistry();
  const { wallet, revision, vault } = useWallet();
  const [taken, setTaken] = useState<Import>();
  const task = useTask();
  const take = (text: string) =>
    void task.run(async (say) => {
      setTaken(undefined);
      const attested = parse(text);
      say("Downloading the register of records…");
      const registry = await freshRegistry();
      say("Checking that the record is yours, whole, and registered…");
      const imported = await vault.checker.run("records.import", { wallet, attested, registry });
      say("Saving it, encrypted…");
      await vault.save(imported.wallet, revision);
      setTaken(imported);
    });
  return (
    <>
      <PageHead
        title="Take in a record"
        text="Your clinic gives you a file. It is checked and kept on this device; it is sent nowhere."
      />
      <Stack maw={720}>
        <Card>
          <TakeCode label="The record from your clinic" onText={take} />
          <Doing task={task} />
          {taken !== undefined && <Taken taken={taken} />}
        </Card>
        <Card>
          <Title order={2} size="h5" mb="xs">
            What is checked
          </Title>
          <List size="sm" c="dimmed" spacing={4}>
            <List.Item>It was made for this wallet, and not for another.</List.Item>
            <List.Item>It is whole and in order.</List.Item>
            <List.Item>
              The clinic has registered it. The register is downloaded whole, so nobody learns which
              record is yours.
            </List.Item>
          </List>
        </Card>
      </Stack>
    </>
  );
}

function Taken({ taken }: { taken: Import }) {
  const { clinicName, record, replaced } = taken;
  const { facts, header } = record.record;
  return (
    <div role="status">
      <Text fw={600} mt="sm">
        {replaced ? "The record is replaced by the new one" : "The record is in your wallet"}
      </Text>
      <Text>
        From {clinicName}, issued on {formatDate(formatDay(header.issuedDay))}, with{" "}
        {formatCount(facts.length)} entries. Delete the file now: the wallet holds it.
      </Text>
      <Text mt="xs">
        <Anchor component={Link} href="/record">
          Look at my record
        </Anchor>
        {" · "}
        <Anchor component={Link} href="/trials">
          See which studies fit
        </Anchor>
      </Text>
    </div>
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal("MalformedRecord");
  }
}
