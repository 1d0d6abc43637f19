import "@mantine/dropzone/styles.css";
import { Button, Group, Stack, Text } from "@mantine/core";
import { Dropzone } from "@mantine/dropzone";
import { IconUpload } from "@tabler/icons-react";
import { useRef } from "react";

type Props = {
  readonly isBusy: boolean;
  readonly onFiles: (files: File[]) => void;
};

/** Takes files by drop, or by a button for those who do not drag. Its reader finds out what a file is. */
export function DropArea({ isBusy, onFiles }: Props) {
  const open = useRef<() => void>(null);
  return (
    <Dropzone
      onDrop={onFiles}
      openRef={open}
      activateOnClick={false}
      activateOnKeyboard={false}
      loading={isBusy}
      loaderProps={{ "aria-hidden": true }}
      inputProps={{ "aria-label": "Chart files", tabIndex: -1 }}
      styles={{ inner: { pointerEvents: "all" } }}
      p="xl"
    >
      <Group justify="center" gap="lg">
        <IconUpload size={44} aria-hidden color="var(--mantine-color-dimmed)" />
        <Stack gap="xs" align="flex-start">
          <div>
            <Text size="lg" fw={600}>
              Drop charts here
            </Text>
            <Text size="sm" c="dimmed">
              .json, .ndjson, also gzipped (.gz). Files attested before can be opened too.
            </Text>
          </div>
          <Button variant="default" disabled={isBusy} onClick={() => open.current?.()}>
            Choose files
          </Button>
        </Stack>
      </Group>
    </Dropzone>
  );
}
