import {
  ActionIcon,
  Anchor,
  Button,
  Card,
  FileInput,
  Group,
  List,
  PasswordInput,
  Stack,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconTrash, IconUsersGroup } from "@tabler/icons-react";
import { type FormEvent, useEffect, useState } from "react";
import { Link, useLocation } from "wouter";
import type { BroughtShare } from "../../../patient/guardians.ts";
import { ProverWorker } from "../../prover/worker.ts";
import { t } from "../../shared/language.ts";
import { isReady, NewPassphrase, NOTHING_TYPED } from "../../shared/NewPassphrase.tsx";
import { PageHead } from "../../shared/PageHead.tsx";
import { useTask } from "../../shared/useTask.ts";
import { Doing } from "../Sorry.tsx";
import { useSession } from "../vault/session.tsx";

/** Brings a lost wallet back from what its guardians keep. */
export default function Recover() {
  const [worker] = useState(() => new ProverWorker());
  const [shares, setShares] = useState<readonly BroughtShare[]>([]);
  useEffect(() => () => worker.stop(), [worker]);
  return (
    <>
      <PageHead
        title={t("Bring your wallet back with your guardians")}
        text={t(
          "Your wallet's keys come back, and with them the studies you joined. Your record does not: ask your clinic for it again.",
        )}
      />
      <Stack gap="lg" maw={640}>
        <AddShare worker={worker} onAdd={(share) => setShares((before) => [...before, share])} />
        {shares.length > 0 && (
          <Shares
            shares={shares}
            onRemove={(at) => setShares((before) => before.filter((_, i) => i !== at))}
          />
        )}
        {shares.length > 0 && <BringBack worker={worker} shares={shares} />}
        <Anchor component={Link} href="/">
          {t("Back")}
        </Anchor>
      </Stack>
    </>
  );
}

function AddShare(props: { worker: ProverWorker; onAdd: (share: BroughtShare) => void }) {
  const { worker, onAdd } = props;
  const [file, setFile] = useState<File | null>(null);
  const [secret, setSecret] = useState("");
  const task = useTask();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void task.run(async (say) => {
      say(t("Opening the share takes a few seconds…"));
      const bytes = new Uint8Array(await file!.arrayBuffer());
      onAdd({ name: file!.name, share: await worker.run("wallet.openShare", { bytes, secret }) });
      setFile(null);
      setSecret("");
    });
  };
  return (
    <Card component="form" onSubmit={submit} aria-labelledby="add-share">
      <Stack>
        <Title order={2} size="h4" id="add-share">
          {t("Add a guardian's share")}
        </Title>
        <FileInput
          label={t("Share of a guardian")}
          placeholder={t("Choose the file")}
          clearable
          clearButtonProps={{ "aria-label": t("Clear the file") }}
          value={file}
          onChange={setFile}
        />
        <PasswordInput
          label={t("What opens it")}
          description={t(
            "The guardian's passphrase, or their age key. Leave it empty for a file that they have opened already.",
          )}
          autoComplete="off"
          value={secret}
          onChange={(event) => setSecret(event.currentTarget.value)}
        />
        <Group>
          <Button type="submit" variant="default" disabled={file === null || task.isRunning}>
            {t("Add this share")}
          </Button>
        </Group>
        <Doing task={task} />
      </Stack>
    </Card>
  );
}

function Shares(props: { shares: readonly BroughtShare[]; onRemove: (at: number) => void }) {
  const { shares, onRemove } = props;
  const needed = Math.max(...shares.map(({ share }) => share.set.needed));
  return (
    <Card component="section" aria-labelledby="added">
      <Title order={2} size="h4" mb="sm" id="added">
        {t("Shares so far")}
      </Title>
      <List>
        {shares.map(({ name, share }, i) => (
          <List.Item key={`${name} ${share.number}`} className="breakable">
            {t("{{name}}: share {{number}} of {{all}}", {
              ...{ name, number: share.number, all: share.set.shares.length },
            })}{" "}
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t("Leave out {{name}}", { name })}
              onClick={() => onRemove(i)}
            >
              <IconTrash size={18} aria-hidden />
            </ActionIcon>
          </List.Item>
        ))}
      </List>
      <Text size="sm" mt="sm" role="status">
        {t("{{here}} here, {{needed}} needed.", { here: shares.length, needed })}
      </Text>
    </Card>
  );
}

function BringBack({ worker, shares }: { worker: ProverWorker; shares: readonly BroughtShare[] }) {
  const { adopt } = useSession();
  const [, go] = useLocation();
  const [code, setCode] = useState("");
  const [typed, setTyped] = useState(NOTHING_TYPED);
  const task = useTask();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void task.run(async (say) => {
      say(t("Putting your wallet together…"));
      const asked = code.trim() === "" ? undefined : code;
      const recovered = await worker.run("wallet.recover", { shares, code: asked });
      await adopt(recovered.wallet, typed.first);
      if (recovered.leftAside.length > 0) {
        const message = t("False, or of another set: {{names}}. Your wallet came back without.", {
          names: recovered.leftAside.join(", "),
        });
        notifications.show({ color: "orange", autoClose: false, title: t("Left aside"), message });
      }
      go("/");
    });
  };
  return (
    <Card component="form" onSubmit={submit} aria-labelledby="bring-back">
      <Stack>
        <Title order={2} size="h4" id="bring-back">
          {t("Bring it back")}
        </Title>
        <TextInput
          label={t("Check code, if you have it")}
          description={t(
            "30 digits, printed when the shares were made. With it nobody can slip you another wallet.",
          )}
          autoComplete="off"
          inputMode="numeric"
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        <NewPassphrase label={t("New passphrase")} typed={typed} onChange={setTyped} />
        <Group>
          <Button
            type="submit"
            disabled={!isReady(typed) || task.isRunning}
            leftSection={<IconUsersGroup size={18} aria-hidden />}
          >
            {t("Bring my wallet back")}
          </Button>
        </Group>
        <Doing task={task} />
      </Stack>
    </Card>
  );
}
