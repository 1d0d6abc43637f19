import { Anchor, Stack, Text } from "@mantine/core";
import { IconExternalLink } from "@tabler/icons-react";
import type { Medium } from "../../../circuits/statement/trial/information.ts";
import { t } from "./language.ts";

/** Pictures of a study, which stand in its own text, and links to videos, which say where they lead. */
export function Media({ media }: { media: readonly Medium[] }) {
  if (media.length === 0) return null;
  return (
    <Stack gap="md">
      {media.map((one) => (
        <figure key={one.title} style={{ margin: 0, maxWidth: 560 }}>
          {one.kind === "picture" ? (
            <img
              src={one.image}
              alt={one.description}
              style={{ maxWidth: "100%", height: "auto", borderRadius: 8 }}
            />
          ) : (
            <VideoLink url={one.url} title={one.title} />
          )}
          <figcaption>
            <Text size="sm" className="breakable">
              {one.kind === "picture" ? one.title : one.description}
            </Text>
          </figcaption>
        </figure>
      ))}
    </Stack>
  );
}

/** Nothing of it is fetched before somebody follows it. */
function VideoLink({ url, title }: { url: string; title: string }) {
  return (
    <Text className="breakable">
      <Anchor
        href={url}
        target="_blank"
        rel="noopener noreferrer"
        referrerPolicy="no-referrer"
        inherit
        underline="always"
      >
        {t("Video: {{title}}", { title })}{" "}
        <IconExternalLink size={16} aria-hidden style={{ verticalAlign: "-2px" }} />
      </Anchor>{" "}
      <Text span size="sm" c="dimmed">
        {t("Leads to {{host}}, which then sees that you came.", { host: new URL(url).host })}
      </Text>
    </Text>
  );
}
