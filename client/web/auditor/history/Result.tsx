import { Alert, List, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { IconShieldCheck, IconShieldX } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { counted } from "../../../../circuits/statement/encoding/print.ts";
import { type AuditReport, scopeOf } from "../../../auditor/browser.ts";
import { formatCount, formatTime } from "../../shared/format.ts";
import { Hash } from "../../shared/Hash.tsx";
import type { HistoryResult } from "../worker/messages.ts";
import { Findings } from "./Findings.tsx";
import { OpenedTexts } from "./OpenedTexts.tsx";
import { ReportFiles } from "./ReportFiles.tsx";
import { ResearchData } from "./ResearchData.tsx";
import { TrialGrowth } from "./TrialGrowth.tsx";

type Props = {
  readonly result: HistoryResult;
  readonly onChange: (result: HistoryResult) => void;
};

/** The verdict first, then what it rests on, then what can be saved. */
export function Result({ result, onChange }: Props) {
  const { report, hash } = result;
  return (
    <Stack gap="xl">
      <Verdict report={report} hash={hash} />
      {report.findings.length > 0 && <Findings report={report} />}
      <section aria-labelledby="checked">
        <Title order={2} size="h4" mb="sm" id="checked">
          What was checked
        </Title>
        <Figures report={report} />
      </section>
      {report.trials.map((trial) => (
        <TrialGrowth key={trial.trialId} trial={trial} />
      ))}
      <ResearchData exchange={report.exchange} />
      <OpenedTexts result={result} onChange={onChange} />
      <ReportFiles result={result} />
      <section aria-labelledby="limits">
        <Title order={2} size="h4" mb="sm" id="limits">
          What this does not show
        </Title>
        <List spacing="xs" size="sm">
          {report.limitsSaid.map((text) => (
            <List.Item key={text}>{text}</List.Item>
          ))}
        </List>
      </section>
    </Stack>
  );
}

function Verdict({ report, hash }: { report: AuditReport; hash: string }) {
  const { verdict, findings, chain } = report;
  const { silent } = report.exchange;
  const isClean = verdict === "clean";
  const head = useRef<HTMLDivElement>(null);
  // Whoever waited for it hears it, and the focus moves there.
  useEffect(() => head.current?.focus(), []);
  return (
    <Alert
      ref={head}
      tabIndex={-1}
      color={isClean ? "teal" : "red"}
      icon={isClean ? <IconShieldCheck aria-hidden /> : <IconShieldX aria-hidden />}
      title={
        isClean
          ? `Clean: every check held${scopeOf(report)}`
          : `${counted(findings.length, "finding")}`
      }
      data-verdict={verdict}
    >
      <Text size="sm">
        {isClean
          ? "The history is what the exchange promises."
          : "Something in this history is not what the exchange promises."}{" "}
        Chain {chain.chainId}, blocks {formatCount(chain.firstBlock)} to{" "}
        {formatCount(chain.head.number)}, as of {formatTime(chain.head.timestamp)}.
      </Text>
      {silent.length > 0 && (
        <Text size="sm">
          What {formatCount(silent.length)} {silent.length === 1 ? "custodian" : "custodians"}{" "}
          released could not be checked: no receipts were shown.
        </Text>
      )}
      <Text size="sm" component="div">
        Report hash <Hash value={hash} label="the report's hash" isWhole />
      </Text>
    </Alert>
  );
}

function Figures({ report: { checked, records, trials } }: { report: AuditReport }) {
  const figures: readonly (readonly [string, number])[] = [
    ["events replayed", checked.events],
    ["proofs verified again", checked.proofsVerifiedAgain],
    ["eligibility proofs", checked.eligibilityProofs],
    ["membership proofs", checked.membershipProofs],
    ["site signatures", checked.siteSignatures],
    ["answers about state compared", checked.answersCompared],
    ["records anchored", records.records],
    ["trials", trials.length],
  ];
  return (
    <SimpleGrid cols={{ base: 2, sm: 4 }} className="numbers">
      {figures.map(([name, number]) => (
        <div key={name}>
          <Text fz="xl" fw={600}>
            {formatCount(number)}
          </Text>
          <Text size="sm" c="dimmed">
            {name}
          </Text>
        </div>
      ))}
    </SimpleGrid>
  );
}
