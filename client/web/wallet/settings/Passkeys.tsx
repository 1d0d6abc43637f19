import {
  Button,
  Group,
  List,
  PasswordInput,
  Stack,
  Text,
  TextInput,
  VisuallyHidden,
} from "@mantine/core";
import { IconFingerprint } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { formatTime } from "../../shared/format.ts";
import { msg, t } from "../../shared/language.ts";
import { useTask } from "../../shared/useTask.ts";
import { Doing } from "../Sorry.tsx";
import { useSession, useWallet } from "../vault/session.tsx";
import { Part } from "./Part.tsx";

const DEFAULT_NAME = msg("this device");
const MOST_NAME = 40;

/** Passkeys that unlock the wallet besides the passphrase, in this browser. */
export function Passkeys() {
  return (
    <Part
      title={t("Passkeys")}
      text={t(
        "Unlock with your fingerprint, your face or a security key instead of typing. The passphrase goes on working, and only it opens your recovery files.",
      )}
    >
      <Stack>
        <Known />
        <Add />
      </Stack>
    </Part>
  );
}

function Known() {
  const { passkeys, changePasskeys } = useSession();
  const task = useTask();
  if (passkeys.length === 0) return null;
  return (
    <>
      <List size="sm" spacing="xs">
        {passkeys.map(({ id, name, addedAt }) => (
          <List.Item key={id} className="breakable">
            {t("{{name}}, added on {{time}}", { name, time: formatTime(addedAt / 1000) })}{" "}
            <Button
              variant="subtle"
              color="red"
              size="compact-sm"
              disabled={task.isRunning}
              onClick={() =>
                void task.run(async () =>
                  changePasskeys((before) => before.filter((one) => one.id !== id)),
                )
              }
            >
              {t("Remove")} <VisuallyHidden>{name}</VisuallyHidden>
            </Button>
          </List.Item>
        ))}
      </List>
      <Text size="sm" c="dimmed">
        {t(
          "Removed here, a passkey no longer unlocks this wallet. Your device may go on listing it: delete it there too.",
        )}
      </Text>
      <Doing task={task} />
    </>
  );
}

function Add() {
  const { vault } = useWallet();
  const { changePasskeys } = useSession();
  const [name, setName] = useState(t(DEFAULT_NAME));
  const [passphrase, setPassphrase] = useState("");
  const task = useTask();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void task.run(async (say) => {
      say(t("Your device asks for your passkey, perhaps twice…"));
      const made = await vault.makePasskey(name.trim() || t(DEFAULT_NAME), passphrase);
      await changePasskeys((before) => [...before, made]);
      setPassphrase("");
      setName(t(DEFAULT_NAME));
    });
  };
  return (
    <Stack component="form" onSubmit={submit}>
      <TextInput
        label={t("Name of the passkey")}
        maxLength={MOST_NAME}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <PasswordInput
        label={t("Your passphrase, to add a passkey")}
        autoComplete="current-password"
        value={passphrase}
        onChange={(event) => setPassphrase(event.currentTarget.value)}
      />
      <Group>
        <Button
          type="submit"
          variant="default"
          disabled={passphrase === "" || task.isRunning}
          leftSection={<IconFingerprint size={18} aria-hidden />}
        >
          {t("Add a passkey")}
        </Button>
      </Group>
      <Doing task={task} />
    </Stack>
  );
}
