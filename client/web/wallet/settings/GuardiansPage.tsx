import {
  Anchor,
  Button,
  Card,
  Code,
  Group,
  List,
  NumberInput,
  PasswordInput,
  Stack,
  Text,
  Title,
} from "@mantine/core";
import { IconArrowLeft, IconDownload, IconPrinter } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { Link } from "wouter";
import { FEWEST_GUARDIANS, MOST_GUARDIANS } from "../../../patient/guardians.ts";
import { t } from "../../shared/language.ts";
import { PageHead } from "../../shared/PageHead.tsx";
import { saveFile } from "../../shared/save.ts";
import { SHORTEST } from "../../shared/strength.ts";
import { useTask } from "../../shared/useTask.ts";
import { Doing } from "../Sorry.tsx";
import { useWallet } from "../vault/session.tsx";

/** Shares of the wallet's seed for people one trusts. */
export default function GuardiansPage() {
  const { wallet } = useWallet();
  const [files, setFiles] = useState<readonly Uint8Array[]>([]);
  return (
    <>
      <Anchor component={Link} href="/settings" size="sm" className="no-print">
        <IconArrowLeft size={14} aria-hidden /> {t("Settings")}
      </Anchor>
      <PageHead
        title={t("Guardians")}
        text={t(
          "People you trust, each with a share of your wallet's keys. Some of them together bring your wallet back; fewer learn nothing.",
        )}
      />
      <Stack gap="lg" maw={720}>
        <HowItWorks />
        {files.length === 0 ? <MakeShares onMade={setFiles} /> : <HandOut files={files} />}
        {wallet.guardians && <Known guardians={wallet.guardians} />}
      </Stack>
    </>
  );
}

function HowItWorks() {
  return (
    <Card component="section" aria-labelledby="how" className="no-print">
      <Title order={2} size="h4" mb="xs" id="how">
        {t("How it works")}
      </Title>
      <List size="sm" spacing={4}>
        <List.Item>
          {t("Each guardian gets a file that only they can open. It names nobody.")}
        </List.Item>
        <List.Item>
          {t(
            "Choose people who would not act together against you: enough of them could open your wallet's keys.",
          )}
        </List.Item>
        <List.Item>
          {t("Nobody else learns of it. Nothing about it is sent, or written into any register.")}
        </List.Item>
        <List.Item>
          {t(
            "Shares bring back your keys and the studies you joined. Your record comes from your clinic again, or from a recovery file.",
          )}
        </List.Item>
        <List.Item>{t("Shares that you gave out before go on working.")}</List.Item>
      </List>
    </Card>
  );
}

const FIRST = { of: 3, needed: 2 };

function MakeShares({ onMade }: { onMade: (files: readonly Uint8Array[]) => void }) {
  const { vault } = useWallet();
  const [typed, setTyped] = useState<readonly string[]>(Array(FIRST.of).fill(""));
  const [needed, setNeeded] = useState(FIRST.needed);
  const task = useTask();
  const setCount = (value: string | number) => {
    const of = within(value, FEWEST_GUARDIANS, MOST_GUARDIANS);
    setTyped((before) => Array.from({ length: of }, (_, i) => before[i] ?? ""));
    setNeeded((before) => Math.min(before, of));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void task.run(async (say) => {
      say(t("Making the shares takes a few seconds for each…"));
      onMade(await vault.share(needed, typed));
    });
  };
  const limits = { allowDecimal: false, clampBehavior: "strict", min: FEWEST_GUARDIANS } as const;
  return (
    <Card component="form" onSubmit={submit} aria-labelledby="make-shares">
      <Stack>
        <Title order={2} size="h4" id="make-shares">
          {t("Make the shares")}
        </Title>
        <Group grow align="flex-end" preventGrowOverflow={false}>
          <NumberInput
            label={t("How many guardians")}
            {...limits}
            max={MOST_GUARDIANS}
            value={typed.length}
            onChange={setCount}
          />
          <NumberInput
            label={t("How many of them are needed")}
            {...limits}
            max={typed.length}
            value={needed}
            onChange={(value) => setNeeded(within(value, FEWEST_GUARDIANS, typed.length))}
          />
        </Group>
        {typed.map((text, i) => (
          <PasswordInput
            // biome-ignore lint/suspicious/noArrayIndexKey: guardians have no names here
            key={i}
            label={t("Guardian {{i}}", { i: i + 1 })}
            description={i === 0 ? secretWords() : undefined}
            autoComplete="off"
            value={text}
            onChange={(event) => {
              const { value } = event.currentTarget;
              setTyped((before) => before.map((one, at) => (at === i ? value : one)));
            }}
          />
        ))}
        <Group>
          <Button
            type="submit"
            disabled={task.isRunning || typed.some((text) => [...text].length < SHORTEST)}
          >
            {t("Make the shares")}
          </Button>
        </Group>
        <Doing task={task} />
      </Stack>
    </Card>
  );
}

const secretWords = (): string =>
  t(
    "A passphrase that this person chooses and remembers (at least {{number}} characters), or their age key (age1…).",
    { number: SHORTEST },
  );

function within(value: string | number, least: number, most: number): number {
  return Math.min(most, Math.max(least, Math.trunc(Number(value) || 0)));
}

function HandOut({ files }: { files: readonly Uint8Array[] }) {
  return (
    <Card component="section" aria-labelledby="hand-out" className="no-print">
      <Title order={2} size="h4" mb="xs" id="hand-out">
        {t("Give each guardian their file")}
      </Title>
      <Text size="sm" mb="sm">
        {t(
          "Save each one where only its guardian gets it, and delete it here. They are not kept: whoever leaves this page makes new ones.",
        )}
      </Text>
      <Group>
        {files.map((bytes, i) => (
          <Button
            // biome-ignore lint/suspicious/noArrayIndexKey: guardians have no names here
            key={i}
            variant="default"
            leftSection={<IconDownload size={18} aria-hidden />}
            onClick={() => saveFile(`share-${i + 1}.age`, bytes, "application/octet-stream")}
          >
            {t("Save share {{i}}", { i: i + 1 })}
          </Button>
        ))}
      </Group>
    </Card>
  );
}

type Guardians = NonNullable<ReturnType<typeof useWallet>["wallet"]["guardians"]>;

/** What was shared last; the check code is for paper, since it is needed when there is no wallet. */
function Known({ guardians: { code, needed, of } }: { guardians: Guardians }) {
  return (
    <Card component="section" aria-labelledby="check-code">
      <Title order={2} size="h4" mb="xs" id="check-code">
        {t("Check code of your shares")}
      </Title>
      <Text size="sm" mb="sm">
        {t(
          "You shared your wallet among {{of}} guardians: any {{needed}} of them bring it back. Keep this code, apart from them. It is no secret. With it, a false share is found out, and nobody can slip you another wallet.",
          { of, needed },
        )}
      </Text>
      <Code fz="md" className="breakable" data-testid="check-code">
        {code}
      </Code>
      <Group mt="sm" className="no-print">
        <Button
          variant="default"
          leftSection={<IconPrinter size={18} aria-hidden />}
          onClick={() => window.print()}
        >
          {t("Print")}
        </Button>
      </Group>
    </Card>
  );
}
