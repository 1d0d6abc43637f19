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
import { Link } from "wouter";
import { isReady, NewPassphrase, NOTHING_TYPED } from "../../shared/NewPassphrase.tsx";
import { PageHead } from "../../shared/PageHead.tsx";
import { useTask } from "../../shared/useTask.ts";
import { Doing } from "../Sorry.tsx";
import { useSession } from "../vault/session.tsx";

/** Before there is a wallet: make one, or bring one. */
export function Welcome() {
  return (
    <>
      <PageHead
        title="Your wallet"
        text="It keeps your health record on this device only, tells you which studies fit you, and lets you take part without showing who you are."
      />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <Create />
        <Restore />
      </SimpleGrid>
      <Text size="sm" c="dimmed" mt="lg">
        Lost your wallet, and want to leave a study?{" "}
        <Anchor component={Link} href="/withdraw-by-code" inherit underline="always">
          Withdraw with your printed code
        </Anchor>
        .
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
      say("Making your wallet…");
      await create(typed.first);
    });
  };
  return (
    <Card component="form" onSubmit={submit} aria-labelledby="create">
      <Stack>
        <Title order={2} size="h4" id="create">
          Make a new wallet
        </Title>
        <List size="sm" c="dimmed" spacing={4}>
          <List.Item>Everything is encrypted with your passphrase.</List.Item>
          <List.Item>Nobody can reset it for you: write it down and keep it safe.</List.Item>
        </List>
        <NewPassphrase typed={typed} onChange={setTyped} />
        <Button
          type="submit"
          disabled={!isReady(typed) || task.isRunning}
          leftSection={<IconWallet size={18} aria-hidden />}
        >
          Make my wallet
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
      say("Opening the file takes some seconds…");
      await restore(new Uint8Array(await file!.arrayBuffer()), passphrase);
    });
  };
  return (
    <Card component="form" onSubmit={submit} aria-labelledby="restore">
      <Stack>
        <Title order={2} size="h4" id="restore">
          Bring back a wallet
        </Title>
        <Text size="sm" c="dimmed">
          From your recovery file, or from a wallet file of the command line. Its passphrase becomes
          the one of this wallet.
        </Text>
        <FileInput
          label="Recovery file"
          placeholder="Choose the file (ends in .age)"
          accept=".age"
          clearable
          clearButtonProps={{ "aria-label": "Choose no file" }}
          value={file}
          onChange={setFile}
        />
        <PasswordInput
          label="Passphrase of the file"
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
          Bring it back
        </Button>
        <Doing task={task} />
      </Stack>
    </Card>
  );
}
