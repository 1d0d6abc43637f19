import "@mantine/dropzone/styles.css";
import { Group, Stack, Text } from "@mantine/core";
import { Dropzone } from "@mantine/dropzone";
import { IconFileX, IconUpload } from "@tabler/icons-react";

type Props = {
  readonly isBusy: boolean;
  readonly onFiles: (files: File[]) => void;
};

/** Takes files by drop, by click or by keyboard. What a file is, its reader says. */
export function DropArea({ isBusy, onFiles }: Props) {
  return (
    <Dropzone
      onDrop={onFiles}
      loading={isBusy}
      loaderProps={{ "aria-hidden": true }}
      role="button"
      aria-label="Choose chart files, or drop them here"
      inputProps={{ "aria-label": "Chart files", tabIndex: -1 }}
      p="xl"
    >
      <Group justify="center" gap="lg" style={{ pointerEvents: "none" }}>
        <Dropzone.Reject>
          <IconFileX size={44} aria-hidden />
        </Dropzone.Reject>
        <Dropzone.Accept>
          <IconUpload size={44} aria-hidden />
        </Dropzone.Accept>
        <Dropzone.Idle>
          <IconUpload size={44} aria-hidden color="var(--mantine-color-dimmed)" />
        </Dropzone.Idle>
        <Stack gap={2}>
          <Text size="lg" fw={600}>
            Drop charts here, or choose files
          </Text>
          <Text size="sm" c="dimmed">
            .json, .ndjson, also gzipped (.gz). Files attested before can be opened too.
          </Text>
        </Stack>
      </Group>
    </Dropzone>
  );
}
