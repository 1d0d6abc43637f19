import {
  Anchor,
  Button,
  Card,
  Checkbox,
  Group,
  Modal,
  Stack,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { Link } from "wouter";
import type { Submission } from "../../api/submission.ts";
import { eraseByCode, submitErasure } from "../../exchange/erase.ts";
import { holderOfCode, withdrawByCode } from "../../patient/status.ts";
import { useApi } from "../shared/exchange.tsx";
import { t } from "../shared/language.ts";
import { PageHead } from "../shared/PageHead.tsx";
import { useTask } from "../shared/useTask.ts";
import { Doing } from "./Sorry.tsx";

const EXAMPLE = "CZ-T2D-001";

type Withdrawn = { readonly protocolNumber: string; readonly isErasing: boolean };

/** Out of a study without a wallet: the study's number and the printed code are enough. */
export default function WithdrawByCode() {
  const [withdrawn, setWithdrawn] = useState<Withdrawn>();
  return (
    <>
      <PageHead
        title={t("Withdraw with your printed code")}
        text={t("You need neither your wallet nor a reason. It will not affect your care.")}
      />
      <Card maw={560}>
        {withdrawn === undefined ? (
          <CodeForm onDone={setWithdrawn} />
        ) : (
          // In place of the form: the code is used up, and sent again it could only be refused.
          <Done {...withdrawn} onAnother={() => setWithdrawn(undefined)} />
        )}
      </Card>
    </>
  );
}

function CodeForm({ onDone }: { onDone: (withdrawn: Withdrawn) => void }) {
  const api = useApi();
  const [typed, setProtocol] = useState("");
  const [code, setCode] = useState("");
  const [isErasing, setErasing] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const task = useTask();
  const protocolNumber = typed.trim().toUpperCase();
  const ask = (event: FormEvent) => {
    event.preventDefault();
    setAsking(true);
  };
  const withdraw = () => {
    setAsking(false);
    void task.run(async (say) => {
      say(t("Looking for the study…"));
      const trial = await api.trial(protocolNumber);
      const of = { api, trial, printed: code };
      const submission = isErasing ? await eraseWith(of) : await withdrawByCode(of);
      say(t("Sent. Waiting for the confirmation…"));
      await api.settle(submission);
      onDone({ protocolNumber, isErasing });
    });
  };
  return (
    <Stack component="form" onSubmit={ask}>
      <TextInput
        label={t("Study number")}
        placeholder={EXAMPLE}
        autoComplete="off"
        value={typed}
        onChange={(event) => setProtocol(event.currentTarget.value)}
      />
      <TextInput
        label={t("Withdrawal code")}
        description={t("As printed. Capitals and dashes do not matter.")}
        autoComplete="off"
        spellCheck={false}
        classNames={{ input: "code" }}
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
      />
      <AlsoErase isErasing={isErasing} onChange={setErasing} />
      <Button
        type="submit"
        color="red.9"
        disabled={protocolNumber === "" || code.trim() === "" || task.isRunning}
      >
        {t("Withdraw")}
      </Button>
      <Doing task={task} />
      <ToWallet />
      <Sure
        {...{ isAsking, isErasing, protocolNumber }}
        onStay={() => setAsking(false)}
        onWithdraw={withdraw}
      />
    </Stack>
  );
}

type SureProps = Withdrawn & {
  readonly isAsking: boolean;
  readonly onStay: () => void;
  readonly onWithdraw: () => void;
};

/** Asks once more: whoever holds the code needs nothing else, and nothing brings a person back. */
function Sure({ isAsking, isErasing, protocolNumber, onStay, onWithdraw }: SureProps) {
  return (
    <Modal
      opened={isAsking}
      onClose={onStay}
      title={t("Withdraw from {{protocolNumber}}?", { protocolNumber })}
    >
      <Text>
        {t(
          "No new data of yours may be used from then on, and you cannot join this study again with the same wallet. It cannot be undone.",
        )}
      </Text>
      {isErasing && (
        <Text mt="sm">
          {t("What the study collected of you is erased as well: the keys to it are destroyed.")}
        </Text>
      )}
      <Group mt="md" justify="flex-end">
        <Button variant="default" onClick={onStay}>
          {t("Stay in")}
        </Button>
        <Button color="red.9" onClick={onWithdraw}>
          {t("Yes, withdraw")}
        </Button>
      </Group>
    </Modal>
  );
}

function Done({ protocolNumber, isErasing, onAnother }: Withdrawn & { onAnother: () => void }) {
  return (
    <Stack>
      <Group gap="sm" wrap="nowrap" role="status">
        <IconCircleCheck color="var(--mantine-color-teal-text)" aria-hidden />
        <Title order={2} size="h4">
          {t("You have withdrawn from {{protocolNumber}}.", { protocolNumber })}
        </Title>
      </Group>
      <Text>
        {isErasing
          ? t("Those who hold the keys were told to destroy them.")
          : t("No new data of yours may be used.")}{" "}
        {t("You can throw the printed code away: it does nothing more.")}
      </Text>
      <Group>
        <Button variant="default" onClick={onAnother}>
          {t("Withdraw from another study")}
        </Button>
      </Group>
      <ToWallet />
    </Stack>
  );
}

function ToWallet() {
  return (
    <Anchor component={Link} href="/">
      {t("To my wallet")}
    </Anchor>
  );
}

/** It withdraws in the same call: once used, the code orders nothing more. */
async function eraseWith(of: Parameters<typeof holderOfCode>[0]): Promise<Submission> {
  const { trialId, pseudonym, code } = await holderOfCode(of);
  return await submitErasure(of.api, eraseByCode(trialId, BigInt(pseudonym), code));
}

function AlsoErase(props: { isErasing: boolean; onChange: (isErasing: boolean) => void }) {
  return (
    <Checkbox
      label={t("Also erase what the study collected of me")}
      description={t(
        "All who hold keys are told to destroy those for you. It cannot be undone, and later this code cannot do it any more. What was opened before is not touched.",
      )}
      checked={props.isErasing}
      onChange={(event) => props.onChange(event.currentTarget.checked)}
    />
  );
}
