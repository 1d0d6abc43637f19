import { lazy, Suspense } from "react";
import { useLocation } from "wouter";
import { LoadingPage } from "../shared/Loading.tsx";
import { SignedIn } from "../shared/SignedIn.tsx";
import { Sections, section } from "../shared/sections.tsx";
import { useFocusOnMove } from "../shared/useMoves.ts";
import { ActsProvider } from "./data/acts.tsx";

// Each page is loaded when it is opened: what verifies proofs is large.
const SitesPage = lazy(() => import("./SitesPage.tsx"));
const SitePage = lazy(() => import("./roster/SitePage.tsx"));
const DataPage = lazy(() => import("./data/DataPage.tsx"));
const VisitPage = lazy(() => import("./visit/VisitPage.tsx"));
const EmergencyPage = lazy(() => import("./emergency/EmergencyPage.tsx"));

const EMERGENCY = "/emergency";

const SECTIONS = [
  section("/", () => <SitesPage />),
  section("/:protocol/:site", (at) => <SitePage {...siteAt(at)} />),
  section("/:protocol/:site/data", (at) => <DataPage {...siteAt(at)} />),
  section("/:protocol/:site/arrival", (at) => <VisitPage {...siteAt(at)} kind="arrival" />),
  section("/:protocol/:site/new-wallet", (at) => <VisitPage {...siteAt(at)} kind="succession" />),
];

function siteAt({ protocol, site }: { protocol: string; site: string }) {
  return { protocolNumber: protocol, siteId: Number(site) };
}

/** The site's desk: who is expected, who came, and the check of the person who stands there. */
export default function SitePlace() {
  const [location] = useLocation();
  // Not the site's staff: an emergency clinician is accredited by governance, and works at no site of the trial.
  if (location === EMERGENCY) {
    return (
      <SignedIn role="emergency clinician" keys="emergency">
        <Suspense fallback={<LoadingPage />}>
          <EmergencyPage />
        </Suspense>
      </SignedIn>
    );
  }
  return (
    <ActsProvider>
      <SignedIn role="site" keys="site">
        <Pages />
      </SignedIn>
    </ActsProvider>
  );
}

function Pages() {
  useFocusOnMove();
  return <Sections sections={SECTIONS} />;
}
