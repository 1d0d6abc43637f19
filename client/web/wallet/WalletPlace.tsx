// The first thing a patient sees: small, so that the lock shows before the library is loaded.

import { Anchor, Text } from "@mantine/core";
import { lazy, Suspense, useEffect } from "react";
import { Trans } from "react-i18next";
import { Link, Route, Switch } from "wouter";
import { LoadingPage } from "../shared/Loading.tsx";
import { t, useLanguage } from "../shared/language.ts";
import { PageHead } from "../shared/PageHead.tsx";
import { LockWarning } from "./gate/LockWarning.tsx";
import { StartOver } from "./gate/StartOver.tsx";
import { Unlock } from "./gate/Unlock.tsx";
import { Welcome } from "./gate/Welcome.tsx";
import { InLanguage } from "./Language.tsx";
import { Sorry } from "./Sorry.tsx";
import { watchInstall } from "./settings/installing.ts";
import { SessionProvider, useSession } from "./vault/session.tsx";

const Exchange = lazy(() => import("../shared/ExchangeRoot.tsx"));
const OpenWallet = lazy(() => import("./OpenWallet.tsx"));
const WithdrawByCode = lazy(() => import("./WithdrawByCode.tsx"));
const PracticePage = lazy(() => import("./practice/PracticePage.tsx"));
const Recover = lazy(() => import("./gate/Recover.tsx"));

// The browser offers it once, before any page of the wallet could ask.
watchInstall();

export default function WalletPlace() {
  useEffect(() => {
    keepPages().catch(() => {
      // Then they need a connection, like any page.
    });
  }, []);
  return (
    <>
      {/* Here alone: of all places only the wallet is an app. */}
      <link rel="manifest" href="/wallet.webmanifest" />
      <InLanguage>
        <Places />
      </InLanguage>
    </>
  );
}

function Places() {
  return (
    <Switch>
      <Route path="/withdraw-by-code">
        <Suspense fallback={<LoadingPage />}>
          <Exchange>
            <WithdrawByCode />
          </Exchange>
        </Suspense>
      </Route>
      <Route path="/start-over">
        <StartOver />
      </Route>
      <Route>
        <SessionProvider>
          <Switch>
            <Route path="/practice">
              <Suspense fallback={<LoadingPage />}>
                <PracticePage />
              </Suspense>
            </Route>
            <Route>
              <Gate />
            </Route>
          </Switch>
          <LockWarning />
        </SessionProvider>
      </Route>
    </Switch>
  );
}

/** Starts the service worker, which keeps the pages for use without a connection. */
async function keepPages(): Promise<void> {
  await navigator.serviceWorker?.register("/sw.js");
}

function Gate() {
  // Another language is another page: whatever stands within is drawn anew.
  useLanguage();
  const { hasWallet, problem, opened } = useSession();
  if (problem !== undefined) return <NoStorage />;
  if (hasWallet === undefined) return <LoadingPage />;
  if (!hasWallet) return <WithoutWallet />;
  if (opened === undefined) return <Unlock />;
  return (
    <Suspense fallback={<LoadingPage />}>
      <Exchange>
        <OpenWallet />
      </Exchange>
    </Suspense>
  );
}

function WithoutWallet() {
  return (
    <Switch>
      <Route path="/recover">
        <Suspense fallback={<LoadingPage />}>
          <Recover />
        </Suspense>
      </Route>
      <Route>
        <Welcome />
      </Route>
    </Switch>
  );
}

/** Without the browser's storage there is no wallet; leaving a study needs none. */
function NoStorage() {
  const { problem, lookAgain } = useSession();
  return (
    <>
      <PageHead title={t("Your wallet cannot be opened here")} />
      <Sorry problem={problem} retry={lookAgain} />
      <Text size="sm" c="dimmed">
        <Trans
          i18nKey="To leave a study you only need your printed code: <way>withdraw with the code</way>."
          components={{
            way: <Anchor component={Link} href="/withdraw-by-code" inherit underline="always" />,
          }}
        />
      </Text>
    </>
  );
}
