import { PageHead } from "../shared/PageHead.tsx";

export default function SponsorPlace() {
  return <PageHead title="Sponsor" />;
}
