import { Button, CopyButton, Group, Stack, Text } from "@mantine/core";
import { IconCheck, IconCopy, IconDownload } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { toFrames } from "./frames.ts";
import { Loading } from "./Loading.tsx";
import { t } from "./language.ts";
import { QrCode } from "./QrCode.tsx";
import { saveFile } from "./save.ts";

const TURN_MS = 400;

type Props = {
  readonly text: string;
  /** What the code is, for those who cannot see it. */
  readonly label: string;
  /** Offers the text as a file of this name too. */
  readonly fileName?: string;
};

/** Hands a text to another device: as QR codes, as a copy, as a file. */
export function ShowCode({ text, label, fileName }: Props) {
  const frames = useFrames(text);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (frames.length < 2) return;
    const timer = setInterval(() => setTurn((n) => n + 1), TURN_MS);
    return () => clearInterval(timer);
  }, [frames]);
  const frame = frames[turn % Math.max(1, frames.length)];
  return (
    <Stack align="center" gap="xs">
      {frame === undefined ? (
        <Loading what={t("the code")} h={240} w={240} />
      ) : (
        <QrCode text={frame} label={label} size={frames.length > 1 ? 320 : 240} />
      )}
      {frames.length > 1 && (
        <Text size="xs" c="dimmed">
          {t(
            "{{frames}} codes in turn: keep the camera on them until it says that all have been read.",
            { frames: frames.length },
          )}
        </Text>
      )}
      <Group gap="xs">
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              size="xs"
              leftSection={
                copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />
              }
              onClick={copy}
            >
              {copied ? t("Copied") : t("Copy")}
            </Button>
          )}
        </CopyButton>
        {fileName !== undefined && (
          <Button
            variant="default"
            size="xs"
            leftSection={<IconDownload size={16} aria-hidden />}
            onClick={() => saveFile(fileName, text, "application/json")}
          >
            {t("Save as a file")}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

function useFrames(text: string): readonly string[] {
  const [frames, setFrames] = useState<readonly string[]>([]);
  useEffect(() => {
    let isCurrent = true;
    void toFrames(text).then((made) => isCurrent && setFrames(made));
    return () => {
      isCurrent = false;
    };
  }, [text]);
  return frames;
}
