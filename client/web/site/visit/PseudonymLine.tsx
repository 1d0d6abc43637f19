import { Text } from "@mantine/core";
import { shorten } from "../../shared/format.ts";

/** The participant's pseudonym, long enough to find it in the list. */
export function PseudonymLine({ pseudonym }: { pseudonym: bigint }) {
  return (
    <Text>
      Pseudonym{" "}
      <Text span fw={600} ff="monospace">
        {shorten(pseudonym, 10)}
      </Text>
    </Text>
  );
}
