import { Badge, Tooltip } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

/** Says on every page when the proving keys are for development: whoever made them could forge proofs. */
export function KeysBadge() {
  // Loaded after the shell: the library is large, and this can wait.
  const { data: keys } = useQuery({
    queryKey: ["keys"],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => {
      const { connect } = await import("../../api.ts");
      return (await connect({ url: location.origin }).deployment()).keys;
    },
  });
  if (keys !== "DEV") return null;
  const label =
    "Development keys: whoever made them could forge proofs. Not for real patients. Hold a ceremony first.";
  return (
    <Tooltip label={label}>
      <Badge color="yellow" size="lg" tabIndex={0} aria-label={label}>
        DEV keys
      </Badge>
    </Tooltip>
  );
}
