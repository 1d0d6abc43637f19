import { Anchor } from "@mantine/core";
import { lazy, useState } from "react";
import { Link, Redirect, useLocation } from "wouter";
import { SignedIn } from "../shared/SignedIn.tsx";
import { Sections, section } from "../shared/sections.tsx";
import { useFocusOnMove } from "../shared/useMoves.ts";
import { DraftProvider } from "./draft/draft.tsx";

const TrialList = lazy(() => import("./TrialList.tsx"));
const StartPage = lazy(() => import("./StartPage.tsx"));
const ImportPage = lazy(() => import("./import/ImportPage.tsx"));
const EditorPage = lazy(() => import("./editor/EditorPage.tsx"));
const PublishPage = lazy(() => import("./publish/PublishPage.tsx"));
const TrialPage = lazy(() => import("./trial/TrialPage.tsx"));
const DataPage = lazy(() => import("./data/DataPage.tsx"));
const AmendPage = lazy(() => import("./publish/AmendPage.tsx"));

const SECTIONS = [
  section("/", () => <TrialList />),
  section("/edit", () => <EditorPage />),
  section("/publish", () => <PublishPage />),
  section("/trial/:protocol/amend", ({ protocol }) => <AmendPage protocolNumber={protocol} />),
  section("/trial/:protocol/data", ({ protocol }) => <DataPage protocolNumber={protocol} />),
  section("/trial/:protocol/:tab?", ({ protocol, tab = "overview" }) => (
    <TrialPage protocolNumber={protocol} tab={tab} />
  )),
];

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
  const beginning = [
    section("/new", () => <StartPage onImport={importFile} />),
    section("/import", () => (protocol ? <ImportPage file={protocol} /> : <Redirect to="/new" />)),
  ];
  useFocusOnMove();
  return (
    <div>
      {location !== "/" && (
        <Anchor component={Link} href="/" size="sm" className="no-print">
          All trials
        </Anchor>
      )}
      <Sections sections={[...beginning, ...SECTIONS]} />
    </div>
  );
}
