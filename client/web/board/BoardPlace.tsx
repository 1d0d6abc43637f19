import { PageHead } from "../shared/PageHead.tsx";

export default function BoardPlace() {
  return <PageHead title="Board" />;
}
