import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { IconDownload, IconSignature } from "@tabler/icons-react";
import type { Signer } from "ethers";
import { useState } from "react";
import { browserProvider, browserSigner } from "../../shared/account.tsx";
import { saveFile } from "../../shared/save.ts";
import { TaskState } from "../../shared/TaskState.tsx";
import { useTask } from "../../shared/useTask.ts";
import { useAuditor } from "../worker/auditor.tsx";
import { FILES, type FileName, type HistoryResult } from "../worker/messages.ts";

/** The report and exports to save, and the auditor's signature on the report. */
export function ReportFiles({ result }: { result: HistoryResult }) {
  const { ask } = useAuditor();
  const task = useTask();
  const save = (name: FileName) =>
    void task.run(async (say) => {
      say(`Making ${name}…`);
      const blob = await ask("file", { name });
      saveFile(name, new Uint8Array(await blob.arrayBuffer()), blob.type);
    });
  return (
    <section aria-labelledby="files">
      <Title order={2} size="h4" mb="sm" id="files">
        Report and exports
      </Title>
      <Stack gap="md">
        <Text size="sm">
          The report as a page and as data; the events as CSV; the history as FHIR R4 (NDJSON), by
          pseudonym.
        </Text>
        <Group gap="xs">
          {FILES.map((name) => (
            <Button
              key={name}
              variant="default"
              size="sm"
              disabled={task.isRunning}
              leftSection={<IconDownload size={16} aria-hidden />}
              onClick={() => save(name)}
            >
              {name}
            </Button>
          ))}
        </Group>
        <Signature result={result} />
        <TaskState task={task} />
      </Stack>
    </section>
  );
}

function Signature({ result: { report } }: { result: HistoryResult }) {
  const task = useTask();
  const [signer, setSigner] = useState<string>();
  const provider = browserProvider();
  const sign = () =>
    void task.run(async (say) => {
      say("Asking your Ethereum wallet…");
      const by: Signer = await browserSigner(provider!);
      const { signReport } = await import("../../../auditor/report/sign.ts");
      const signed = await signReport(report, by);
      const text = `${JSON.stringify(signed, null, 2)}\n`;
      saveFile("report.signature.json", text, "application/json");
      setSigner(signed.auditor);
    });
  return (
    <Stack gap="xs">
      <Button
        w="fit-content"
        leftSection={<IconSignature size={18} aria-hidden />}
        disabled={provider === undefined || task.isRunning}
        onClick={sign}
      >
        Sign the report
      </Button>
      <Text size="sm" c="dimmed" aria-live="polite" className="breakable">
        {signer !== undefined && `Signed by ${signer}; the signature is in report.signature.json.`}
        {signer === undefined &&
          (provider
            ? "Your Ethereum wallet signs hash, verdict and head block (EIP-712). It costs nothing."
            : "To sign it, use a browser with an Ethereum wallet.")}
      </Text>
      <TaskState task={task} />
    </Stack>
  );
}
