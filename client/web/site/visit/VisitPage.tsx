import { Anchor } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "wouter";
import { Loading } from "../../shared/Loading.tsx";
import { PageHead } from "../../shared/PageHead.tsx";
import { Problem } from "../../shared/Problem.tsx";
import { Standing } from "../data/Standing.tsx";
import { type SitePlace, useSite } from "../data/useSite.ts";
import { sitePath } from "../data/words.ts";
import { Visit } from "./Visit.tsx";
import type { VisitKind } from "./visit.ts";

const HEADS = {
  arrival: [
    "Somebody arrives",
    "The wallet proves who the participant is, and you see that it is the person in front of you. Only your signature leaves this desk.",
  ],
  succession: [
    "Lost wallet",
    "A participant comes with a new wallet. If it is the same person and they meet the criteria, the lost pseudonym is retired and the new wallet admitted.",
  ],
} as const;

/** The check of the person at the desk, from the challenge to the signature. */
export default function VisitPage({ kind, ...place }: SitePlace & { kind: VisitKind }) {
  const { data, error, refetch } = useSite(place);
  // A new visit starts with everything forgotten that was typed in the one before.
  const [visit, setVisit] = useState(1);
  const [title, text] = HEADS[kind];
  return (
    <>
      <Anchor component={Link} href={sitePath(place)} size="sm">
        <IconArrowLeft size={14} aria-hidden /> {data?.title ?? place.protocolNumber}
      </Anchor>
      <PageHead title={title} text={text} />
      {error !== null && <Problem problem={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <Loading what="the site" h={320} />}
      {data !== undefined && <Standing data={data} />}
      {(kind === "arrival" ? data?.isDesk : data?.isOwn) && data && (
        <Visit
          key={visit}
          data={data}
          place={place}
          kind={kind}
          onNext={() => setVisit((number) => number + 1)}
        />
      )}
    </>
  );
}
