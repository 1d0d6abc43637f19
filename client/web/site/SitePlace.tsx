import { lazy, Suspense } from "react";
import { Redirect, Route, Switch } from "wouter";
import { LoadingPage } from "../shared/Loading.tsx";
import { SignedIn } from "../shared/SignedIn.tsx";
import { useFocusOnMove } from "../shared/useMoves.ts";
import { ActsProvider } from "./acts.tsx";
import { SitesPage } from "./SitesPage.tsx";

// Verifying proofs and reading charts of participants is loaded when somebody is looked after.
const SitePage = lazy(() => import("./SitePage.tsx"));
const VisitPage = lazy(() => import("./VisitPage.tsx"));

/** The site's desk: who is expected, who came, and the check of the person who stands there. */
export default function SitePlace() {
  return (
    <ActsProvider>
      <SignedIn role="site" keys="site">
        <Pages />
      </SignedIn>
    </ActsProvider>
  );
}

type At = { readonly protocol: string; readonly site: string };

function Pages() {
  useFocusOnMove();
  const place = ({ protocol, site }: At) => ({
    protocolNumber: decodeURIComponent(protocol),
    siteId: Number(site),
  });
  return (
    <Suspense fallback={<LoadingPage />}>
      <Switch>
        <Route path="/" component={SitesPage} />
        <Route path="/:protocol/:site">{(at) => <SitePage {...place(at)} />}</Route>
        <Route path="/:protocol/:site/arrival">
          {(at) => <VisitPage {...place(at)} kind="arrival" />}
        </Route>
        <Route path="/:protocol/:site/new-wallet">
          {(at) => <VisitPage {...place(at)} kind="succession" />}
        </Route>
        <Route>
          <Redirect to="/" />
        </Route>
      </Switch>
    </Suspense>
  );
}
