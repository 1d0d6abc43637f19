import { PageHead } from "../shared/PageHead.tsx";

export default function ClinicPlace() {
  return <PageHead title="Clinic" />;
}
