import { Alert, List } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { type DroppedSite, droppedWords } from "../../trial/sites.ts";

/** Sites in force that the version no longer lists, and who is left without one. */
export function Dropped({ sites }: { sites: readonly DroppedSite[] }) {
  if (sites.length === 0) return null;
  return (
    <Alert color="yellow" icon={<IconAlertTriangle aria-hidden />} title="Sites dropped">
      <List size="sm">
        {sites.map((site) => (
          <List.Item key={site.siteId}>{droppedWords(site)}</List.Item>
        ))}
      </List>
    </Alert>
  );
}
