import { Badge, Card, Group, List, Stack, Text, Title, type TitleOrder } from "@mantine/core";
import { describeCollection } from "../../../circuits/statement/exchange/collectionWords.ts";
import type {
  ConsentForm,
  TrialCollection,
  TrialFile,
} from "../../../circuits/statement/trial/trialFile.ts";
import type { Custodians } from "../../trial/document.ts";
import { Facts } from "./Facts.tsx";
import { t } from "./language.ts";

type Asked = Pick<ConsentForm, "permissions">;

/** More of them are folded away. */
const FEW = 8;

type Props = {
  /** A published document, or as much of one that is being written. */
  readonly document: {
    readonly trial: Pick<TrialFile, "collections" | "sponsor"> & { readonly consentForm: Asked };
    readonly custodians?: Custodians | undefined;
  };
  /** Of each collection's title. */
  readonly order: TitleOrder;
};

/** What a trial collects after arrival, in plain words: what, how often, under which permission, and who opens it. */
export function Collections({ document: { trial, custodians }, order }: Props) {
  const { collections = [], consentForm, sponsor } = trial;
  if (collections.length === 0) {
    return <Text>{t("Nothing: this study collects no data through the exchange.")}</Text>;
  }
  return (
    <Stack gap="md">
      <Text maw={720}>
        {t("Everything is encrypted before it leaves the wallet or the site.")}{" "}
        {openedBy(sponsor, custodians)}{" "}
        {t(
          "Each opening, and each one that was refused, is shown in the wallet of the person it is about.",
        )}
      </Text>
      {collections.map((collection) => (
        <OneCollection key={collection.id} {...{ collection, consentForm, order }} />
      ))}
    </Stack>
  );
}

function openedBy(sponsor: string, custodians: Custodians | undefined): string {
  if (custodians === undefined) {
    return t(
      "No custodians are named yet who would hold the keys: until then nothing can be collected.",
    );
  }
  const { threshold, members } = custodians;
  return t(
    "Only the sponsor ({{sponsor}}) can open it, only after a public request that says why, only while the permission named below is given, and only when {{threshold}} of {{all}} independent custodians release their parts of the key.",
    { sponsor, threshold, all: members.length },
  );
}

type OneProps = {
  readonly collection: TrialCollection;
  readonly consentForm: Asked;
  readonly order: TitleOrder;
};

function OneCollection({ collection, consentForm, order }: OneProps) {
  const { from, when, items, emergency } = describeCollection(collection);
  const permission = consentForm.permissions.find(({ id }) => id === collection.permission);
  const need = permission?.required === true ? t("needed to take part") : t("a free choice");
  const list = <Items items={items} />;
  return (
    <Card padding="md" data-collection={collection.id}>
      <Group gap="xs" mb={4}>
        <Title order={order} size="h5" className="breakable">
          {collection.title}
        </Title>
        {emergency !== undefined && <Badge color="orange">{t("Emergency")}</Badge>}
      </Group>
      <Text size="sm" mb="sm" className="breakable" maw={720}>
        {collection.why}
      </Text>
      <Facts
        facts={[
          [t("Where from"), from],
          [t("How often"), when],
          [t("Permission"), `${permission?.label ?? collection.permission} (${need})`],
        ]}
      />
      {emergency !== undefined && (
        <Text size="sm" mt="sm" maw={720}>
          {emergency}
        </Text>
      )}
      {items.length <= FEW ? (
        <>
          <Text size="sm" c="dimmed" mt="sm" mb={4}>
            {t("What is sent")}
          </Text>
          {list}
        </>
      ) : (
        <details style={{ marginTop: "0.75rem" }}>
          <summary>{t("What is sent: {{number}} lines", { number: items.length })}</summary>
          {list}
        </details>
      )}
    </Card>
  );
}

function Items({ items }: { items: readonly string[] }) {
  return (
    <List size="sm" spacing={4} mt={4}>
      {items.map((item, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines of a fixed text, in order; two may be alike
        <List.Item key={i} className="breakable">
          {item}
        </List.Item>
      ))}
    </List>
  );
}
