// Placeholders for what is still loading, for the eye and for screen readers.
import { Button, Center, Loader, Skeleton, Stack, Text, VisuallyHidden } from "@mantine/core";
import { useEffect, useState } from "react";
import { t } from "./language.ts";

const SLOW_MS = 15_000;

/** In place of a whole page, which has no heading of its own yet. */
export function LoadingPage() {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), SLOW_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <Center mih="40vh">
      <Stack align="center">
        <VisuallyHidden component="h1">{t("Loading this page")}</VisuallyHidden>
        <Loader role="status" aria-label={t("Loading this page")} />
        <div aria-live="polite">
          {isSlow && (
            <Stack align="center" gap="xs">
              <Text>
                {t("This is taking longer than it should. The connection may be slow, or broken.")}
              </Text>
              <Button variant="default" onClick={() => location.reload()}>
                {t("Load the page again")}
              </Button>
            </Stack>
          )}
        </div>
      </Stack>
    </Center>
  );
}

/** In place of one part of a page. */
export function Loading(props: { what: string; h: number; w?: string | number; mt?: string }) {
  const { what, ...size } = props;
  return <Skeleton {...size} role="status" aria-label={t("Loading {{what}}", { what })} />;
}
