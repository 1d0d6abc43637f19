import { Alert, Badge } from "@mantine/core";
import {
  IconAddressBook,
  IconAnchor,
  IconFileImport,
  IconHistory,
  IconListSearch,
  IconShieldOff,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { Redirect, Route, Switch } from "wouter";
import { useActor } from "../shared/account.tsx";
import { LoadingPage } from "../shared/Loading.tsx";
import { SectionLinks } from "../shared/SectionLinks.tsx";
import { SignedIn } from "../shared/SignedIn.tsx";
import { useFocusOnMove } from "../shared/useMoves.ts";
import { DeskProvider, useDesk } from "./desk.tsx";
import { RosterProvider } from "./roster/session.tsx";

// What reads charts and builds records is loaded when it is looked at.
const RecordsPage = lazy(() => import("./RecordsPage.tsx"));
const PatientPage = lazy(() => import("./PatientPage.tsx"));
const CodesPage = lazy(() => import("./CodesPage.tsx"));
const BatchPage = lazy(() => import("./BatchPage.tsx"));
const RosterPage = lazy(() => import("./roster/RosterPage.tsx"));
const RegistryPage = lazy(() => import("./RegistryPage.tsx"));

/** The clinic's desk: charts in, attested records out. */
export default function ClinicPlace() {
  return (
    <DeskProvider>
      <SignedIn role="clinic" keys="clinic">
        <RosterProvider>
          <Standing />
          <Pages />
        </RosterProvider>
      </SignedIn>
    </DeskProvider>
  );
}

function Pages() {
  useFocusOnMove();
  const { attested, ready } = useDesk();
  const waiting = attested.length + ready.filter(({ isHandedOver }) => !isHandedOver).length;
  const mark =
    waiting > 0 ? (
      <Badge size="sm" aria-label={`${waiting} waiting`}>
        {waiting}
      </Badge>
    ) : undefined;
  return (
    <div>
      <SectionLinks
        label="Clinic desk"
        sections={[
          { path: "/", also: "/patients/:id", name: "Patients", icon: IconFileImport },
          { path: "/codes", name: "Codes", icon: IconListSearch },
          { path: "/batch", name: "Anchor and hand over", icon: IconAnchor, mark },
          { path: "/roster", name: "Roster", icon: IconAddressBook },
          { path: "/registry", name: "On the registry", icon: IconHistory },
        ]}
      />
      <Suspense fallback={<LoadingPage />}>
        <Switch>
          <Route path="/" component={RecordsPage} />
          <Route path="/patients/:id">{({ id }) => <PatientPage id={Number(id)} />}</Route>
          <Route path="/codes" component={CodesPage} />
          <Route path="/batch" component={BatchPage} />
          <Route path="/roster" component={RosterPage} />
          <Route path="/registry" component={RegistryPage} />
          <Route>
            <Redirect to="/" />
          </Route>
        </Switch>
      </Suspense>
    </div>
  );
}

/** Says early what the contract would say late. */
function Standing() {
  const { api, address } = useActor();
  const { data } = useQuery({
    queryKey: ["account", address],
    queryFn: () => api.account(),
  });
  if (data == null || data.roles.includes("CLINIC")) return null;
  return (
    <Alert
      color="yellow"
      icon={<IconShieldOff aria-hidden />}
      title="This account is not an accredited clinic"
    >
      You can read charts and look at what they would become. Anchoring and permits count only once
      governance has accredited this account.
    </Alert>
  );
}
