import { Alert, Button, Stack, Text, Title } from "@mantine/core";
import {
  IconCircleCheckFilled,
  IconCircleXFilled,
  IconShieldCheck,
  IconShieldX,
} from "@tabler/icons-react";
import { useState } from "react";
import type { CheckedProof, CheckedTransaction } from "../../../auditor/browser.ts";
import { Facts } from "../../shared/Facts.tsx";
import { Hash } from "../../shared/Hash.tsx";
import { TaskState } from "../../shared/TaskState.tsx";
import { useTask } from "../../shared/useTask.ts";
import classes from "../Auditor.module.css";
import { useAuditor } from "../worker/auditor.tsx";
import { AccessInUse } from "./AccessForm.tsx";

/** Verifies a transaction's proofs on this computer, from a node's data alone. */
export function ProofCheck({ transaction }: { transaction: string }) {
  const { ask, access } = useAuditor();
  const task = useTask();
  const [checked, setChecked] = useState<CheckedTransaction>();
  if (access === undefined) {
    return (
      <Stack gap="xs">
        <Text size="sm">To verify the proof here, choose where the chain is read from.</Text>
        <AccessInUse />
      </Stack>
    );
  }
  const verify = () =>
    void task.run(async (say) => {
      setChecked(undefined);
      say("Asking the node, and verifying on this computer…");
      setChecked(await ask("verify", { ...access, transaction }));
    });
  return (
    <Stack gap="sm">
      <AccessInUse />
      <Button
        w="fit-content"
        leftSection={<IconShieldCheck size={18} aria-hidden />}
        loading={task.isRunning}
        disabled={transaction === ""}
        onClick={verify}
      >
        Verify the proof
      </Button>
      <TaskState task={task} />
      <div aria-live="polite">{checked && <Verdict checked={checked} />}</div>
    </Stack>
  );
}

function Verdict({ checked }: { checked: CheckedTransaction }) {
  const { holds, proofs, block } = checked;
  return (
    <Stack gap="sm">
      <Alert
        color={holds ? "teal" : "red"}
        icon={holds ? <IconShieldCheck aria-hidden /> : <IconShieldX aria-hidden />}
        title={holds ? "The proof holds" : "The proof does not hold"}
      >
        {holds
          ? `Every step was checked on this computer, as of block ${block.number}.`
          : "What failed is named below. Trust neither the server nor the node without asking another node."}
      </Alert>
      {proofs.map((proof) => (
        <Proof key={`${proof.kind} ${proof.subject} ${proof.part?.index}`} proof={proof} />
      ))}
    </Stack>
  );
}

/** "part 2 of 3, " of an eligibility proof that is one of several. */
function partOf({ part }: CheckedProof): string {
  return part && part.of > 1 ? `part ${part.index + 1} of ${part.of}, ` : "";
}

function Proof({ proof }: { proof: CheckedProof }) {
  return (
    <section
      aria-label={`Steps of the ${proof.kind}${proof.part?.index ? ` (part ${proof.part.index + 1})` : ""}`}
    >
      <Title order={2} size="h5" mb="xs">
        {proof.part ? "Eligibility" : "Membership"}: {proof.kind}, {partOf(proof)}version{" "}
        {proof.version}
      </Title>
      <ol className={classes.steps}>
        {proof.steps.map(({ id, says, holds, found }) => (
          <li key={id} data-step={id} data-holds={holds}>
            {holds ? (
              <IconCircleCheckFilled
                size={20}
                role="img"
                aria-label="Holds"
                color="var(--mantine-color-teal-text)"
              />
            ) : (
              <IconCircleXFilled
                size={20}
                role="img"
                aria-label="Fails"
                color="var(--mantine-color-red-text)"
              />
            )}
            <div>
              <Text size="sm" fw={500}>
                {says}
              </Text>
              <Text size="xs" c="dimmed" className="breakable">
                {found}
              </Text>
            </div>
          </li>
        ))}
      </ol>
      <Title order={3} size="h6" mt="sm">
        Public signals, computed from the chain
      </Title>
      <Facts
        facts={proof.signals.map(({ name, value }) => [
          name,
          <Hash key={name} value={value} label={name} />,
        ])}
      />
    </section>
  );
}
