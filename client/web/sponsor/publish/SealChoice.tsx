import { Alert, PasswordInput, Radio, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";

const SHORTEST_PASSPHRASE = 10;

type Seal = { readonly passphrase: string; readonly repeated: string };

/** Why a passphrase will not do, or undefined. */
export function sealProblem({ passphrase, repeated }: Seal): string | undefined {
  if (passphrase.length < SHORTEST_PASSPHRASE) {
    return `At least ${SHORTEST_PASSPHRASE} characters, for instance five random words`;
  }
  return passphrase === repeated ? undefined : "The two do not match";
}

type Props = {
  readonly isSealed: boolean;
  readonly onSealed: (isSealed: boolean) => void;
  readonly seal: Seal;
  readonly onSeal: (seal: Seal) => void;
  /** The version before is sealed: this one is sealed with the same passphrase. */
  readonly isFixed: boolean;
};

/** Whether everybody may read the protocol, or only those who are given a passphrase. */
export function SealChoice({ isSealed, onSealed, seal, onSeal, isFixed }: Props) {
  if (isFixed) {
    return (
      <Alert color="blue" title="Sealed">
        The text is sealed with the passphrase that opened the previous version.
      </Alert>
    );
  }
  const problem = sealProblem(seal);
  return (
    <Stack gap="sm">
      <Radio.Group
        label="Who can read the protocol"
        value={isSealed ? "sealed" : "open"}
        onChange={(next) => onSealed(next === "sealed")}
      >
        <Stack gap="xs" mt="xs">
          <Radio
            value="open"
            label="Everybody"
            description="The criteria are public. The consent form is public in any case."
          />
          <Radio
            value="sealed"
            label="Only those who have the passphrase"
            description="Patients, the board and auditors need it from you."
          />
        </Stack>
      </Radio.Group>
      {isSealed && (
        <>
          <Alert color="yellow" icon={<IconAlertTriangle aria-hidden />} title="Keep it safe">
            <Text size="sm">
              Nobody can restore this passphrase. Without it the trial cannot be amended, and what
              is published stays published: whoever learns the passphrase later can read it then.
            </Text>
          </Alert>
          <PasswordInput
            label="Passphrase"
            autoComplete="new-password"
            value={seal.passphrase}
            error={seal.passphrase !== "" && seal.repeated !== "" && problem}
            onChange={(event) => onSeal({ ...seal, passphrase: event.currentTarget.value })}
          />
          <PasswordInput
            label="Passphrase again"
            autoComplete="new-password"
            value={seal.repeated}
            onChange={(event) => onSeal({ ...seal, repeated: event.currentTarget.value })}
          />
        </>
      )}
    </Stack>
  );
}
