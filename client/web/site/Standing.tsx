import { Alert } from "@mantine/core";
import { IconKeyOff } from "@tabler/icons-react";
import type { SiteData } from "./useSite.ts";

/** Why this account cannot sign here; nothing when it can. */
export function Standing({ data }: { data: SiteData }) {
  if (data.isOwn) return null;
  const [title, text] = data.isDropped
    ? [
        "The study no longer lists this site",
        "An amendment dropped it, so that nothing you sign counts any more. If people still take part here, ask the sponsor for an amendment that lists the site: with 0 places it takes nobody new and signs for those it has.",
      ]
    : [
        "This account does not sign for this site",
        "You see what everybody may see. To sign, use the account that the trial names for the site.",
      ];
  return (
    <Alert color="yellow" icon={<IconKeyOff aria-hidden />} title={title}>
      {text}
    </Alert>
  );
}
