import { PageHead } from "../shared/PageHead.tsx";

export default function SitePlace() {
  return <PageHead title="Site" />;
}
