// The open wallet: its pages, and the way between them.
import { Alert, Button, Group, NavLink } from "@mantine/core";
import {
  IconClipboardList,
  IconCloudOff,
  IconFileText,
  IconHome,
  IconLock,
  IconSettings,
} from "@tabler/icons-react";
import { lazy, useSyncExternalStore } from "react";
import { Link, useLocation } from "wouter";
import { msg, t } from "../shared/language.ts";
import { Sections, section } from "../shared/sections.tsx";
import { useFocusOnMove } from "../shared/useMoves.ts";
import { CodePage } from "./CodePage.tsx";
import { DataProvider } from "./data.tsx";
import { FoundStudies } from "./FoundStudies.tsx";
import classes from "./OpenWallet.module.css";
import { Overview } from "./Overview.tsx";
import { Renewal } from "./Renewal.tsx";
import { ImportPage } from "./record/ImportPage.tsx";
import { RecordPage } from "./record/RecordPage.tsx";
import { Reminders } from "./reminders/Reminders.tsx";
import { SettingsPage } from "./settings/SettingsPage.tsx";
import { CheckInPage } from "./trial/CheckInPage.tsx";
import { SendingProvider } from "./trial/sending.tsx";
import { TrialPage } from "./trial/TrialPage.tsx";
import { TrialsPage } from "./trial/TrialsPage.tsx";
import { KeysProvider } from "./useKeys.tsx";
import { DraftsProvider } from "./vault/formDraft.tsx";
import { useWallet } from "./vault/session.tsx";

const DataPage = lazy(() => import("./data/DataPage.tsx"));
const ConsentPage = lazy(() => import("./trial/ConsentPage.tsx"));
const RepresentPage = lazy(() => import("./settings/RepresentPage.tsx"));
const GuardiansPage = lazy(() => import("./settings/GuardiansPage.tsx"));

const SECTIONS = [
  section("/", () => <Overview />, { name: msg("Overview"), icon: IconHome }),
  section("/code", () => <CodePage />),
  section("/record", () => <RecordPage />, { name: msg("My record"), icon: IconFileText }),
  section("/record/import", () => <ImportPage />),
  section("/trials", () => <TrialsPage />, { name: msg("Studies"), icon: IconClipboardList }),
  section("/trials/:name", ({ name }) => <TrialPage key={name} protocolNumber={name} />),
  section("/trials/:name/data", ({ name }) => <DataPage key={name} protocolNumber={name} />),
  section("/trials/:name/consent", ({ name }) => <ConsentPage key={name} protocolNumber={name} />),
  section("/trials/:name/check-in", ({ name }) => <CheckInPage key={name} protocolNumber={name} />),
  section("/settings", () => <SettingsPage />, { name: msg("Settings"), icon: IconSettings }),
  section("/settings/guardians", () => <GuardiansPage />),
  section("/settings/represent", () => <RepresentPage />),
];

export default function OpenWallet() {
  useFocusOnMove();
  return (
    <KeysProvider>
      <DataProvider>
        <SendingProvider>
          <Pages />
          <Offline />
          <Renewal />
          <FoundStudies />
          <Reminders />
          <DraftsProvider>
            <Sections sections={SECTIONS} />
          </DraftsProvider>
        </SendingProvider>
      </DataProvider>
    </KeysProvider>
  );
}

function Pages() {
  const [path] = useLocation();
  const { vault } = useWallet();
  return (
    <Group justify="space-between" mb="lg" gap="xs" wrap="nowrap" className="no-print">
      <nav aria-label={t("Wallet")} className={classes.pages}>
        {SECTIONS.map(({ path: to, name, icon: Icon }) => {
          if (name === undefined) return null;
          const isHere = to === "/" ? path === "/" : path.startsWith(to);
          return (
            <NavLink
              key={to}
              component={Link}
              href={to}
              label={t(name)}
              w="auto"
              classNames={{ root: classes.page!, section: classes.icon!, label: classes.name! }}
              leftSection={Icon && <Icon size={18} aria-hidden />}
              active={isHere}
              aria-current={isHere ? "page" : undefined}
            />
          );
        })}
      </nav>
      <Button
        variant="default"
        aria-label={t("Lock")}
        leftSection={<IconLock size={18} aria-hidden />}
        classNames={{ root: classes.lock!, section: classes.lockIcon! }}
        onClick={() => vault.lock("asked")}
      >
        <span className={classes.lockName}>{t("Lock")}</span>
      </Button>
    </Group>
  );
}

function Offline() {
  const isOnline = useSyncExternalStore(watchOnline, () => navigator.onLine);
  if (isOnline) return null;
  return (
    <Alert
      color="gray"
      icon={<IconCloudOff aria-hidden />}
      title={t("You are offline")}
      mb="lg"
      role="status"
    >
      {t(
        "You can read your record and the last known state of your studies. To answer, consent or withdraw you need a connection.",
      )}
    </Alert>
  );
}

function watchOnline(onChange: () => void): () => void {
  for (const name of ["online", "offline"]) addEventListener(name, onChange);
  return () => {
    for (const name of ["online", "offline"]) removeEventListener(name, onChange);
  };
}
