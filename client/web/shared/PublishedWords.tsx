import { Group, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconShieldCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { readWords, wordsShown } from "../../trial/opinions.ts";
import { useApi } from "./exchange.tsx";
import { Loading } from "./Loading.tsx";
import { Problem } from "./Problem.tsx";
import classes from "./PublishedWords.module.css";

/** The words behind a hash on the chain, computed again here; others than those are never shown. */
export function PublishedWords({ hash }: { hash: string }) {
  const api = useApi();
  const { data, error, refetch } = useQuery({
    queryKey: ["words", hash],
    queryFn: () => readWords(api, hash),
    // Words never change, and those that are missing may still come.
    staleTime: ({ state }) => (state.data?.is === "said" ? Number.POSITIVE_INFINITY : 0),
  });
  if (error) return <Problem problem={error} retry={() => void refetch()} />;
  if (data === undefined) return <Loading what="the words" h={40} />;
  const isSaid = data.is === "said";
  const Icon = isSaid ? IconShieldCheck : IconAlertTriangle;
  return (
    <Stack gap={2} data-words={data.is}>
      <Text size="sm" className={classes.words!}>
        {wordsShown(data)}
      </Text>
      <Group gap={4} wrap="nowrap" c="dimmed">
        <Icon size={14} aria-hidden />
        <Text size="xs">
          {isSaid
            ? "Checked: these words have the hash on the chain."
            : `Hash on the chain: ${hash}`}
        </Text>
      </Group>
    </Stack>
  );
}
