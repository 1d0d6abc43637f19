import { PageHead } from "../shared/PageHead.tsx";

export default function AuditorPlace() {
  return <PageHead title="Auditor" />;
}
