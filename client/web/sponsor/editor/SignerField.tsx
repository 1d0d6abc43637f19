import { Autocomplete } from "@mantine/core";
import { isAddress } from "ethers";
import { useDrafting } from "../draft/draft.tsx";

type Props = {
  readonly siteId: string;
  /** Addresses with a name that this exchange knows. */
  readonly suggestions: { readonly value: string; readonly label: string }[];
};

/** The address whose key signs arrivals at a site. */
export function SignerField({ siteId, suggestions }: Props) {
  const { draft, setPublishing } = useDrafting();
  const signers = draft?.publishing.signers ?? {};
  const value = signers[siteId] ?? "";
  const names = new Map(suggestions.map((one) => [one.value, one.label]));
  return (
    <Autocomplete
      mt="xs"
      label={`Signing address of site ${siteId}`}
      placeholder="0x…"
      classNames={{ input: "code" }}
      data={suggestions.map((one) => one.value)}
      filter={({ options }) => options}
      renderOption={({ option }) => `${names.get(option.value)} · ${option.value}`}
      value={value}
      error={value !== "" && !isAddress(value) && "Not an Ethereum address"}
      onChange={(signer) => setPublishing({ signers: { ...signers, [siteId]: signer } })}
    />
  );
}
