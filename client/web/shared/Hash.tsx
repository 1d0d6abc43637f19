import { ActionIcon, CopyButton, Group, Text, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { shorten } from "./format.ts";
import { t } from "./language.ts";

type Props = {
  readonly value: string | bigint;
  /** What it is, for the button that copies it. */
  readonly label: string;
  /** Shown whole, over as many lines as it takes. */
  readonly isWhole?: boolean;
};

/** A long number: shortened for the eye, copied whole. */
export function Hash({ value, label, isWhole = false }: Props) {
  const text = String(value);
  return (
    <Group component="span" gap={2} wrap="nowrap" display="inline-flex" maw="100%">
      <Text
        span
        inherit
        ff="monospace"
        fz="0.9em"
        title={text}
        {...(isWhole ? { className: "breakable" } : { style: { whiteSpace: "nowrap" } })}
      >
        {isWhole ? text : shorten(text)}
      </Text>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? t("Copied") : t("Copy {{label}}", { label })}>
            <ActionIcon
              variant="subtle"
              color="gray"
              c="dimmed"
              size={24}
              onClick={copy}
              aria-label={copied ? t("Copied") : t("Copy {{label}}", { label })}
            >
              {copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </Group>
  );
}
