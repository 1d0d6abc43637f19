// The first thing a patient sees: small, so that the lock stands before the library is here.
import { lazy, Suspense, useEffect } from "react";
import { Route, Switch } from "wouter";
import { LoadingPage } from "../shared/Loading.tsx";
import { StartOver } from "./gate/StartOver.tsx";
import { Unlock } from "./gate/Unlock.tsx";
import { Welcome } from "./gate/Welcome.tsx";
import { SessionProvider, useSession } from "./vault/session.tsx";

const Exchange = lazy(() => import("../app/Exchange.tsx"));
const OpenWallet = lazy(() => import("./OpenWallet.tsx"));
const WithdrawByCode = lazy(() => import("./WithdrawByCode.tsx"));

export default function WalletPlace() {
  useEffect(() => {
    // What keeps the pages for use without a connection.
    void navigator.serviceWorker?.register("/sw.js").catch(() => {});
  }, []);
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
          <Gate />
        </SessionProvider>
      </Route>
    </Switch>
  );
}

function Gate() {
  const { hasWallet, opened } = useSession();
  if (hasWallet === undefined) return <LoadingPage />;
  if (!hasWallet) return <Welcome />;
  if (opened === undefined) return <Unlock />;
  return (
    <Suspense fallback={<LoadingPage />}>
      <Exchange>
        <OpenWallet />
      </Exchange>
    </Suspense>
  );
}
