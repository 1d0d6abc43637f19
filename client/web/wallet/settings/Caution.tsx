import { Button, Group, NumberInput, Select, Stack } from "@mantine/core";
import { useState } from "react";
import type { WalletSettings } from "../../../patient/wallet.ts";
import { t } from "../../shared/language.ts";
import { useTask } from "../../shared/useTask.ts";
import { Doing } from "../Sorry.tsx";
import { useWallet } from "../vault/session.tsx";
import { Part } from "./Part.tsx";

type NumberKey = {
  [K in keyof WalletSettings]: WalletSettings[K] extends number ? K : never;
}[keyof WalletSettings];

/** What the wallet counts, and when it warns or refuses. */
export function Caution() {
  const { wallet, vault } = useWallet();
  const [settings, setSettings] = useState<WalletSettings>(wallet.settings);
  const task = useTask();
  const isChanged = JSON.stringify(settings) !== JSON.stringify(wallet.settings);
  return (
    <Part
      title={t("How careful the wallet is")}
      text={t("Every yes tells a sponsor a little. The wallet counts, and warns or refuses.")}
    >
      <Stack>
        <CautionFields settings={settings} set={(part) => setSettings({ ...settings, ...part })} />
        <Group>
          <Button
            disabled={!isChanged || task.isRunning}
            onClick={() =>
              void task.run(async (say) => {
                say(t("Saving…"));
                await vault.save({ ...vault.opened.wallet, settings });
              })
            }
          >
            {t("Save these settings")}
          </Button>
        </Group>
        <Doing task={task} />
      </Stack>
    </Part>
  );
}

type CautionProps = {
  readonly settings: WalletSettings;
  readonly set: (part: Partial<WalletSettings>) => void;
};

function CautionFields({ settings, set }: CautionProps) {
  const number = (key: NumberKey) => ({
    value: settings[key],
    min: 0,
    max: 1_000_000,
    allowDecimal: false,
    onChange: (value: string | number) =>
      set({ [key]: Math.max(0, Math.trunc(Number(value) || 0)) }),
  });
  return (
    <>
      <Group grow preventGrowOverflow={false} align="flex-end">
        <NumberInput
          label={t("Studies that one sponsor may get a yes for")}
          {...number("budgetPerSponsor")}
        />
        <NumberInput label={t("Within how many days")} {...number("budgetDays")} />
      </Group>
      <Group grow preventGrowOverflow={false} align="flex-end">
        <NumberInput
          label={t("Fewest records that a yes could come from")}
          {...number("fewestLeaves")}
        />
        <NumberInput label={t("Fewest clinics")} {...number("fewestClinics")} />
      </Group>
      <Select
        label={t("If there are fewer")}
        maw={280}
        allowDeselect={false}
        data={[
          { value: "warn", label: t("Warn me") },
          { value: "refuse", label: t("Do not answer") },
        ]}
        value={settings.belowThat}
        onChange={(value) => set({ belowThat: value === "refuse" ? "refuse" : "warn" })}
      />
      <Group grow preventGrowOverflow={false} align="flex-end">
        <NumberInput
          label={t("A consent waits for this many others")}
          description={t("Who else could have sent it; 0 sends it at once.")}
          {...number("waitForOthers")}
        />
        <NumberInput
          label={t("But for about this many days at most")}
          description={t("So that it does not wait for ever in a small study.")}
          {...number("waitAtMostDays")}
        />
      </Group>
    </>
  );
}
