import {
  Alert,
  Button,
  FileButton,
  Group,
  Modal,
  Progress,
  Stack,
  Text,
  Textarea,
} from "@mantine/core";
import { IconCamera, IconFile } from "@tabler/icons-react";
import { useEffect, useId, useRef, useState } from "react";
import { type Collected, collectFrame } from "./frames.ts";
import { msg, t } from "./language.ts";
import { MissingPart, nameMissing } from "./missingPart.ts";

type Props = {
  /** What is asked for, as in "The site's challenge". */
  readonly label: string;
  readonly placeholder?: string;
  /** Called with each whole text that was scanned, pasted or opened. */
  readonly onText: (text: string) => void;
};

/** Takes a text from another device: by camera, by paste, or from a file. */
export function TakeCode({ label, placeholder, onText }: Props) {
  const [isScanning, setScanning] = useState(false);
  const [pasted, setPasted] = useState("");
  const take = (text: string) => {
    setScanning(false);
    setPasted("");
    onText(text.trim());
  };
  return (
    <Stack gap="xs">
      <Textarea
        label={label}
        placeholder={placeholder ?? t("Paste it here")}
        autosize
        minRows={2}
        maxRows={6}
        value={pasted}
        onChange={(event) => setPasted(event.currentTarget.value)}
        classNames={{ input: "code" }}
      />
      <Group gap="xs">
        <Button size="sm" disabled={pasted.trim() === ""} onClick={() => take(pasted)}>
          {t("Use this")}
        </Button>
        <Button
          size="sm"
          variant="default"
          leftSection={<IconCamera size={18} aria-hidden />}
          onClick={() => setScanning(true)}
        >
          {t("Scan")}
        </Button>
        <FileButton
          onChange={(file) => void file?.text().then(take)}
          accept=".json,.txt,application/json,text/plain"
        >
          {(props) => (
            <Button
              {...props}
              size="sm"
              variant="default"
              leftSection={<IconFile size={18} aria-hidden />}
            >
              {t("Open a file")}
            </Button>
          )}
        </FileButton>
      </Group>
      <Modal
        opened={isScanning}
        onClose={() => setScanning(false)}
        title={t("Scan: {{label}}", { label })}
      >
        {isScanning && <Camera onText={take} />}
      </Modal>
    </Stack>
  );
}

const NO_CAMERA = msg(
  "The camera cannot be used. Allow it in the browser, or paste the text or open the file.",
);
const NO_SCANNER = msg(
  "The code reader did not load: the connection was lost. Paste the text, open the file, or load the page again.",
);

/** The camera, until a whole text was read. Pictures never leave the page. */
function Camera({ onText }: { onText: (text: string) => void }) {
  const video = useRef<HTMLVideoElement>(null);
  const [problem, setProblem] = useState<string>();
  const [seen, setSeen] = useState<Collected>();
  const latest = useRef(onText);
  latest.current = onText;
  const textId = useId();
  useEffect(() => watch(video.current!, (text) => latest.current(text), setSeen, setProblem), []);
  return (
    <Stack gap="sm">
      <video ref={video} muted playsInline width="100%" aria-describedby={textId} />
      <Text id={textId} size="sm" c="dimmed" aria-live="polite">
        {seen
          ? t("{{size}} of {{all}} codes read", { size: seen.parts.size, all: seen.count })
          : t("Point the camera at the code.")}
      </Text>
      {seen && (
        <Progress value={(100 * seen.parts.size) / seen.count} aria-label={t("Codes read")} />
      )}
      {problem !== undefined && <Alert color="yellow">{problem}</Alert>}
    </Stack>
  );
}

/** Reads codes off the camera until stopped by what it returns. */
function watch(
  player: HTMLVideoElement,
  onText: (text: string) => void,
  onSeen: (seen: Collected) => void,
  onProblem: (problem: string) => void,
): () => void {
  let stop = () => {};
  let isOver = false;
  let collected: Collected | undefined;
  let isReading = false;
  void (async () => {
    const { frameLoop, QRCanvas, rearCamera } = await import("qr/dom.js");
    const camera = await rearCamera(player);
    if (isOver) return camera.stop();
    const canvas = new QRCanvas();
    const cancel = frameLoop(async () => {
      if (isReading || isOver) return;
      isReading = true;
      // As the camera sees it, not as small as it is shown: else dense codes are never read.
      const code = await camera.readFrame(canvas, true).catch(() => undefined);
      isReading = false;
      if (typeof code !== "string" || isOver) return;
      const result = await collectFrame(collected, code);
      if ("text" in result) return onText(result.text);
      collected = result.collected;
      onSeen(collected);
    }, player);
    stop = () => {
      cancel();
      camera.stop();
    };
  })().catch((problem: unknown) =>
    onProblem(nameMissing(problem) instanceof MissingPart ? t(NO_SCANNER) : t(NO_CAMERA)),
  );
  return () => {
    isOver = true;
    stop();
  };
}
