import { Badge, Tooltip } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

/** Whether the proving keys are for development: then nobody here is real. */
export function useIsDevelopment(): boolean {
  const { data: keys } = useQuery({
    queryKey: ["keys"],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: readKeys,
  });
  return keys === "DEV";
}

/** Says on every page when the proving keys are for development: whoever made them could forge proofs. */
export function KeysBadge() {
  if (!useIsDevelopment()) return null;
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

/** Without the library: it is large, and the start page needs nothing else of it. */
async function readKeys(): Promise<string | null> {
  const answer = await fetch("/graphql", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: "{ deployment { keys } }" }),
  });
  const { data } = (await answer.json()) as { data?: { deployment: { keys: string } } };
  return data?.deployment.keys ?? null;
}
