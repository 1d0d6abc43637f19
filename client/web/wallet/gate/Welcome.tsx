import {
  Anchor,
  Button,
  Card,
  FileInput,
  List,
  PasswordInput,
  SimpleGrid,
  Stack,
  Text,
  Title,
} from "@mantine/core";
import { IconFileImport, IconWallet } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { Trans } from "react-i18next";
import { Link } from "wouter";
import { t } from "../../shared/language.ts";
import { isReady, NewPassphrase, NOTHING_TYPED } from "../../shared/NewPassphrase.tsx";
import { PageHead } from "../../shared/PageHead.tsx";
import { useTask } from "../../shared/useTask.ts";
import { LanguageChoice } from "../Language.tsx";
import { Doing } from "../Sorry.tsx";
import { useSession } from "../vault/session.tsx";

/** Before there is a wallet: make one, or bring one. */
export function Welcome() {
  return (
    <>
      <PageHead
        title={t("Your wallet")}
        text={t(
          "It keeps your health record on this device only, tells you which studies fit you, and lets you take part without showing who you are.",
        )}
      />
      <Stack mb="lg">
        <LanguageChoice />
      </Stack>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <Create />
        <Restore />
      </SimpleGrid>
      <Text size="sm" c="dimmed" mt="lg">
        <Trans
          i18nKey="New to this? <way>Practise with a made-up record</way>: nothing is sent."
          components={{
            way: <Anchor component={Link} href="/practice" inherit underline="always" />,
          }}
        />
      </Text>
      <Text size="sm" c="dimmed" mt="xs">
        <Trans
          i18nKey="People you trust have shares of your lost wallet? <way>Bring it back with your guardians</way>."
          components={{
            way: <Anchor component={Link} href="/recover" inherit underline="always" />,
          }}
        />
      </Text>
      <Text size="sm" c="dimmed" mt="xs">
        <Trans
          i18nKey="Lost your wallet, and want to leave a study? <way>Withdraw with your printed code</way>."
          components={{
            way: <Anchor component={Link} href="/withdraw-by-code" inherit underline="always" />,
          }}
        />
      </Text>
    </>
  );
}

function Create() {
  const { create } = useSession();
  const [typed, setTyped] = useState(NOTHING_TYPED);
  const task = useTask();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void task.run(async (say) => {
      say(t("Making your wallet…"));
      await create(typed.first);
    });
  };
  return (
    <Card component="form" onSubmit={submit} aria-labelledby="create">
      <Stack>
        <Title order={2} size="h4" id="create">
          {t("Make a new wallet")}
        </Title>
        <List size="sm" c="dimmed" spacing={4}>
          <List.Item>{t("Everything is encrypted with your passphrase.")}</List.Item>
          <List.Item>{t("Nobody can reset it for you: write it down and keep it safe.")}</List.Item>
        </List>
        <NewPassphrase typed={typed} onChange={setTyped} />
        <Button
          type="submit"
          disabled={!isReady(typed) || task.isRunning}
          leftSection={<IconWallet size={18} aria-hidden />}
        >
          {t("Make my wallet")}
        </Button>
        <Doing task={task} />
      </Stack>
    </Card>
  );
}

function Restore() {
  const { restore } = useSession();
  const [file, setFile] = useState<File | null>(null);
  const [passphrase, setPassphrase] = useState("");
  const task = useTask();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void task.run(async (say) => {
      say(t("Opening the file takes a few seconds…"));
      await restore(new Uint8Array(await file!.arrayBuffer()), passphrase);
    });
  };
  return (
    <Card component="form" onSubmit={submit} aria-labelledby="restore">
      <Stack>
        <Title order={2} size="h4" id="restore">
          {t("Restore a wallet")}
        </Title>
        <Text size="sm" c="dimmed">
          {t(
            "From your recovery file, or from a command-line wallet file. Its passphrase becomes the one of this wallet.",
          )}
        </Text>
        <FileInput
          label={t("Recovery file")}
          placeholder={t("Choose the file (ends in .age)")}
          accept=".age"
          clearable
          clearButtonProps={{ "aria-label": t("Clear the file") }}
          value={file}
          onChange={setFile}
        />
        <PasswordInput
          label={t("Passphrase of the file")}
          autoComplete="current-password"
          value={passphrase}
          onChange={(event) => setPassphrase(event.currentTarget.value)}
        />
        <Button
          type="submit"
          variant="default"
          disabled={file === null || passphrase === "" || task.isRunning}
          leftSection={<IconFileImport size={18} aria-hidden />}
        >
          {t("Restore it")}
        </Button>
        <Doing task={task} />
      </Stack>
    </Card>
  );
}
