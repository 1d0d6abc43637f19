import { Button, Card, FileButton, Group, Radio, Stack, Text, TextInput } from "@mantine/core";
import { IconFile } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useApi } from "../../shared/exchange.tsx";
import { TaskState } from "../../shared/TaskState.tsx";
import { useTask } from "../../shared/useTask.ts";
import { useAuditor } from "../worker/auditor.tsx";
import { embeddedNode, refuseNode, rememberedNode, rememberNode, USUAL_NODE } from "./access.ts";

type From = "file" | "server";

/** Which node, and whose word on the contracts, until the auditor says otherwise. */
function useChoices() {
  const { data: embedded } = useQuery({
    queryKey: ["embedded-node"],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: embeddedNode,
  });
  const [typed, setNode] = useState<string | undefined>(rememberedNode);
  const [chosen, setFrom] = useState<From>();
  const node = typed ?? embedded ?? USUAL_NODE;
  // On a computer's own exchange there is nobody to distrust; elsewhere the auditor's file comes first.
  return { node, setNode, from: chosen ?? (embedded ? "server" : "file"), setFrom };
}

/** Asks for the auditor's own node and for where the contracts are, before anything is checked. */
function AccessForm() {
  const api = useApi();
  const { setAccess } = useAuditor();
  const { node, setNode, from, setFrom } = useChoices();
  const [file, setFile] = useState<{ name: string; json: unknown }>();
  const task = useTask();
  const wrong = refuseNode(node);
  const read = (chosen: File | null) =>
    void task.run(async () => {
      if (chosen === null) return;
      setFile({ name: chosen.name, json: parse(chosen.name, await chosen.text()) });
    });
  const use = () =>
    void task.run(async (say) => {
      say("Reading the deployment…");
      const deployment =
        from === "file" ? file?.json : parse("", await downloadText(api, "/deployment.json"));
      rememberNode(node);
      setAccess({ node, deployment, isToldByServer: from === "server" });
    });
  return (
    <Card maw={720} component="section" aria-label="Node and deployment">
      <Stack>
        <TextInput
          label="Your node of the chain"
          description="Any JSON-RPC node that lets pages read it. Best is one of your own: unless the history is proven, it is trusted on which logs there are."
          value={node}
          onChange={(event) => setNode(event.currentTarget.value.trim())}
          error={wrong}
          autoComplete="off"
          spellCheck={false}
        />
        <WhereFrom from={from} onChange={setFrom} />
        {from === "file" && (
          <Group gap="sm">
            <FileButton onChange={read} accept=".json,application/json">
              {(props) => (
                <Button
                  {...props}
                  variant="default"
                  leftSection={<IconFile size={18} aria-hidden />}
                >
                  Choose the deployment file
                </Button>
              )}
            </FileButton>
            <Text size="sm" c="dimmed" aria-live="polite">
              {file ? file.name : "deployment.json, from whoever deployed the exchange"}
            </Text>
          </Group>
        )}
        <TaskState task={task} />
        <Button
          w="fit-content"
          disabled={wrong !== undefined || (from === "file" && file === undefined)}
          onClick={use}
        >
          Use these
        </Button>
      </Stack>
    </Card>
  );
}

function WhereFrom({ from, onChange }: { from: From; onChange: (from: From) => void }) {
  return (
    <Radio.Group
      label="Where the contracts are"
      value={from}
      onChange={(value) => onChange(value as From)}
    >
      <Stack gap="xs" mt="xs">
        <Radio value="file" label="From a deployment file that I have" />
        <Radio
          value="server"
          label="On this server's word"
          description="Quick, but then the server says which contracts are audited. Compare the addresses with a source that you trust."
        />
      </Stack>
    </Radio.Group>
  );
}

async function downloadText(api: ReturnType<typeof useApi>, path: string): Promise<string> {
  return new TextDecoder().decode(await api.download(path));
}

function parse(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${name || "The server's answer"} is not JSON: choose the deployment file.`);
  }
}

/** Which node and contracts are used, and the way to others. */
export function AccessInUse() {
  const { access, setAccess } = useAuditor();
  if (access === undefined) return <AccessForm />;
  return (
    <Group gap="xs" mb="md">
      <Text size="sm" c="dimmed" className="breakable">
        Checked against the node at {new URL(access.node).host}; where the contracts are:{" "}
        {access.isToldByServer ? "on this server's word" : "from your file"}
      </Text>
      <Button variant="subtle" size="compact-sm" onClick={() => setAccess(undefined)}>
        Change node or deployment
      </Button>
    </Group>
  );
}
