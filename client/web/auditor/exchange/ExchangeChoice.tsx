import { Anchor, Card, SimpleGrid, Title } from "@mantine/core";
import { IconInbox } from "@tabler/icons-react";
import { Link } from "wouter";
import { Empty } from "../../shared/Empty.tsx";
import { useTrials } from "../../shared/exchange.tsx";
import { Loading } from "../../shared/Loading.tsx";
import { PageHead } from "../../shared/PageHead.tsx";
import { Problem } from "../../shared/Problem.tsx";
import { StatusBadge } from "../../shared/trialStatus.tsx";

/** Every trial, with the way to its requests for data. */
export default function ExchangeChoice() {
  const { data, error, isPending, refetch } = useTrials();
  return (
    <>
      <PageHead
        title="Data and who opened it"
        text="No key without a public request: every request to open a trial's data stands here, with what each custodian answered."
      />
      {isPending && <Loading what="the trials" h={120} />}
      {error && <Problem problem={error} retry={() => void refetch()} />}
      {data?.length === 0 && (
        <Empty icon={IconInbox} title="No trial yet">
          Trials appear here as soon as a sponsor registers one.
        </Empty>
      )}
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
        {data?.map(({ trialId, protocolNumber, status }) => (
          <Card key={trialId}>
            <Title order={2} size="h5" mb={4}>
              <Anchor
                component={Link}
                href={`/exchange/${encodeURIComponent(protocolNumber)}`}
                inherit
                c="bright"
              >
                {protocolNumber}
              </Anchor>
            </Title>
            <StatusBadge status={status} />
          </Card>
        ))}
      </SimpleGrid>
    </>
  );
}
