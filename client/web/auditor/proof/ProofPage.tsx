import { TextInput } from "@mantine/core";
import { useState } from "react";
import { PageHead } from "../../shared/PageHead.tsx";
import { useFragment } from "../../shared/useFragment.ts";
import { ProofCheck } from "./ProofCheck.tsx";

/** Any transaction with a proof, verified on this computer; behind a "#" the address may name it. */
export default function ProofPage() {
  const named = useFragment();
  const [typed, setTyped] = useState<string>();
  const transaction = typed ?? named;
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
        onChange={(event) => setTyped(event.currentTarget.value.trim())}
      />
      <ProofCheck key={transaction} transaction={transaction} />
    </>
  );
}
