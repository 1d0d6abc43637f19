import {
  ActionIcon,
  Anchor,
  AppShell,
  Container,
  Group,
  Menu,
  Text,
  Tooltip,
  useMantineColorScheme,
} from "@mantine/core";
import { IconChevronDown, IconDeviceDesktop, IconMoon, IconSun } from "@tabler/icons-react";
import { lazy, type ReactNode, Suspense, useEffect } from "react";
import { msg, t, useLanguage } from "../shared/language.ts";
import classes from "./Frame.module.css";
import { KeysBadge } from "./KeysBadge.tsx";
import { PLACES, type Place } from "./places.ts";
import { useTour } from "./tour/memory.ts";

const TourPanel = lazy(() => import("./tour/TourPanel.tsx"));

/** Header, the way to the other places, and the page itself. */
export function Frame({ place, children }: { place?: Place; children: ReactNode }) {
  // The wallet's language is the frame's too.
  useLanguage();
  const isTouring = useTour() !== undefined;
  useEffect(() => {
    document.title = place ? `${place.name} · Cohort Zero` : "Cohort Zero";
  }, [place]);
  return (
    <AppShell header={{ height: 60 }} padding={0}>
      <a href="#main" className="skip-link">
        {t("Skip to the content")}
      </a>
      <AppShell.Header className="no-print">
        <Container size="xl" h="100%">
          <Group h="100%" justify="space-between" wrap="nowrap" gap="sm">
            <Group gap="sm" wrap="nowrap" miw={0}>
              <Anchor
                href="/"
                className={classes.brand}
                underline="never"
                aria-label="Cohort Zero, start page"
              >
                <img src="/icon.svg" alt="" width={28} height={28} />
                <Text fw={700} visibleFrom="sm" component="span" c="bright">
                  Cohort Zero
                </Text>
              </Anchor>
              <PlaceMenu {...(place && { place })} />
            </Group>
            <Group gap="xs" wrap="nowrap">
              <KeysBadge />
              <SchemeSwitch />
            </Group>
          </Group>
        </Container>
      </AppShell.Header>
      <AppShell.Main
        id="main"
        tabIndex={-1}
        className={`${classes.main} ${isTouring ? classes.besideTour : ""}`}
      >
        <Container size="xl" py="lg">
          {children}
        </Container>
      </AppShell.Main>
      {isTouring && (
        <Suspense>
          <TourPanel {...(place && { place })} />
        </Suspense>
      )}
    </AppShell>
  );
}

/** Other places are other documents, each under a policy of its own: plain links, not routes. */
function PlaceMenu({ place }: { place?: Place }) {
  return (
    <Menu position="bottom-start" withinPortal={false}>
      <Menu.Target>
        <button type="button" className={classes.place}>
          <span>{place?.name ?? t("Choose a place")}</span>
          <IconChevronDown size={16} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {PLACES.map(({ path, name, icon: Icon }) => (
          <Menu.Item
            key={path}
            component="a"
            href={`/${path}`}
            leftSection={<Icon size={18} aria-hidden />}
            aria-current={path === place?.path ? "page" : undefined}
          >
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

const SCHEMES = { auto: IconDeviceDesktop, light: IconSun, dark: IconMoon } as const;
const NEXT = { auto: "light", light: "dark", dark: "auto" } as const;
const SCHEME_WORDS = {
  auto: msg("as the device"),
  light: msg("light"),
  dark: msg("dark"),
} as const;

function SchemeSwitch() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const Icon = SCHEMES[colorScheme];
  const label = t("Colours: {{now}}. Change to {{next}}", {
    now: t(SCHEME_WORDS[colorScheme]),
    next: t(SCHEME_WORDS[NEXT[colorScheme]]),
  });
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant="subtle"
        size="lg"
        color="gray"
        c="var(--mantine-color-text)"
        onClick={() => setColorScheme(NEXT[colorScheme])}
        aria-label={label}
      >
        <Icon size={20} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}
