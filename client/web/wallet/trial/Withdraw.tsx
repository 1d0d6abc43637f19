import { Button, Group, Modal, Text } from "@mantine/core";
import { IconDoorExit } from "@tabler/icons-react";
import { useState } from "react";
import { submitWithdrawal } from "../../../patient/consent.ts";
import { useApi } from "../../shared/exchange.tsx";
import { ProofState } from "./ProofState.tsx";
import { useProof } from "./useProof.ts";

/** Out of the study in two clicks, at any time. */
export function Withdraw({ protocolNumber }: { protocolNumber: string }) {
  const api = useApi();
  const [isAsking, setAsking] = useState(false);
  const proof = useProof();
  const withdraw = async () => {
    setAsking(false);
    await proof.run({
      protocolNumber,
      prove: ({ prover, wallet, downloads, report }) =>
        prover.run("trial.withdraw", { wallet, downloads }, report),
      send: (input) => submitWithdrawal(api, input),
    });
  };
  return (
    <>
      <Button
        color="red"
        variant="light"
        disabled={proof.stage !== undefined}
        leftSection={<IconDoorExit size={18} aria-hidden />}
        onClick={() => setAsking(true)}
      >
        Withdraw from the study
      </Button>
      <Modal opened={isAsking} onClose={() => setAsking(false)} title="Withdraw from the study?">
        <Text>
          You need no reason, and it does no harm to your care. Nothing new of yours may be used
          from then on. You cannot join this study again with this wallet.
        </Text>
        <Group mt="md" justify="flex-end">
          <Button variant="default" onClick={() => setAsking(false)}>
            Stay in
          </Button>
          <Button color="red" onClick={() => void withdraw()}>
            Yes, withdraw
          </Button>
        </Group>
      </Modal>
      <ProofState proof={proof} title="Your withdrawal" />
    </>
  );
}
