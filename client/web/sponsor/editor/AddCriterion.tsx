import { Button, Menu } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import type { FormName } from "../../../../circuits/statement/criteria/criteria.ts";
import { FORM_TITLES, GROUPS } from "../draft/blank.ts";
import type { Path } from "../draft/tree.ts";
import { FORM_NAMES } from "./criterion.ts";
import { addButtonId } from "./useListEdits.ts";

type Props = {
  readonly path: Path;
  readonly label: string;
  readonly onAdd: (form: FormName) => void;
};

/** A button that asks which kind of criterion to add. */
export function AddCriterion({ path, label, onAdd }: Props) {
  const item = (form: FormName) => (
    <Menu.Item key={form} onClick={() => onAdd(form)}>
      {FORM_TITLES[form]}
    </Menu.Item>
  );
  return (
    <Menu position="bottom-start" withinPortal returnFocus={false}>
      <Menu.Target>
        <Button
          id={addButtonId(path)}
          variant="default"
          size="sm"
          leftSection={<IconPlus size={16} aria-hidden />}
          style={{ alignSelf: "flex-start" }}
        >
          {label}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>What a record shows</Menu.Label>
        {FORM_NAMES.filter((form) => !GROUPS.includes(form) && form !== "attestation").map(item)}
        <Menu.Label>What only a person can say</Menu.Label>
        {item("attestation")}
        <Menu.Label>Combine</Menu.Label>
        {GROUPS.map(item)}
      </Menu.Dropdown>
    </Menu>
  );
}
