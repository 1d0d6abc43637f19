// Who may consent for somebody else, in the consent form.
import { Alert, Checkbox, Stack, Text, Title } from "@mantine/core";
import { isObject } from "../draft/tree.ts";
import { useField } from "./editing.tsx";
import { CountField } from "./fields.tsx";

const PATH = ["consentForm", "representation"];
const USUAL = { ageOfMajority: 18 };

/** Nobody, until it is ticked; the age of majority belongs to minors. */
export function RepresentationForm() {
  const { found, error, set } = useField(PATH);
  const { minors, adults } = isObject(found) ? found : {};
  const change = (next: { minors: unknown; adults: unknown }) => {
    const kept = Object.entries(next).filter(([, one]) => one !== undefined);
    set(kept.length === 0 ? undefined : Object.fromEntries(kept));
  };
  return (
    <Stack gap="sm">
      <Title order={2} size="h5">
        Consent for somebody else
      </Title>
      <Text size="sm" c="dimmed">
        Where either is ticked, the sites confirm the representative's authority at every arrival.
      </Text>
      <Checkbox
        label="Parents and guardians, for somebody under age"
        description="Their consent ends before the person comes of age, who is then on hold until their own consent."
        checked={minors !== undefined}
        onChange={() => change({ adults, minors: minors === undefined ? USUAL : undefined })}
      />
      {minors !== undefined && (
        <CountField
          path={[...PATH, "minors", "ageOfMajority"]}
          label="Age of majority"
          min={16}
          max={21}
          w={160}
        />
      )}
      <Checkbox
        label="Legal representatives, for adults who cannot decide"
        checked={adults === true}
        onChange={() => change({ minors, adults: adults === true ? undefined : true })}
      />
      {error !== undefined && <Alert color="red">{error}</Alert>}
    </Stack>
  );
}
