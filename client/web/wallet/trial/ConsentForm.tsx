import {
  Button,
  Card,
  Checkbox,
  Group,
  Radio,
  ScrollArea,
  Select,
  Stack,
  Text,
  Title,
} from "@mantine/core";
import { IconWritingSign } from "@tabler/icons-react";
import { useState } from "react";
import { GIVEN_BY, type GivenBy } from "../../../../circuits/statement/consent.ts";
import type { Permission } from "../../../../circuits/statement/trial.ts";
import { type Grant, submitConsent } from "../../../patient/consent.ts";
import { downloadTrial, type ReviewedTrial } from "../../../patient/review.ts";
import { useApi } from "../../shared/exchange.tsx";
import { useTask } from "../../shared/useTask.ts";
import { useData } from "../data.tsx";
import { Doing } from "../Sorry.tsx";
import { useWallet } from "../vault/session.tsx";
import { ProofState } from "./ProofState.tsx";
import type { Granted } from "./standing.ts";
import { useProof } from "./useProof.ts";

const YEARS = ["1", "2", "5", "10"] as const;
const GIVER_WORDS: Readonly<Record<GivenBy, string>> = {
  self: "I consent for myself",
  representative: "I consent as the legal representative",
  assentWithParent: "I assent, together with a parent",
};

type Props = {
  readonly reviewed: ReviewedTrial;
  /** What was agreed to before, to start from. */
  readonly before: Granted | undefined;
  readonly onDone: () => void;
};

/** The form's text, each permission by itself, the site, how long; then the proof. */
export function ConsentForm({ reviewed, before, onDone }: Props) {
  const api = useApi();
  const { wallet, revision, vault } = useWallet();
  const { documentKeys } = useData();
  const proof = useProof();
  const queueing = useTask();
  const { consentForm, sites } = reviewed.document.trial;
  const statements = reviewed.compiled.attestations.filter(
    ({ by, when }) => by === "patient" && when === "consent",
  );
  const [given, setGiven] = useState<ReadonlySet<string>>(new Set(before?.permissions));
  const [stated, setStated] = useState<ReadonlySet<string>>(new Set());
  const onlySite = sites.length === 1 ? sites[0]!.id : undefined;
  const [siteId, setSite] = useState<number | undefined>(before?.siteId ?? onlySite);
  const [years, setYears] = useState<string>("2");
  const [givenBy, setGivenBy] = useState<GivenBy>("self");
  const isComplete =
    siteId !== undefined &&
    consentForm.permissions.every(({ id, required }) => !required || given.has(id)) &&
    statements.every(({ id }) => stated.has(id));

  const consent = async () => {
    const permissions = [...given] as Permission[];
    const grant: Grant = { permissions, siteId: siteId!, years: Number(years), givenBy };
    const { protocolNumber } = reviewed.trial;
    const documentKey = documentKeys.get(protocolNumber);
    let mayWait = false;
    const isQueued = await queueing.run(async (say) => {
      say("Getting the study as it is now…");
      const downloads = await downloadTrial(api, protocolNumber);
      const of = { wallet, downloads, documentKey, grant };
      const queued = await vault.checker.run("trial.queue", of);
      mayWait = queued.entry !== undefined;
      say("Saving your consent, encrypted…");
      if (mayWait) await vault.save(queued.wallet, revision);
    });
    if (!isQueued) return;
    if (mayWait) return onDone();
    const isDone = await proof.run({
      protocolNumber,
      prove: ({ prover, wallet: newest, downloads, report }) =>
        prover.run("trial.consent", { wallet: newest, downloads, documentKey, grant }, report),
      send: (input) => submitConsent(api, input),
    });
    if (isDone) onDone();
  };
  return (
    <Card component="section" aria-labelledby="form">
      <Stack>
        <div>
          <Title order={2} size="h4" id="form" className="breakable">
            {consentForm.title}
          </Title>
          <Text size="sm" c="dimmed">
            Consent form, version {consentForm.version}
          </Text>
        </div>
        <ScrollArea.Autosize
          mah={420}
          offsetScrollbars
          type="auto"
          viewportProps={{ tabIndex: 0, role: "region", "aria-label": "Text of the form" }}
        >
          <Text style={{ whiteSpace: "pre-wrap" }} className="breakable" maw={720}>
            {consentForm.text}
          </Text>
        </ScrollArea.Autosize>
        <Ticks
          title="What I allow"
          hint="Each stands for itself. Those marked “needed” are needed to take part; the others are up to you."
          ticked={given}
          onChange={setGiven}
          items={consentForm.permissions.map(({ id, label, required }) => ({
            id,
            label,
            note: required ? "needed to take part" : "your choice",
          }))}
        />
        {statements.length > 0 && (
          <Ticks
            title="What I state"
            ticked={stated}
            onChange={setStated}
            items={statements.map(({ id, text, negated }) => ({
              id,
              label: negated ? `This is not so: ${text}` : text,
              note: "needed to take part",
            }))}
          />
        )}
        <Radio.Group
          label="Site"
          description="Where you will go for the study. Only this site gets to know who you are, when you come."
          value={siteId === undefined ? "" : String(siteId)}
          onChange={(value) => setSite(Number(value))}
        >
          <Stack gap="xs" mt="xs">
            {sites.map(({ id, name }) => (
              <Radio key={id} value={String(id)} label={name} />
            ))}
          </Stack>
        </Radio.Group>
        <Group grow align="flex-end" preventGrowOverflow={false}>
          <Select
            label="How long it lasts"
            description="You can end it at any time."
            data={YEARS.map((value) => ({
              value,
              label: `${value} year${value === "1" ? "" : "s"}`,
            }))}
            value={years}
            allowDeselect={false}
            onChange={(value) => value && setYears(value)}
          />
          <Select
            label="Who consents"
            data={(Object.keys(GIVEN_BY) as GivenBy[]).map((value) => ({
              value,
              label: GIVER_WORDS[value],
            }))}
            value={givenBy}
            allowDeselect={false}
            onChange={(value) => value && setGivenBy(value as GivenBy)}
          />
        </Group>
        <Doing task={queueing} />
        <ProofState proof={proof} title="Your consent" />
        <Group>
          <Button
            disabled={!isComplete || proof.stage !== undefined || queueing.isRunning}
            leftSection={<IconWritingSign size={18} aria-hidden />}
            onClick={() => void consent()}
          >
            {before === undefined ? "I have read this, and I consent" : "Consent to this instead"}
          </Button>
          {!isComplete && (
            <Text size="sm" c="dimmed">
              Tick what is needed, and choose a site.
            </Text>
          )}
        </Group>
      </Stack>
    </Card>
  );
}

type Tick = { readonly id: string; readonly label: string; readonly note: string };

function Ticks(props: {
  title: string;
  hint?: string;
  items: readonly Tick[];
  ticked: ReadonlySet<string>;
  onChange: (ticked: ReadonlySet<string>) => void;
}) {
  const { title, hint, items, ticked, onChange } = props;
  return (
    <Checkbox.Group
      label={title}
      {...(hint !== undefined && { description: hint })}
      value={[...ticked]}
      onChange={(values) => onChange(new Set(values))}
    >
      <Stack gap="sm" mt="xs">
        {items.map(({ id, label, note }) => (
          <Checkbox key={id} value={id} label={label} description={note} className="breakable" />
        ))}
      </Stack>
    </Checkbox.Group>
  );
}
