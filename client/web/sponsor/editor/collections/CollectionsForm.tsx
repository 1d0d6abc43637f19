// What the trial collects after arrival: a list of collections, each a form of its own.
import { Alert, Button, Menu, Stack, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import {
  blankCollection,
  COLLECTION_SOURCES,
  type CollectionSource,
  SOURCE_TITLES,
} from "../../draft/blankCollections.ts";
import { isObject, keyOf } from "../../draft/tree.ts";
import { useEditing, useField } from "../editing.tsx";
import { CollectionCard } from "./CollectionCard.tsx";

const PATH = ["collections"];
const ADD_ID = "add-collection";

export function CollectionsForm() {
  const { announce, fresh } = useEditing();
  const { found, error, set } = useField(PATH);
  if (found !== undefined && !Array.isArray(found)) {
    return <Text c="dimmed">This is not a list of collections. Correct it in the JSON.</Text>;
  }
  const list = (found ?? []) as readonly unknown[];
  const add = (source: CollectionSource) => {
    const ids = list.map((one) => (isObject(one) ? one.id : undefined));
    const part = blankCollection(source, ids);
    fresh.current = keyOf(part);
    set([...list, part]);
    announce(`${SOURCE_TITLES[source]} added.`);
  };
  // An empty list is no list of collections: the trial then collects nothing.
  const remove = (index: number) => {
    const rest = list.filter((_, i) => i !== index);
    set(rest.length === 0 ? undefined : rest);
    announce("Deleted.");
    document.getElementById(ADD_ID)?.focus();
  };
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        What people and sites send after arrival. The board approves it with the rest, and nothing
        beyond it can be sent. Whoever collects names custodians when the trial is published.
      </Text>
      {list.length === 0 && <Text size="sm">Nothing: this trial collects no data.</Text>}
      {list.map((one, i) => (
        <CollectionCard
          key={isObject(one) ? keyOf(one) : `collection-${i}`}
          collection={one}
          index={i}
          onRemove={() => remove(i)}
        />
      ))}
      {error !== undefined && <Alert color="red">{error}</Alert>}
      <Menu position="bottom-start" withinPortal returnFocus={false}>
        <Menu.Target>
          <Button
            id={ADD_ID}
            variant="default"
            leftSection={<IconPlus size={16} aria-hidden />}
            style={{ alignSelf: "flex-start" }}
          >
            Add a collection
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {COLLECTION_SOURCES.map((source) => (
            <Menu.Item key={source} onClick={() => add(source)}>
              {SOURCE_TITLES[source]}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </Stack>
  );
}
