import { Button, Group, Modal, Text } from "@mantine/core";
import { IconDoorExit } from "@tabler/icons-react";
import { useState } from "react";
import { submitWithdrawal } from "../../../patient/consent.ts";
import { useApi } from "../../shared/exchange.tsx";
import { t } from "../../shared/language.ts";
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
      prove: ({ prover, wallet, report }) =>
        prover.run("trial.withdraw", { wallet, protocolNumber }, report),
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
        {t("Withdraw from the study")}
      </Button>
      <Modal
        opened={isAsking}
        onClose={() => setAsking(false)}
        title={t("Withdraw from the study?")}
      >
        <Text>
          {t(
            "You need no reason, and it will not affect your care. No new data of yours may be used from then on. You cannot join this study again with this wallet.",
          )}
        </Text>
        <Group mt="md" justify="flex-end">
          <Button variant="default" onClick={() => setAsking(false)}>
            {t("Stay in")}
          </Button>
          <Button color="red" variant="light" onClick={() => void withdraw()}>
            {t("Yes, withdraw")}
          </Button>
        </Group>
      </Modal>
      <ProofState proof={proof} title={t("Your withdrawal")} />
    </>
  );
}
