import { IconDatabase, IconListCheck, IconShieldCheck, IconTimeline } from "@tabler/icons-react";
import { lazy, Suspense } from "react";
import { Route, Switch } from "wouter";
import { LoadingPage } from "../shared/Loading.tsx";
import { SectionLinks } from "../shared/SectionLinks.tsx";
import { AuditorProvider } from "./auditor.tsx";
import { TrialChoice } from "./TrialChoice.tsx";

const TimelinePage = lazy(() => import("./TimelinePage.tsx"));
const ProofPage = lazy(() => import("./ProofPage.tsx"));
const HistoryPage = lazy(() => import("./HistoryPage.tsx"));
const RecordsPage = lazy(() => import("./RecordsPage.tsx"));

const SECTIONS = [
  { path: "/", also: "/trial/:protocol", name: "Timelines", icon: IconTimeline },
  { path: "/proof", name: "One proof", icon: IconShieldCheck },
  { path: "/history", name: "Whole history", icon: IconListCheck },
  { path: "/records", name: "Records registry", icon: IconDatabase },
];

/** For everybody, signed in as nobody. */
export default function AuditorPlace() {
  return (
    <AuditorProvider>
      <SectionLinks label="Auditor's window" sections={SECTIONS} />
      <Suspense fallback={<LoadingPage />}>
        <Switch>
          <Route path="/trial/:protocol">
            {({ protocol }) => <TimelinePage protocolNumber={protocol} />}
          </Route>
          <Route path="/proof">
            <ProofPage />
          </Route>
          <Route path="/history">
            <HistoryPage />
          </Route>
          <Route path="/records">
            <RecordsPage />
          </Route>
          <Route>
            <TrialChoice />
          </Route>
        </Switch>
      </Suspense>
    </AuditorProvider>
  );
}
