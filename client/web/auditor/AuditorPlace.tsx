import {
  IconDatabase,
  IconDatabaseExport,
  IconListCheck,
  IconShieldCheck,
  IconTimeline,
} from "@tabler/icons-react";
import { lazy } from "react";
import { ExchangeProvider } from "../shared/exchange.tsx";
import { SectionLinks } from "../shared/SectionLinks.tsx";
import { Sections, section } from "../shared/sections.tsx";
import { TrialChoice } from "./TrialChoice.tsx";
import { AuditorProvider } from "./worker/auditor.tsx";

const TimelinePage = lazy(() => import("./timeline/TimelinePage.tsx"));
const ProofPage = lazy(() => import("./proof/ProofPage.tsx"));
const HistoryPage = lazy(() => import("./history/HistoryPage.tsx"));
const ExchangeChoice = lazy(() => import("./exchange/ExchangeChoice.tsx"));
const ExchangePage = lazy(() => import("./exchange/ExchangePage.tsx"));
const RecordsPage = lazy(() => import("./records/RecordsPage.tsx"));

const TIMELINES = { name: "Timelines", icon: IconTimeline, also: "/trial/:protocol" };
const SECTIONS = [
  section("/", () => <TrialChoice />, TIMELINES),
  section("/trial/:protocol", ({ protocol }) => <TimelinePage protocolNumber={protocol} />),
  section("/proof", () => <ProofPage />, { name: "One proof", icon: IconShieldCheck }),
  section("/history", () => <HistoryPage />, { name: "Whole history", icon: IconListCheck }),
  section("/exchange", () => <ExchangeChoice />, {
    ...{ name: "Data", icon: IconDatabaseExport, also: "/exchange/:protocol" },
  }),
  section("/exchange/:protocol", ({ protocol }) => <ExchangePage protocolNumber={protocol} />),
  section("/records", () => <RecordsPage />, { name: "Records registry", icon: IconDatabase }),
];

/** For everybody, signed in as nobody. */
export default function AuditorPlace() {
  return (
    <ExchangeProvider>
      <AuditorProvider>
        <SectionLinks label="Auditor's window" sections={SECTIONS} />
        <Sections sections={SECTIONS} />
      </AuditorProvider>
    </ExchangeProvider>
  );
}
