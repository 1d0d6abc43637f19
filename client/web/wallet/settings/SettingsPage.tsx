import { Button, Group, Modal, PasswordInput, Select, Stack, Text, TextInput } from "@mantine/core";
import { IconDownload, IconTrash } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { forgetKept } from "../../prover/kept.ts";
import { msg, t } from "../../shared/language.ts";
import { isReady, NewPassphrase, NOTHING_TYPED } from "../../shared/NewPassphrase.tsx";
import { PageHead } from "../../shared/PageHead.tsx";
import { saveFile } from "../../shared/save.ts";
import { useTask } from "../../shared/useTask.ts";
import { LanguageChoice } from "../Language.tsx";
import { stopReminding } from "../reminders/notify.ts";
import { Doing, Sorry } from "../Sorry.tsx";
import { useSession, useWallet } from "../vault/session.tsx";
import { Caution } from "./Caution.tsx";
import { Guardians } from "./Guardians.tsx";
import { Install } from "./Install.tsx";
import { Part } from "./Part.tsx";
import { Passkeys } from "./Passkeys.tsx";
import { Reminding } from "./Reminding.tsx";
import { Represent } from "./Represent.tsx";

const IDLE_MINUTES = [1, 2, 5, 10, 15, 30];

/** What the owner decides about the wallet. */
export function SettingsPage() {
  return (
    <>
      <PageHead title={t("Settings")} />
      <Stack gap="lg" maw={720}>
        <Part
          title={t("Language")}
          text={t("Of the wallet. Studies are in the languages that their sponsors wrote them in.")}
        >
          <LanguageChoice />
        </Part>
        <Recovery />
        <Guardians />
        <Represent />
        <Locking />
        <Reminding />
        <Passkeys />
        <Passphrase />
        <Caution />
        <Install />
        <Remove />
      </Stack>
    </>
  );
}

function Recovery() {
  const { vault } = useWallet();
  const { change } = useSession();
  const [passphrase, setPassphrase] = useState("");
  const task = useTask();
  const save = () =>
    void task.run(async (say) => {
      say(t("Encrypting takes a few seconds…"));
      const bytes = await vault.recovery(passphrase);
      saveFile("cohort-zero-recovery.age", bytes, "application/octet-stream");
      await change({ hasRecovery: true });
    });
  return (
    <Part
      title={t("Recovery file")}
      text={t(
        "It holds your whole wallet, encrypted. Keep it somewhere else, for instance on a USB stick. Save a new one after you join a study or add a record.",
      )}
    >
      <Stack>
        <PasswordInput
          label={t("Passphrase for the file")}
          description={t("Leave it empty to use your wallet's passphrase.")}
          autoComplete="new-password"
          value={passphrase}
          onChange={(event) => setPassphrase(event.currentTarget.value)}
        />
        <Group>
          <Button
            disabled={task.isRunning}
            leftSection={<IconDownload size={18} aria-hidden />}
            onClick={save}
          >
            {t("Save the recovery file")}
          </Button>
        </Group>
        <Doing task={task} />
      </Stack>
    </Part>
  );
}

function Locking() {
  const { device, change } = useSession();
  const task = useTask();
  return (
    <Part
      title={t("Locking")}
      text={t(
        "An open wallet shows everything to whoever holds the device. It says so half a minute before it locks, and keeps what you have begun. In the background, it locks within two minutes.",
      )}
    >
      <Select
        label={t("Lock when unused for")}
        maw={280}
        allowDeselect={false}
        data={IDLE_MINUTES.map((n) => ({
          value: String(n),
          label: t("{{count}} minutes", { count: n }),
        }))}
        value={String(device.idleMinutes)}
        onChange={(value) =>
          value && void task.run(async () => change({ idleMinutes: Number(value) }))
        }
      />
      {task.problem !== undefined && <Sorry problem={task.problem} />}
    </Part>
  );
}

function Passphrase() {
  const { vault } = useWallet();
  const { passkeys, changePasskeys } = useSession();
  const [before, setBefore] = useState("");
  const [typed, setTyped] = useState(NOTHING_TYPED);
  const [isDone, setDone] = useState(false);
  const task = useTask();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void task.run(async (say) => {
      setDone(false);
      say(t("Encrypting again…"));
      await vault.changePassphrase(before, typed.first);
      // They hold the one before.
      await changePasskeys(() => []);
      setBefore("");
      setTyped(NOTHING_TYPED);
      setDone(true);
    });
  };
  return (
    <Part
      title={t("Passphrase")}
      text={t("Recovery files that you saved before keep the passphrase they were saved with.")}
    >
      <Stack component="form" onSubmit={submit}>
        <PasswordInput
          label={t("Current passphrase")}
          autoComplete="current-password"
          value={before}
          onChange={(event) => setBefore(event.currentTarget.value)}
        />
        <NewPassphrase label={t("New passphrase")} typed={typed} onChange={setTyped} />
        <Group>
          <Button type="submit" disabled={before === "" || !isReady(typed) || task.isRunning}>
            {t("Change the passphrase")}
          </Button>
        </Group>
        <Doing task={task} />
        {passkeys.length > 0 && (
          <Text size="sm" c="dimmed">
            {t("This removes the passkeys of this wallet. You can add them again afterwards.")}
          </Text>
        )}
        {isDone && <Text role="status">{t("The passphrase has been changed.")}</Text>}
      </Stack>
    </Part>
  );
}

const CONFIRMATION = msg("delete");

function Remove() {
  const { vault } = useWallet();
  const [isAsking, setAsking] = useState(false);
  const [typed, setTyped] = useState("");
  const task = useTask();
  const remove = () =>
    void task.run(async (say) => {
      say(t("Deleting…"));
      stopReminding();
      await forgetKept();
      await vault.remove();
    });
  return (
    <Part
      title={t("Delete this wallet")}
      text={t(
        "Deletes your record and your keys from this browser. Without a recovery file nobody can bring them back, and you can leave the studies you joined only with a printed code.",
      )}
    >
      <Group>
        <Button
          color="red"
          variant="light"
          leftSection={<IconTrash size={18} aria-hidden />}
          onClick={() => setAsking(true)}
        >
          {t("Delete the wallet")}
        </Button>
      </Group>
      <Modal
        opened={isAsking}
        onClose={() => setAsking(false)}
        title={t("Delete the wallet for good?")}
      >
        <Stack>
          <Text>{t("Have you saved a recovery file, and printed the withdrawal codes?")}</Text>
          <TextInput
            label={t("Type “{{word}}” to continue", { word: t(CONFIRMATION) })}
            autoComplete="off"
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          <Doing task={task} />
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setAsking(false)}>
              {t("Keep it")}
            </Button>
            <Button
              color="red"
              disabled={typed.trim().toLowerCase() !== t(CONFIRMATION) || task.isRunning}
              onClick={remove}
            >
              {t("Delete for good")}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </Part>
  );
}
