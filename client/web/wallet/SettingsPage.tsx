import {
  Button,
  Card,
  Group,
  Modal,
  NumberInput,
  PasswordInput,
  Select,
  Stack,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { IconDownload, IconTrash } from "@tabler/icons-react";
import { type FormEvent, type ReactNode, useState } from "react";
import type { WalletSettings } from "../../patient/wallet.ts";
import { isReady, NewPassphrase, NOTHING_TYPED } from "../shared/NewPassphrase.tsx";
import { PageHead } from "../shared/PageHead.tsx";
import { saveFile } from "../shared/save.ts";
import { useTask } from "../shared/useTask.ts";
import { Doing } from "./Sorry.tsx";
import { forgetKept } from "./vault/kept.ts";
import { useSession, useWallet } from "./vault/session.tsx";

const IDLE_MINUTES = [1, 2, 5, 10, 15, 30];

/** What the owner decides about the wallet. */
export function SettingsPage() {
  return (
    <>
      <PageHead title="Settings" />
      <Stack gap="lg" maw={720}>
        <Recovery />
        <Locking />
        <Caution />
        <Passphrase />
        <Remove />
      </Stack>
    </>
  );
}

function Part(props: { title: string; text: string; children: ReactNode }) {
  const { title, text, children } = props;
  return (
    <Card component="section" aria-label={title}>
      <Title order={2} size="h4">
        {title}
      </Title>
      <Text size="sm" c="dimmed" mb="md">
        {text}
      </Text>
      {children}
    </Card>
  );
}

function Recovery() {
  const { vault } = useWallet();
  const { change } = useSession();
  const [passphrase, setPassphrase] = useState("");
  const task = useTask();
  const save = () =>
    void task.run(async (say) => {
      say("Encrypting takes some seconds…");
      const bytes = await vault.recovery(passphrase);
      saveFile("cohort-zero-recovery.age", bytes, "application/octet-stream");
      await change({ hasRecovery: true });
    });
  return (
    <Part
      title="Recovery file"
      text="It holds your whole wallet, encrypted. Keep it somewhere else, for instance on a USB stick. Save a new one after you join a study or take in a record."
    >
      <Stack>
        <PasswordInput
          label="Passphrase for the file"
          description="Leave it empty to use the one of your wallet."
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
            Save the recovery file
          </Button>
        </Group>
        <Doing task={task} />
      </Stack>
    </Part>
  );
}

function Locking() {
  const { device, change } = useSession();
  return (
    <Part
      title="Locking"
      text="An open wallet shows everything to whoever holds the device. Out of sight, it locks after two minutes at the latest."
    >
      <Select
        label="Lock when not used for"
        maw={280}
        allowDeselect={false}
        data={IDLE_MINUTES.map((n) => ({
          value: String(n),
          label: `${n} minute${n === 1 ? "" : "s"}`,
        }))}
        value={String(device.idleMinutes)}
        onChange={(value) => value && void change({ idleMinutes: Number(value) })}
      />
    </Part>
  );
}

type NumberKey = {
  [K in keyof WalletSettings]: WalletSettings[K] extends number ? K : never;
}[keyof WalletSettings];

function Caution() {
  const { wallet, vault } = useWallet();
  const [settings, setSettings] = useState<WalletSettings>(wallet.settings);
  const task = useTask();
  const set = (part: Partial<WalletSettings>) => setSettings({ ...settings, ...part });
  const number = (key: NumberKey) => ({
    value: settings[key],
    min: 0,
    max: 1_000_000,
    allowDecimal: false,
    onChange: (value: string | number) =>
      set({ [key]: Math.max(0, Math.trunc(Number(value) || 0)) }),
  });
  const isChanged = JSON.stringify(settings) !== JSON.stringify(wallet.settings);
  return (
    <Part
      title="How careful the wallet is"
      text="Every yes tells a sponsor a little. The wallet counts, and warns or refuses."
    >
      <Stack>
        <Group grow preventGrowOverflow={false} align="flex-end">
          <NumberInput
            label="Studies that one sponsor may hear a yes about"
            {...number("budgetPerSponsor")}
          />
          <NumberInput label="Within how many days" {...number("budgetDays")} />
        </Group>
        <Group grow preventGrowOverflow={false} align="flex-end">
          <NumberInput
            label="Fewest records that a yes could come from"
            {...number("fewestLeaves")}
          />
          <NumberInput label="Fewest clinics" {...number("fewestClinics")} />
        </Group>
        <Select
          label="If there are fewer"
          maw={280}
          allowDeselect={false}
          data={[
            { value: "warn", label: "Warn me" },
            { value: "refuse", label: "Do not answer" },
          ]}
          value={settings.belowThat}
          onChange={(value) => set({ belowThat: value === "refuse" ? "refuse" : "warn" })}
        />
        <Group grow preventGrowOverflow={false} align="flex-end">
          <NumberInput
            label="A consent waits for this many others"
            description="Who else could have sent it; 0 sends it at once."
            {...number("waitForOthers")}
          />
          <NumberInput
            label="But at most about this many days"
            description="So that a small study does not wait for ever."
            {...number("waitAtMostDays")}
          />
        </Group>
        <Group>
          <Button
            disabled={!isChanged || task.isRunning}
            onClick={() =>
              void task.run(async (say) => {
                say("Saving…");
                await vault.save({ ...vault.opened.wallet, settings });
              })
            }
          >
            Save these settings
          </Button>
        </Group>
        <Doing task={task} />
      </Stack>
    </Part>
  );
}

function Passphrase() {
  const { vault } = useWallet();
  const [before, setBefore] = useState("");
  const [typed, setTyped] = useState(NOTHING_TYPED);
  const [isDone, setDone] = useState(false);
  const task = useTask();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void task.run(async (say) => {
      setDone(false);
      say("Encrypting anew…");
      await vault.changePassphrase(before, typed.first);
      setBefore("");
      setTyped(NOTHING_TYPED);
      setDone(true);
    });
  };
  return (
    <Part
      title="Passphrase"
      text="Recovery files that you saved before keep the passphrase they were saved with."
    >
      <Stack component="form" onSubmit={submit}>
        <PasswordInput
          label="Present passphrase"
          autoComplete="current-password"
          value={before}
          onChange={(event) => setBefore(event.currentTarget.value)}
        />
        <NewPassphrase label="New passphrase" typed={typed} onChange={setTyped} />
        <Group>
          <Button type="submit" disabled={before === "" || !isReady(typed) || task.isRunning}>
            Change the passphrase
          </Button>
        </Group>
        <Doing task={task} />
        {isDone && <Text role="status">The passphrase is changed.</Text>}
      </Stack>
    </Part>
  );
}

const CONFIRMATION = "delete";

function Remove() {
  const { vault } = useWallet();
  const [isAsking, setAsking] = useState(false);
  const [typed, setTyped] = useState("");
  const remove = async () => {
    await forgetKept();
    await vault.remove();
  };
  return (
    <Part
      title="Delete this wallet"
      text="Deletes your record and your keys from this browser. Without a recovery file nobody can bring them back, and studies you joined can only be left with the printed code."
    >
      <Group>
        <Button
          color="red"
          variant="light"
          leftSection={<IconTrash size={18} aria-hidden />}
          onClick={() => setAsking(true)}
        >
          Delete the wallet
        </Button>
      </Group>
      <Modal opened={isAsking} onClose={() => setAsking(false)} title="Delete the wallet for good?">
        <Stack>
          <Text>Have you saved a recovery file, and printed the withdrawal codes?</Text>
          <TextInput
            label={`Type “${CONFIRMATION}” to go on`}
            autoComplete="off"
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setAsking(false)}>
              Keep it
            </Button>
            <Button
              color="red"
              disabled={typed.trim().toLowerCase() !== CONFIRMATION}
              onClick={() => void remove()}
            >
              Delete for good
            </Button>
          </Group>
        </Stack>
      </Modal>
    </Part>
  );
}
