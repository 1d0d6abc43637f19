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
import { useEffect, useRef, useSyncExternalStore } from "react";
import { Link, Redirect, Route, Switch, useLocation } from "wouter";
import { CodePage } from "./CodePage.tsx";
import { DataProvider } from "./data.tsx";
import classes from "./OpenWallet.module.css";
import { Overview } from "./Overview.tsx";
import { Renewal } from "./Renewal.tsx";
import { ImportPage } from "./record/ImportPage.tsx";
import { RecordPage } from "./record/RecordPage.tsx";
import { SettingsPage } from "./SettingsPage.tsx";
import { CheckInPage } from "./trial/CheckInPage.tsx";
import { SendingProvider } from "./trial/sending.tsx";
import { TrialPage } from "./trial/TrialPage.tsx";
import { TrialsPage } from "./trial/TrialsPage.tsx";
import { KeysProvider } from "./useKeys.tsx";
import { useWallet } from "./vault/session.tsx";

const PAGES = [
  { path: "/", name: "Overview", icon: IconHome },
  { path: "/record", name: "My record", icon: IconFileText },
  { path: "/trials", name: "Studies", icon: IconClipboardList },
  { path: "/settings", name: "Settings", icon: IconSettings },
] as const;

export default function OpenWallet() {
  useFocusOnNewPage();
  return (
    <KeysProvider>
      <DataProvider>
        <SendingProvider>
          <Pages />
          <Offline />
          <Renewal />
          <Switch>
            <Route path="/" component={Overview} />
            <Route path="/code" component={CodePage} />
            <Route path="/record" component={RecordPage} />
            <Route path="/record/import" component={ImportPage} />
            <Route path="/trials" component={TrialsPage} />
            <Route path="/trials/:name">
              {({ name }) => <TrialPage key={name} protocolNumber={decodeURIComponent(name)} />}
            </Route>
            <Route path="/trials/:name/check-in">
              {({ name }) => <CheckInPage key={name} protocolNumber={decodeURIComponent(name)} />}
            </Route>
            <Route path="/settings" component={SettingsPage} />
            <Route>
              <Redirect to="/" replace />
            </Route>
          </Switch>
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
      <nav aria-label="Wallet" className={classes.pages}>
        {PAGES.map(({ path: to, name, icon: Icon }) => {
          const isHere = to === "/" ? path === "/" : path.startsWith(to);
          return (
            <NavLink
              key={to}
              component={Link}
              href={to}
              label={name}
              w="auto"
              classNames={{ root: classes.page!, section: classes.icon!, label: classes.name! }}
              leftSection={<Icon size={18} aria-hidden />}
              active={isHere}
              aria-current={isHere ? "page" : undefined}
            />
          );
        })}
      </nav>
      <Button
        variant="default"
        aria-label="Lock"
        leftSection={<IconLock size={18} aria-hidden />}
        classNames={{ root: classes.lock!, section: classes.lockIcon! }}
        onClick={() => vault.lock("asked")}
      >
        <span className={classes.lockName}>Lock</span>
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
      title="You are offline"
      mb="lg"
      role="status"
    >
      You can read your record and what was last known of your studies. To answer, consent or
      withdraw you need a connection.
    </Alert>
  );
}

function watchOnline(onChange: () => void): () => void {
  for (const name of ["online", "offline"]) addEventListener(name, onChange);
  return () => {
    for (const name of ["online", "offline"]) removeEventListener(name, onChange);
  };
}

/** Another page begins at its beginning, for the eyes and for screen readers. */
function useFocusOnNewPage(): void {
  const [path] = useLocation();
  const before = useRef(path);
  useEffect(() => {
    if (before.current === path) return;
    before.current = path;
    window.scrollTo(0, 0);
    document.getElementById("main")?.focus({ preventScroll: true });
  }, [path]);
}
