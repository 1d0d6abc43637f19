// Calm and clinical: one quiet colour, system fonts, contrasts of WCAG 2.2 AA in both schemes.
import {
  type CSSVariablesResolver,
  createTheme,
  DEFAULT_THEME,
  type MantineColorsTuple,
} from "@mantine/core";

const harbour: MantineColorsTuple = [
  "#eef6f8",
  "#dcebef",
  "#b9d6de",
  "#92bfcc",
  "#6fabbc",
  "#559db1",
  "#3f8ba0",
  "#2b7286",
  "#1f5f71",
  "#144c5c",
];

export const theme = createTheme({
  primaryColor: "harbour",
  primaryShade: 7,
  colors: { harbour },
  defaultRadius: "md",
  fontFamily:
    'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif',
  fontFamilyMonospace:
    'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  headings: { fontWeight: "600", textWrap: "balance" },
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    Card: { defaultProps: { withBorder: true, padding: "lg" } },
    Paper: { defaultProps: { withBorder: true } },
    // A badge says what it says: capitals are hard to read, and wrong in some languages.
    Badge: { defaultProps: { tt: "none", variant: "light", fw: 500 } },
    Tooltip: {
      defaultProps: {
        multiline: true,
        maw: 320,
        withArrow: true,
        events: { hover: true, focus: true, touch: true },
      },
    },
    Modal: {
      defaultProps: {
        centered: true,
        closeButtonProps: { "aria-label": "Close" },
        // A dialog's head is not the page's banner.
        attributes: { header: { role: "presentation" } },
      },
    },
    Drawer: {
      defaultProps: {
        closeButtonProps: { "aria-label": "Close" },
        attributes: { header: { role: "presentation" } },
      },
    },
    Notification: { defaultProps: { closeButtonProps: { "aria-label": "Close this message" } } },
    PasswordInput: {
      defaultProps: { visibilityToggleButtonProps: { "aria-label": "Show or hide what is typed" } },
    },
  },
});

const NAMES = [...Object.keys(DEFAULT_THEME.colors), "harbour"];

/** White words stand on it: on the theme's own shade they have 3.8 : 1. */
const RED = {
  "--mantine-color-red-filled": "var(--mantine-color-red-9)",
  "--mantine-color-red-filled-hover": "color-mix(in srgb, var(--mantine-color-red-9) 85%, black)",
};

/** Darker words on light grounds, lighter ones on dark: Mantine's defaults miss 4.5 : 1 in places. */
export const cssVariables: CSSVariablesResolver = () => {
  const words = (shade: number, mixedWith: string) =>
    Object.fromEntries(
      NAMES.flatMap((name) => {
        const colour = `color-mix(in srgb, var(--mantine-color-${name}-${shade}) 60%, ${mixedWith})`;
        return ["light-color", "text", "outline"].map((use) => [
          `--mantine-color-${name}-${use}`,
          colour,
        ]);
      }),
    );
  return {
    variables: {},
    light: {
      ...words(9, "black"),
      ...RED,
      "--mantine-color-dimmed": "var(--mantine-color-gray-7)",
      "--mantine-color-placeholder": "var(--mantine-color-gray-7)",
      "--mantine-color-error": "var(--mantine-color-red-9)",
      "--mantine-color-body": "#fbfcfd",
      "--mantine-color-anchor": "var(--mantine-color-harbour-8)",
    },
    dark: {
      ...words(3, "white"),
      ...RED,
      // As light as white words allow, so that a tick or a bar stands out from a dark card.
      "--mantine-color-harbour-filled": "#357f94",
      "--mantine-color-harbour-filled-hover": "var(--mantine-color-harbour-7)",
      "--mantine-color-dimmed": "var(--mantine-color-dark-1)",
      "--mantine-color-placeholder": "var(--mantine-color-dark-1)",
      "--mantine-color-error": "var(--mantine-color-red-4)",
      // A link stands in a yellow notice, too.
      "--mantine-color-anchor": "var(--mantine-color-harbour-2)",
    },
  };
};
