// The parts of a trial file around its criteria.
import {
  ActionIcon,
  Alert,
  Button,
  Checkbox,
  Group,
  Paper,
  Select,
  SimpleGrid,
  Stack,
  Text,
  Title,
} from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { PERMISSIONS } from "../../../../circuits/statement/trial/trial.ts";
import { useDrafting } from "../draft/draft.tsx";
import { isObject, keyOf, partAt } from "../draft/tree.ts";
import { useBoards, useSiteKeys } from "../useAccounts.ts";
import { PERMISSION_WORDS, phaseWords } from "../words.ts";
import { problemText, useEditing, useField } from "./editing.tsx";
import { CheckField, ChoiceField, CountField, LongTextField, TextField } from "./fields.tsx";
import { RepresentationForm } from "./RepresentationForm.tsx";
import { SignerField } from "./SignerField.tsx";

const PHASES = ["n-a", "early-phase-1", "phase-1", "phase-2", "phase-3", "phase-4"].map(
  (value) => ({ value, label: phaseWords(value) }),
);

export function GeneralForm() {
  const { draft } = useDrafting();
  const isAmendment = draft?.base !== undefined;
  return (
    <Stack>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextField
          path={["protocolNumber"]}
          label="Protocol number"
          description="Capitals, digits, hyphens, slashes and full stops; registered once and for all"
          readOnly={isAmendment}
        />
        <ChoiceField path={["phase"]} label="Phase" description="As registered" data={PHASES} />
      </SimpleGrid>
      <TextField path={["title"]} label="Title" />
      <TextField path={["sponsor"]} label="Sponsor's name" />
      <LongTextField path={["summary"]} label="Summary" minRows={3} />
      <TextField
        path={["identityDocument"]}
        label="Document that the sites check"
        description="The same for everyone, with a number that stays with the person, such as the national patient number"
      />
      {isAmendment && (
        <Stack gap="xs">
          <Title order={2} size="h5">
            What the amendment asks of those already taking part
          </Title>
          <CheckField
            path={["requires", "reconsent"]}
            label="Ask for a new consent"
            description="Participants are on hold until they consent to this version."
          />
          <CheckField
            path={["requires", "rescreening"]}
            label="Ask for a new screening"
            description="Participants prove again that they are eligible. Asks for a new consent as well."
          />
        </Stack>
      )}
    </Stack>
  );
}

export function ConsentForm() {
  return (
    <Stack>
      <Group align="flex-start" wrap="nowrap">
        <div style={{ flex: 1 }}>
          <TextField path={["consentForm", "title"]} label="Title of the consent form" />
        </div>
        <CountField path={["consentForm", "version"]} label="Its version" w={110} min={1} />
      </Group>
      <LongTextField
        path={["consentForm", "text"]}
        label="Text of the consent form"
        minRows={6}
        maxRows={20}
      />
      <Permissions />
      <RepresentationForm />
    </Stack>
  );
}

/** Which permissions are asked, which of them are required, and in which words. */
function Permissions() {
  const path = ["consentForm", "permissions"];
  const { found, error, set } = useField(path);
  const list = (Array.isArray(found) ? (found as unknown[]) : []).filter(isObject);
  const places = new Map(list.map((one, i) => [one.id, i]));
  const toggle = (id: string, label: string, isAsked: boolean) =>
    set(isAsked ? list.filter((one) => one.id !== id) : [...list, { id, label, required: false }]);
  return (
    <Stack gap="sm">
      <Title order={2} size="h5">
        Permissions
      </Title>
      {Object.keys(PERMISSIONS).map((id) => {
        const index = places.get(id);
        const words = PERMISSION_WORDS[id as keyof typeof PERMISSIONS];
        return (
          <Paper key={id} p="sm">
            <Group justify="space-between">
              <Checkbox
                label={words.name}
                checked={index !== undefined}
                onChange={() => toggle(id, words.label, index !== undefined)}
              />
              {index !== undefined && (
                <CheckField path={[...path, index, "required"]} label={`${words.name}: required`} />
              )}
            </Group>
            {index !== undefined && (
              <TextField
                path={[...path, index, "label"]}
                label={`${words.name}: what patients read`}
                mt="xs"
              />
            )}
          </Paper>
        );
      })}
      {error !== undefined && <Alert color="red">{error}</Alert>}
    </Stack>
  );
}

export function PlacesForm() {
  const { value, edit, check } = useEditing();
  const { draft, setPublishing } = useDrafting();
  const boards = useBoards();
  const siteKeys = useSiteKeys();
  const found = partAt(value, ["sites"]);
  const sites: readonly unknown[] = Array.isArray(found) ? found : [];
  const own = check.problems.filter(({ path }) => path === "sites");
  const next = 1 + Math.max(0, ...sites.map((site) => (isObject(site) ? Number(site.id) || 0 : 0)));
  return (
    <Stack>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <CountField path={["capacity"]} label="Places in the whole trial" min={1} />
        <CountField path={["arrivalDeadlineDays"]} label="Days to arrive once enrolled" min={1} />
      </SimpleGrid>
      <Title order={2} size="h5">
        Sites
      </Title>
      {sites.map((site, i) => (
        <SiteFields
          key={isObject(site) ? keyOf(site) : `site-${i}`}
          index={i}
          id={isObject(site) ? String(site.id ?? "") : ""}
          suggestions={siteKeys}
        />
      ))}
      {draft?.base !== undefined && (
        <Text size="sm" c="dimmed">
          A site with 0 places takes nobody new but still signs for its participants. A site that is
          removed signs nothing from then on.
        </Text>
      )}
      {own.map((problem) => (
        <Alert key={problem.message} color="red">
          {problemText(problem)}
        </Alert>
      ))}
      <Button
        variant="default"
        leftSection={<IconPlus size={16} aria-hidden />}
        style={{ alignSelf: "flex-start" }}
        onClick={() => edit(["sites"], () => [...sites, { id: next, name: "", capacity: 10 }])}
      >
        Add a site
      </Button>
      {draft?.base === undefined && (
        <Select
          label="Ethics board that reviews the trial"
          description="Not part of the trial file: it is registered with the protocol number"
          placeholder={boards.length === 0 ? "No accredited board" : "Choose a board"}
          searchable
          data={boards}
          value={draft?.publishing.board || null}
          onChange={(board) => setPublishing({ board: board ?? "" })}
        />
      )}
      <Text size="sm" c="dimmed">
        Signing addresses and the board are published beside the trial file, not in it: a saved file
        does not hold them.
      </Text>
    </Stack>
  );
}

type SiteProps = {
  readonly index: number;
  readonly id: string;
  readonly suggestions: ReturnType<typeof useSiteKeys>;
};

function SiteFields({ index, id, suggestions }: SiteProps) {
  const { edit } = useEditing();
  const { draft } = useDrafting();
  return (
    <Paper p="sm">
      <Group align="flex-start" gap="sm">
        <CountField path={["sites", index, "id"]} label="Number" w={90} min={1} />
        <div style={{ flex: "1 1 220px", minWidth: 0 }}>
          <TextField path={["sites", index, "name"]} label="Name of the site" />
        </div>
        <CountField
          path={["sites", index, "capacity"]}
          label="Places"
          w={100}
          min={draft?.base === undefined ? 1 : 0}
        />
        <ActionIcon
          variant="subtle"
          color="gray"
          mt={28}
          aria-label={`Remove site ${id}`}
          onClick={() => edit(["sites", index], () => undefined)}
        >
          <IconTrash size={18} aria-hidden />
        </ActionIcon>
      </Group>
      <SimpleGrid cols={{ base: 1, xs: 2 }} mb="xs">
        <TextField path={["sites", index, "address"]} label="Address, for patients" isOptional />
        <TextField path={["sites", index, "phone"]} label="Phone, for patients" isOptional />
      </SimpleGrid>
      <SignerField siteId={id} suggestions={suggestions} />
    </Paper>
  );
}
