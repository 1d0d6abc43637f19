import { Anchor } from "@mantine/core";
import type { TablerIcon } from "@tabler/icons-react";
import type { ComponentType } from "react";
import { Link, useRoute } from "wouter";
import classes from "./SectionLinks.module.css";

export type SectionLink = {
  /** Path inside of the place, as wouter matches it. */
  readonly path: string;
  readonly name: string;
  readonly icon?: TablerIcon;
  /** Paths that belong to it too. */
  readonly also?: string;
  /** Stands beside the name, as a count does. */
  readonly mark?: ComponentType;
};

type Props = { readonly label: string; readonly sections: readonly Partial<SectionLink>[] };

/** The parts of a place that have a name, as real links in a row that scrolls on a phone. */
export function SectionLinks({ label, sections }: Props) {
  const named = sections.filter((one): one is SectionLink => one.name !== undefined);
  return (
    <nav aria-label={label} className={`${classes.row} no-print`}>
      <ul className={classes.list}>
        {named.map((one) => (
          <li key={one.path}>
            <LinkTo {...one} />
          </li>
        ))}
      </ul>
    </nav>
  );
}

function LinkTo({ path, name, icon: Icon, also, mark: Mark }: SectionLink) {
  const [isHere] = useRoute(path);
  const [isBelow] = useRoute(also ?? path);
  return (
    <Anchor
      component={Link}
      href={path}
      underline="never"
      className={classes.link}
      aria-current={isHere || isBelow ? "page" : undefined}
    >
      {Icon && <Icon size={18} aria-hidden />}
      {name}
      {Mark && <Mark />}
    </Anchor>
  );
}
