import { ActionIcon, Group, Menu } from "@mantine/core";
import {
  IconArrowDown,
  IconArrowUp,
  IconBracketsContain,
  IconCopy,
  IconDots,
  IconTrash,
} from "@tabler/icons-react";
import { FORM_TITLES } from "../draft/blank.ts";
import { isObject, keyOf } from "../draft/tree.ts";
import type { CardProps } from "./CriterionCard.tsx";
import { regroup, type Shape, wrapIn } from "./criterion.ts";
import { useEditing } from "./editing.tsx";

const LISTS = ["all", "any", "atLeast"] as const;

type Props = CardProps & { readonly shape: Shape; readonly title: string };

/** Moves, copies, wraps and deletes one criterion. */
export function CriterionActions(props: Props) {
  const { edits, title } = props;
  const { index, count } = props.place;
  return (
    <Group gap={2} wrap="nowrap">
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={`Move up: ${title}`}
        aria-disabled={index === 0}
        onClick={() => edits.move(index, -1)}
      >
        <IconArrowUp size={18} aria-hidden />
      </ActionIcon>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={`Move down: ${title}`}
        aria-disabled={index === count - 1}
        onClick={() => edits.move(index, 1)}
      >
        <IconArrowDown size={18} aria-hidden />
      </ActionIcon>
      <More {...props} />
    </Group>
  );
}

function More({ criterion, path, place, edits, shape, title }: Props) {
  const { edit, announce, fresh } = useEditing();
  const replace = (next: object, said: string) => {
    fresh.current = keyOf(next);
    edit(path, () => next);
    announce(said);
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={`More for: ${title}`}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconCopy size={16} aria-hidden />}
          onClick={() => edits.duplicate(place.index)}
        >
          Duplicate
        </Menu.Item>
        {LISTS.map((form) => (
          <Menu.Item
            key={form}
            leftSection={<IconBracketsContain size={16} aria-hidden />}
            onClick={() => replace(wrapIn(criterion, form), "Put into a group.")}
          >
            Put into “{FORM_TITLES[form].toLowerCase()}”
          </Menu.Item>
        ))}
        {shape.is === "list" &&
          LISTS.filter((form) => form !== shape.form).map((form) => (
            <Menu.Item
              key={`to-${form}`}
              onClick={() =>
                isObject(criterion) && replace(regroup(criterion, form), "Group changed.")
              }
            >
              Change to “{FORM_TITLES[form].toLowerCase()}”
            </Menu.Item>
          ))}
        <Menu.Divider />
        <Menu.Item
          color="red"
          leftSection={<IconTrash size={16} aria-hidden />}
          onClick={() => edits.remove(place.index)}
        >
          Delete
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
