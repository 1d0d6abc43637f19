import { Alert } from "@mantine/core";
import { IconKeyOff, IconUsers } from "@tabler/icons-react";
import type { SiteData } from "./useSite.ts";
import { dataTitle } from "./words.ts";

/** Why this account cannot sign here; nothing when it can. */
export function Standing({ data }: { data: SiteData }) {
  if (data.isOwn) return null;
  if (data.isStaff) {
    return (
      <Alert color="blue" icon={<IconUsers aria-hidden />} title="You work here by delegation">
        {data.isDesk
          ? "You sign arrivals and screen failures. Completions, withdrawals and lost wallets are signed by the site's own account."
          : `Your tasks are in the delegation log under ${dataTitle(data)}. Arrivals are not among them.`}
      </Alert>
    );
  }
  const [title, text] = data.isDropped
    ? [
        "The trial no longer lists this site",
        "An amendment dropped it, so nothing you sign counts any more. If people still take part here, ask the sponsor for an amendment that lists the site: with 0 places it takes nobody new and signs for those it has.",
      ]
    : [
        "This account does not sign for this site",
        `You see what everybody may see. To sign, use the account that the trial names for the site, or one to which it delegated the desk. About this account: ${data.whyNotDesk}.`,
      ];
  return (
    <Alert color="yellow" icon={<IconKeyOff aria-hidden />} title={title}>
      {text}
    </Alert>
  );
}
