import { Badge, Button, Card, Group, Stack, Text, Title } from "@mantine/core";
import { IconKey, IconLogout, IconWallet } from "@tabler/icons-react";
import { lazy, type ReactNode, Suspense } from "react";
import {
  AccountProvider,
  browserProvider,
  browserSigner,
  keySigner,
  useAccount,
  useDevelopmentKeys,
} from "./account.tsx";
import { shorten } from "./format.ts";
import { LoadingPage } from "./Loading.tsx";
import { TaskState } from "./TaskState.tsx";
import { useTask } from "./useTask.ts";

// Only who is signed in talks to the exchange.
const Exchange = lazy(() => import("./ExchangeRoot.tsx"));

type Props = {
  /** What one signs in as, as in "sponsor". */
  readonly role: string;
  /** Which development keys serve here, by the beginning of their name. */
  readonly keys: string;
  readonly children: ReactNode;
};

/** Asks who acts before showing what only an organisation may do. */
export function SignedIn(props: Props) {
  return (
    <AccountProvider>
      <Gate {...props} />
    </AccountProvider>
  );
}

function Gate({ role, keys, children }: Props) {
  const { actor } = useAccount();
  if (actor === undefined) return <SignIn role={role} keys={keys} />;
  return (
    <Stack gap="md">
      <WhoActs role={role} />
      <Suspense fallback={<LoadingPage />}>
        <Exchange>{children}</Exchange>
      </Suspense>
    </Stack>
  );
}

function WhoActs({ role }: { role: string }) {
  const { actor, signOut } = useAccount();
  return (
    <Group justify="flex-end" gap="xs" className="no-print">
      <Text size="sm" c="dimmed">
        Acting as {role}
      </Text>
      <Badge variant="default" ff="monospace" title={actor!.address}>
        {shorten(actor!.address)}
      </Badge>
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<IconLogout size={16} aria-hidden />}
        onClick={() => void signOut()}
      >
        Sign out
      </Button>
    </Group>
  );
}

function SignIn({ role, keys }: { role: string; keys: string }) {
  const { signIn } = useAccount();
  const { data: found = {} } = useDevelopmentKeys();
  const task = useTask();
  const provider = browserProvider();
  const development = Object.entries(found).filter(([name]) => name.startsWith(keys));
  return (
    <Card maw={560} mx="auto" mt="xl">
      <Stack>
        <Title order={1} size="h3">
          Sign in as {role}
        </Title>
        <Text c="dimmed">
          Your organisation signs with its Ethereum account. There is no password, and the exchange
          keeps nothing about you but the address.
        </Text>
        <Button
          leftSection={<IconWallet size={18} aria-hidden />}
          disabled={provider === undefined || task.isRunning}
          onClick={() =>
            void task.run(async (say) => {
              say("Asking your Ethereum wallet…");
              await signIn(await browserSigner(provider!));
            })
          }
        >
          Use this browser's Ethereum wallet
        </Button>
        {provider === undefined && (
          <Text size="sm" c="dimmed">
            This browser has no Ethereum wallet. Install one, or use a development key where the
            exchange offers them.
          </Text>
        )}
        {development.map(([name, key]) => (
          <Button
            key={name}
            variant="default"
            leftSection={<IconKey size={18} aria-hidden />}
            disabled={task.isRunning}
            onClick={() =>
              void task.run(async (say) => {
                say("Signing in…");
                await signIn(await keySigner(key));
              })
            }
          >
            Use the development key “{name}”
          </Button>
        ))}
        <TaskState task={task} />
      </Stack>
    </Card>
  );
}
