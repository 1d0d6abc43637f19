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
import { lazy } from "react";
import { useActor } from "../shared/account.tsx";
import { SectionLinks } from "../shared/SectionLinks.tsx";
import { SignedIn } from "../shared/SignedIn.tsx";
import { Sections, section } from "../shared/sections.tsx";
import { useFocusOnMove } from "../shared/useMoves.ts";
import { DeskProvider, useDesk } from "./desk/desk.tsx";

// What seals the roster, reads charts and builds records is loaded once somebody has signed in.
const RosterProvider = lazy(() => import("./roster/session.tsx"));
const KeepDesk = lazy(() =>
  import("./desk/KeptWork.tsx").then((loaded) => ({ default: loaded.KeepDesk })),
);
const RecordsPage = lazy(() => import("./desk/RecordsPage.tsx"));
const PatientPage = lazy(() => import("./patient/PatientPage.tsx"));
const CodesPage = lazy(() => import("./codes/CodesPage.tsx"));
const BatchPage = lazy(() => import("./batch/BatchPage.tsx"));
const RosterPage = lazy(() => import("./roster/RosterPage.tsx"));
const RegistryPage = lazy(() => import("./registry/RegistryPage.tsx"));

const SECTIONS = [
  section("/", () => <RecordsPage />, {
    ...{ name: "Patients", icon: IconFileImport, also: "/patients/:id" },
  }),
  section("/patients/:id", ({ id }) => <PatientPage id={Number(id)} />),
  section("/codes", () => <CodesPage />, { name: "Codes", icon: IconListSearch }),
  section("/batch", () => <BatchPage />, {
    ...{ name: "Anchor and hand over", icon: IconAnchor, mark: Waiting },
  }),
  section("/roster", () => <RosterPage />, { name: "Roster", icon: IconAddressBook }),
  section("/registry", () => <RegistryPage />, { name: "In the registry", icon: IconHistory }),
];

/** The clinic's desk: charts in, attested records out. */
export default function ClinicPlace() {
  return (
    <DeskProvider>
      <SignedIn role="clinic" keys="clinic">
        <RosterProvider>
          <KeepDesk>
            <Standing />
            <Pages />
          </KeepDesk>
        </RosterProvider>
      </SignedIn>
    </DeskProvider>
  );
}

function Pages() {
  useFocusOnMove();
  return (
    <div>
      <SectionLinks label="Clinic desk" sections={SECTIONS} />
      <Sections sections={SECTIONS} />
    </div>
  );
}

/** How many records wait to be anchored or handed over. */
function Waiting() {
  const { attested, ready } = useDesk();
  const waiting = attested.length + ready.filter(({ isHandedOver }) => !isHandedOver).length;
  if (waiting === 0) return null;
  return (
    <Badge size="sm" aria-label={`${waiting} waiting`}>
      {waiting}
    </Badge>
  );
}

/** Warns early of what the contract would refuse later. */
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
      You can read charts and see what they would become. Anchoring and permits count only once
      governance has accredited this account.
    </Alert>
  );
}
