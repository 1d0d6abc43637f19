import { Tabs } from "@mantine/core";
import type { TablerIcon } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Link, useLocation } from "wouter";

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
    .find(({ path }) => location === path || location.startsWith(`${path}/`) || path === "/");
  return (
    <nav aria-label={label} className="no-print">
      <Tabs value={current?.path ?? null} mb="lg">
        <Tabs.List role="presentation">
          {tabs.map(({ path, label: name, icon: Icon, mark }) => (
            <Tabs.Tab
              key={path}
              value={path}
              role={undefined}
              aria-selected={undefined}
              aria-controls={undefined}
              tabIndex={0}
              aria-current={path === current?.path ? "page" : undefined}
              leftSection={<Icon size={18} aria-hidden />}
              rightSection={mark}
              renderRoot={(props) => <Link {...props} href={path} />}
            >
              {name}
            </Tabs.Tab>
          ))}
        </Tabs.List>
      </Tabs>
    </nav>
  );
}
