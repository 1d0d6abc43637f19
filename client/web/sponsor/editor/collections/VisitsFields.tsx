import { Group } from "@mantine/core";
import { blankVisit } from "../../draft/blankCollections.ts";
import type { Path } from "../../draft/tree.ts";
import { CountField, TextField } from "../fields.tsx";
import { ListFields } from "./ListFields.tsx";

/** When a site's form is due. */
export function VisitsFields({ path }: { path: Path }) {
  return (
    <ListFields
      path={[...path, "visits"]}
      names={["Visits", "visit"]}
      blank={blankVisit}
      shown={["id", "title", "day", "before", "after"]}
    >
      {(at) => (
        <>
          <Group align="flex-start" gap="sm">
            <TextField path={[...at, "title"]} label="Name of the visit" />
            <TextField path={[...at, "id"]} label="Short name" w={130} />
          </Group>
          <Group align="flex-start" gap="sm">
            <CountField path={[...at, "day"]} label="Day after arrival" w={130} min={0} />
            <CountField path={[...at, "before"]} label="Days earlier" w={110} min={0} />
            <CountField path={[...at, "after"]} label="Days later" w={110} min={0} />
          </Group>
        </>
      )}
    </ListFields>
  );
}
