import { Anchor, Card, List, Stack, Text, Title } from "@mantine/core";
import { useRef, useState } from "react";
import { Link } from "wouter";
import { formatDay } from "../../../../circuits/statement/encoding/day.ts";
import { Refusal } from "../../../../circuits/statement/refusal.ts";
import { isLikeRecordCode } from "../../../handover/printedCode.ts";
import type { Import } from "../../../patient/import.ts";
import { formatCount, formatDate } from "../../shared/format.ts";
import { t } from "../../shared/language.ts";
import { PageHead } from "../../shared/PageHead.tsx";
import { TakeCode } from "../../shared/TakeCode.tsx";
import { useTask } from "../../shared/useTask.ts";
import { useNewestRegistry } from "../data.tsx";
import { Doing } from "../Sorry.tsx";
import { useWallet } from "../vault/session.tsx";

/** Imports what the clinic made: its file, or the record that waits under its code. */
export function ImportPage() {
  const takeRegistry = useNewestRegistry();
  const { wallet, revision, vault } = useWallet();
  const [taken, setTaken] = useState<Import>();
  // The server has it no longer: what fails after fetching starts from here again.
  const fetched = useRef<{ readonly code: string; readonly attested: unknown }>(undefined);
  const task = useTask();
  const take = (text: string) =>
    void task.run(async (say) => {
      setTaken(undefined);
      const isCode = isLikeRecordCode(text);
      if (isCode && fetched.current?.code !== text) {
        say(t("Fetching the record…"));
        const attested = await vault.checker.run("records.fetch", { code: text });
        fetched.current = { code: text, attested };
      }
      const attested = isCode ? fetched.current!.attested : parse(text);
      say(t("Checking that the record is yours, complete and registered…"));
      const imported = await vault.checker.run("records.import", { wallet, attested });
      await takeRegistry();
      say(t("Saving it, encrypted…"));
      await vault.save(imported.wallet, revision);
      setTaken(imported);
    });
  return (
    <>
      <PageHead
        title={t("Add a record")}
        text={t(
          "Your clinic gives you a code or a file. The record is checked and kept on this device; it is sent nowhere.",
        )}
      />
      <Stack maw={720}>
        <Card>
          <TakeCode
            label={t("The record from your clinic")}
            placeholder={t("Type or paste the code (R-…), or paste the file's text")}
            onText={take}
          />
          <Doing task={task} />
          {taken !== undefined && <Taken taken={taken} />}
        </Card>
        <Card>
          <Title order={2} size="h5" mb="xs">
            {t("What is checked")}
          </Title>
          <List size="sm" c="dimmed" spacing={4}>
            <List.Item>{t("It was made for this wallet, and not for another.")}</List.Item>
            <List.Item>{t("It is complete and valid.")}</List.Item>
            <List.Item>
              {t(
                "The clinic has registered it. The whole registry is downloaded, so nobody learns which record is yours.",
              )}
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
        {replaced
          ? t("The record has been replaced by the new one")
          : t("The record is in your wallet")}
      </Text>
      <Text>
        {t(
          "From {{clinicName}}, issued on {{issuedDay}}, with {{facts}} entries. If it came as a file, delete that now: your wallet holds the record.",
          {
            clinicName,
            issuedDay: formatDate(formatDay(header.issuedDay)),
            facts: formatCount(facts.length),
          },
        )}
      </Text>
      <Text mt="xs">
        <Anchor component={Link} href="/record">
          {t("View my record")}
        </Anchor>
        {" · "}
        <Anchor component={Link} href="/trials">
          {t("See which studies fit")}
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
