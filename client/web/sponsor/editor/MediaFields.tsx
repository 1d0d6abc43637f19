import { Button, FileButton, Group, Select, Stack, Text } from "@mantine/core";
import { IconPhoto } from "@tabler/icons-react";
import { type Path, partAt } from "../draft/tree.ts";
import { useEditing, useField } from "./editing.tsx";
import { TextField } from "./fields.tsx";

const KINDS = [
  { value: "picture", label: "Picture, in the trial's own text" },
  { value: "video", label: "Video, a link" },
];

/** A new entry: a link, until a picture is chosen instead. */
export const blankMedium = () => ({ kind: "video", title: "", description: "", url: "" });

/** A picture or a video: what it is called, what it shows, and itself. */
export function MediumFields({ path }: { path: Path }) {
  const { value, edit } = useEditing();
  const isPicture = partAt(value, [...path, "kind"]) === "picture";
  const become = (kind: string | null) =>
    edit(path, (before) => {
      const { title, description } = before as { title?: unknown; description?: unknown };
      const rest = kind === "picture" ? { image: "" } : { url: "" };
      return { kind, title, description, ...rest };
    });
  return (
    <Stack gap="xs" flex={1}>
      <Select
        label="Kind"
        data={KINDS}
        value={isPicture ? "picture" : "video"}
        allowDeselect={false}
        onChange={become}
      />
      <TextField path={[...path, "title"]} label="Title" />
      <TextField
        path={[...path, "description"]}
        label="What it shows"
        description="For those who do not see it"
      />
      {isPicture ? (
        <PictureField path={[...path, "image"]} />
      ) : (
        <TextField path={[...path, "url"]} label="Link" placeholder="https://" />
      )}
    </Stack>
  );
}

function PictureField({ path }: { path: Path }) {
  const { text, error, set } = useField(path);
  const read = (file: File | null) => {
    if (file === null) return;
    const reader = new FileReader();
    reader.onload = () => set(String(reader.result));
    reader.readAsDataURL(file);
  };
  return (
    <div>
      <Group>
        <FileButton accept="image/png,image/jpeg,image/webp" onChange={read}>
          {(props) => (
            <Button {...props} variant="default" leftSection={<IconPhoto size={16} aria-hidden />}>
              Choose a picture
            </Button>
          )}
        </FileButton>
        {text !== "" && error === undefined && (
          <img src={text} alt="As it was chosen" style={{ maxHeight: 80, maxWidth: 160 }} />
        )}
      </Group>
      <Text size="xs" c="dimmed">
        PNG, JPEG or WebP, of at most 45 kB. It becomes part of the trial's text.
      </Text>
      {error !== undefined && (
        <Text size="xs" c="var(--mantine-color-error)" role="alert">
          {error}
        </Text>
      )}
    </div>
  );
}
