import { Anchor } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import { Link, Redirect, Route, Switch, useLocation } from "wouter";
import { LoadingPage } from "../shared/Loading.tsx";
import { SignedIn } from "../shared/SignedIn.tsx";
import { useFocusOnMove } from "../shared/useMoves.ts";
import { DraftProvider } from "./draft/draft.tsx";
import { TrialList } from "./TrialList.tsx";

const StartPage = lazy(() => import("./StartPage.tsx"));
const ImportPage = lazy(() => import("./import/ImportPage.tsx"));
const EditorPage = lazy(() => import("./editor/EditorPage.tsx"));
const PublishPage = lazy(() => import("./publish/PublishPage.tsx"));
const TrialPage = lazy(() => import("./trial/TrialPage.tsx"));
const AmendPage = lazy(() => import("./publish/AmendPage.tsx"));

/** A sponsor writes trials, publishes them, and follows how they recruit. */
export default function SponsorPlace() {
  return (
    <SignedIn role="sponsor" keys="sponsor">
      <DraftProvider>
        <Pages />
      </DraftProvider>
    </SignedIn>
  );
}

function Pages() {
  const [location, navigate] = useLocation();
  const [protocol, setProtocol] = useState<File>();
  const importFile = (file: File) => {
    setProtocol(file);
    navigate("/import");
  };
  useFocusOnMove();
  return (
    <div>
      {location !== "/" && (
        <Anchor component={Link} href="/" size="sm" className="no-print">
          All trials
        </Anchor>
      )}
      <Suspense fallback={<LoadingPage />}>
        <Switch>
          <Route path="/" component={TrialList} />
          <Route path="/new">
            <StartPage onImport={importFile} />
          </Route>
          <Route path="/import">
            {protocol ? <ImportPage file={protocol} /> : <Redirect to="/new" />}
          </Route>
          <Route path="/edit" component={EditorPage} />
          <Route path="/publish" component={PublishPage} />
          <Route path="/trial/:protocol/amend">
            {({ protocol }) => <AmendPage protocolNumber={decodeURIComponent(protocol)} />}
          </Route>
          <Route path="/trial/:protocol/:tab?">
            {({ protocol, tab }) => (
              <TrialPage protocolNumber={decodeURIComponent(protocol)} tab={tab ?? "overview"} />
            )}
          </Route>
          <Route>
            <Redirect to="/" />
          </Route>
        </Switch>
      </Suspense>
    </div>
  );
}
