import { IconClipboardCheck, IconDatabaseExport } from "@tabler/icons-react";
import { lazy } from "react";
import { SectionLinks } from "../shared/SectionLinks.tsx";
import { SignedIn } from "../shared/SignedIn.tsx";
import { Sections, section } from "../shared/sections.tsx";
import { DocumentKeys } from "./documentKeys.tsx";

const AssignedTrials = lazy(() => import("./AssignedTrials.tsx"));
const ReviewPage = lazy(() => import("./ReviewPage.tsx"));
const CasesPage = lazy(() => import("./cases/CasesPage.tsx"));

const SECTIONS = [
  section("/", () => <AssignedTrials />, { name: "Reviews", icon: IconClipboardCheck }),
  section("/data", () => <CasesPage />, { name: "Data", icon: IconDatabaseExport }),
  section("/:protocol/:version/changes", (at) => <ReviewPage {...versionAt(at)} view="changes" />),
  section("/:protocol/:version", (at) => <ReviewPage {...versionAt(at)} view="text" />),
];

function versionAt({ protocol, version }: { protocol: string; version: string }) {
  return { protocolNumber: protocol, version: Number(version) };
}

/** What waits for the signed-in board, each version's review, and what becomes of the data. */
export default function BoardPlace() {
  return (
    <SignedIn role="ethics board" keys="board">
      <DocumentKeys>
        <div>
          <SectionLinks label="Ethics board" sections={SECTIONS} />
          <Sections sections={SECTIONS} />
        </div>
      </DocumentKeys>
    </SignedIn>
  );
}
