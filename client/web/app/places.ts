// The places of the exchange, one for each role; the server serves the same document for all of them, each
// with a policy of its own.
import {
  IconBuildingHospital,
  IconClipboardCheck,
  IconFileSearch,
  IconScale,
  IconUsersGroup,
  IconWallet,
  type TablerIcon,
} from "@tabler/icons-react";
import { type ComponentType, type LazyExoticComponent, lazy } from "react";

export type Place = {
  /** First segment of the path. */
  readonly path: "wallet" | "clinic" | "site" | "sponsor" | "board" | "auditor";
  readonly name: string;
  readonly who: string;
  readonly does: string;
  readonly icon: TablerIcon;
  /** Small: its first screen shows before the library is loaded, and it wraps the rest in `Exchange` itself. */
  readonly page: LazyExoticComponent<ComponentType>;
};

export const PLACES: readonly Place[] = [
  {
    path: "wallet",
    name: "Patient wallet",
    who: "For patients",
    does: "Keep your record on this device, see which studies fit you, and take part without showing who you are.",
    icon: IconWallet,
    page: lazy(() => import("../wallet/WalletPlace.tsx")),
  },
  {
    path: "clinic",
    name: "Clinic desk",
    who: "For clinics",
    does: "Turn FHIR records into attested ones, anchor them, replace and revoke them.",
    icon: IconBuildingHospital,
    page: lazy(() => import("../clinic/ClinicPlace.tsx")),
  },
  {
    path: "site",
    name: "Site desk",
    who: "For trial sites",
    does: "Check the person who arrives, sign arrivals and attestations, see who is expected.",
    icon: IconClipboardCheck,
    page: lazy(() => import("../site/SitePlace.tsx")),
  },
  {
    path: "sponsor",
    name: "Sponsor console",
    who: "For sponsors",
    does: "Write criteria in plain terms, publish a trial, enroll consented participants, follow the funnel.",
    icon: IconUsersGroup,
    page: lazy(() => import("../sponsor/SponsorPlace.tsx")),
  },
  {
    path: "board",
    name: "Ethics board",
    who: "For review boards",
    does: "Read what a version really asks, compare it with the one before, approve, reject or suspend.",
    icon: IconScale,
    page: lazy(() => import("../board/BoardPlace.tsx")),
  },
  {
    path: "auditor",
    name: "Auditor's window",
    who: "For auditors, and everybody",
    does: "Check every proof and the whole consent history against a node of your choice, trusting nobody.",
    icon: IconFileSearch,
    page: lazy(() => import("../auditor/AuditorPlace.tsx")),
  },
];
