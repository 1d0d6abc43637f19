import { Anchor } from "@mantine/core";
import type { TablerIcon } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Link, useRoute } from "wouter";
import classes from "./SectionLinks.module.css";

export type Section = {
  /** Path inside of the place, as wouter matches it. */
  readonly path: string;
  readonly name: string;
  readonly icon?: TablerIcon;
  /** Paths that belong to it too. */
  readonly also?: string;
  /** Stands beside the name, as a count does. */
  readonly mark?: ReactNode;
};

/** The parts of a place, as real links in a row that scrolls on a phone. */
export function SectionLinks({ label, sections }: { label: string; sections: readonly Section[] }) {
  return (
    <nav aria-label={label} className={`${classes.row} no-print`}>
      <ul className={classes.list}>
        {sections.map((section) => (
          <li key={section.path}>
            <SectionLink {...section} />
          </li>
        ))}
      </ul>
    </nav>
  );
}

function SectionLink({ path, name, icon: Icon, also, mark }: Section) {
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
      {mark}
    </Anchor>
  );
}
