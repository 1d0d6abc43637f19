import { PageHead } from "../../shared/PageHead.tsx";
import { AccessInUse } from "../proof/AccessForm.tsx";
import { useAuditor } from "../worker/auditor.tsx";
import { HistoryForm } from "./HistoryForm.tsx";
import { Result } from "./Result.tsx";

/** The whole history, replayed and verified on this computer. */
export default function HistoryPage() {
  const { result, setResult } = useAuditor();
  return (
    <>
      <PageHead
        title="Check the whole history"
        text="Every event is replayed, every proof and signature verified again, every tree rebuilt, and the contracts' state compared: on this computer, from a node of your choosing or from a bundle."
      />
      <AccessInUse />
      <HistoryForm onStart={() => setResult(undefined)} onResult={setResult} />
      {result && <Result result={result} onChange={setResult} />}
    </>
  );
}
