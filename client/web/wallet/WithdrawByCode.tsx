import { Anchor, Button, Card, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { Link } from "wouter";
import { withdrawByCode } from "../../patient/status.ts";
import { useApi } from "../shared/exchange.tsx";
import { PageHead } from "../shared/PageHead.tsx";
import { useTask } from "../shared/useTask.ts";
import { Doing } from "./Sorry.tsx";

/** Out of a study without a wallet: the study's number and the printed code are enough. */
export default function WithdrawByCode() {
  const api = useApi();
  const [protocolNumber, setProtocol] = useState("");
  const [code, setCode] = useState("");
  const [withdrawn, setWithdrawn] = useState<string>();
  const task = useTask();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void task.run(async (say) => {
      setWithdrawn(undefined);
      const wanted = protocolNumber.trim().toUpperCase();
      say("Looking for the study…");
      const trial = await api.trial(wanted);
      const submission = await withdrawByCode({ api, trial, printed: code });
      say("Sent. Waiting for the confirmation…");
      await api.settle(submission);
      setWithdrawn(wanted);
    });
  };
  return (
    <>
      <PageHead
        title="Withdraw with your printed code"
        text="You need neither your wallet nor a reason. It does no harm to your care."
      />
      <Card maw={560} component="form" onSubmit={submit}>
        <Stack>
          <TextInput
            label="Number of the study"
            placeholder="CZ-T2D-001"
            autoComplete="off"
            value={protocolNumber}
            onChange={(event) => setProtocol(event.currentTarget.value)}
          />
          <TextInput
            label="Withdrawal code"
            description="As printed. Capitals and dashes do not matter."
            autoComplete="off"
            spellCheck={false}
            classNames={{ input: "code" }}
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
          />
          <Button
            type="submit"
            color="red"
            disabled={protocolNumber.trim() === "" || code.trim() === "" || task.isRunning}
          >
            Withdraw
          </Button>
          <Doing task={task} />
          {withdrawn !== undefined && (
            <Text role="status" fw={600}>
              You have withdrawn from {withdrawn}.
            </Text>
          )}
          <Anchor component={Link} href="/">
            To my wallet
          </Anchor>
        </Stack>
      </Card>
    </>
  );
}
