import { Button } from "@mantine/core";
import { t } from "./language.ts";
import { PageHead } from "./PageHead.tsx";

/** Stands at an address that no page has: says so, and leads on. `start`: where this place begins, as a whole path. */
export function NoSuchPage({ start = "/" }: { start?: string }) {
  return (
    <>
      <PageHead
        title={t("There is no such page")}
        text={t("The address may be mistyped, or the page has moved.")}
      />
      <Button component="a" href={start}>
        {start === "/" ? t("To the start page") : t("To the start of this place")}
      </Button>
    </>
  );
}
