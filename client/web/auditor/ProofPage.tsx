import { TextInput } from "@mantine/core";
import { useState } from "react";
import { PageHead } from "../shared/PageHead.tsx";
import { ProofCheck } from "./ProofCheck.tsx";

/** Any transaction with a proof, verified on this computer. */
export default function ProofPage() {
  const [transaction, setTransaction] = useState("");
  return (
    <>
      <PageHead
        title="Verify one proof"
        text="A screening, a consent or a withdrawal, by its transaction. The proof is verified on this computer with the published keys; the server is not asked."
      />
      <TextInput
        label="Transaction"
        placeholder="0x…"
        maw={720}
        mb="md"
        classNames={{ input: "code" }}
        spellCheck={false}
        autoComplete="off"
        value={transaction}
        onChange={(event) => setTransaction(event.currentTarget.value.trim())}
      />
      <ProofCheck key={transaction} transaction={transaction} />
    </>
  );
}
