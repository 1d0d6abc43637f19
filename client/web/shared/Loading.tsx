// What stands where something is still on its way: seen, and told to who cannot see it.
import { Center, Loader, Skeleton, VisuallyHidden } from "@mantine/core";

/** In place of a whole page, whose first heading is on its way too. */
export function LoadingPage() {
  return (
    <Center mih="40vh">
      <VisuallyHidden component="h1">Loading this page</VisuallyHidden>
      <Loader role="status" aria-label="Loading this page" />
    </Center>
  );
}

/** In place of one part of a page. */
export function Loading(props: { what: string; h: number; w?: string | number; mt?: string }) {
  const { what, ...size } = props;
  return <Skeleton {...size} role="status" aria-label={`Loading ${what}`} />;
}
