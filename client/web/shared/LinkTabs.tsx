import type { TablerIcon } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Link, useLocation } from "wouter";
import classes from "./LinkTabs.module.css";

export type LinkTab = {
  /** Below the place, as in "/batch". */
  readonly path: string;
  readonly label: string;
  readonly icon: TablerIcon;
  /** Stands beside the label, as a count does. */
  readonly mark?: ReactNode;
};

/** The pages of a place as links, so that each has an address and opens in a tab of its own. */
export function LinkTabs({ tabs, label }: { tabs: readonly LinkTab[]; label: string }) {
  const [location] = useLocation();
  const current = [...tabs]
    .sort((a, b) => b.path.length - a.path.length)
    .find(({ path }) => path === "/" || location === path || location.startsWith(`${path}/`));
  return (
    <nav aria-label={label} className="no-print">
      <ul className={classes.list}>
        {tabs.map(({ path, label: name, icon: Icon, mark }) => (
          <li key={path}>
            <Link
              href={path}
              className={classes.link!}
              aria-current={path === current?.path ? "page" : undefined}
            >
              <Icon size={18} aria-hidden />
              {name}
              {mark}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
