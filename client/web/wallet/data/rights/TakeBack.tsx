import { Button, Group, Modal, Select, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { GIVEN_BY, type GivenBy } from "../../../../../circuits/statement/trial/consent.ts";
import type { Permission } from "../../../../../circuits/statement/trial/trial.ts";
import { type Standing, submitConsent } from "../../../../patient/consent.ts";
import { useApi } from "../../../shared/exchange.tsx";
import { t } from "../../../shared/language.ts";
import { useData } from "../../data.tsx";
import { GIVER_WORDS } from "../../trial/giver.ts";
import { ProofState } from "../../trial/ProofState.tsx";
import { useProof } from "../../trial/useProof.ts";
import { useRefresh } from "../ownData.tsx";

type Props = {
  readonly protocolNumber: string;
  readonly granted: Standing;
  readonly permission: Permission;
  /** The form's words for it. */
  readonly label: string;
  /** What it ends, in words. */
  readonly effect: string;
  readonly button: string;
};

/** One permission is withdrawn; the consent to all else stays as it was, to the day. */
export function TakeBack(props: Props) {
  const { protocolNumber, granted, permission, label, effect, button } = props;
  const api = useApi();
  const { documentKeys } = useData();
  const proof = useProof();
  const refresh = useRefresh(protocolNumber);
  const [isAsking, setAsking] = useState(false);
  const [givenBy, setGivenBy] = useState<GivenBy>("self");
  const takeBack = async () => {
    setAsking(false);
    const documentKey = documentKeys.get(protocolNumber);
    const of = { protocolNumber, documentKey, standing: granted, without: [permission], givenBy };
    await proof.run({
      prove: ({ prover, wallet, report }) => prover.run("trial.narrow", { ...of, wallet }, report),
      send: (input) => submitConsent(api, input),
    });
    await refresh();
  };
  return (
    <>
      <Button
        variant="default"
        size="compact-md"
        disabled={proof.stage !== undefined}
        onClick={() => setAsking(true)}
        aria-label={`${button}: ${label}`}
      >
        {button}
      </Button>
      <Modal
        opened={isAsking}
        onClose={() => setAsking(false)}
        title={`${button}?`}
        closeButtonProps={{ "aria-label": t("Close") }}
      >
        <Stack>
          <Text fw={600} className="breakable">
            {label}
          </Text>
          <Text size="sm">{effect}</Text>
          <Text size="sm">
            {t(
              "Everything else that you allow stays as it is. This counts at once; if you allow it again later, that may have to wait for an hour.",
            )}
          </Text>
          <Select
            label={t("Who decides")}
            data={(Object.keys(GIVEN_BY) as GivenBy[]).map((value) => ({
              value,
              label: t(GIVER_WORDS[value]),
            }))}
            value={givenBy}
            allowDeselect={false}
            onChange={(value) => value && setGivenBy(value as GivenBy)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setAsking(false)}>
              {t("Leave it as it is")}
            </Button>
            <Button color="red" variant="light" onClick={() => void takeBack()}>
              {t("Yes, {{act}}", { act: button.slice(0, 1).toLowerCase() + button.slice(1) })}
            </Button>
          </Group>
        </Stack>
      </Modal>
      <ProofState proof={proof} title={t("Your decision")} />
    </>
  );
}
