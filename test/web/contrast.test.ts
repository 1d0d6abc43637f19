// A link may stand in a notice of any colour: its words are seen on each of the grounds (WCAG 2.2, 1.4.3: 4.5 to 1).
import { readFileSync } from "node:fs";
import { DEFAULT_THEME, mergeMantineTheme } from "@mantine/core";
import { describe, expect, it } from "vitest";
import { cssVariables, theme } from "../../client/web/app/theme.ts";

const merged = mergeMantineTheme(DEFAULT_THEME, theme);
const own = cssVariables(merged);
const css = readFileSync("node_modules/@mantine/core/styles/default-css-variables.css", "utf8");

/** The share of each of red, green and blue: of "#rrggbb", "rgba(r, g, b, 1)" or "var(--mantine-color-name-shade)". */
function shares(colour: string): number[] {
  const [, name, shade] = colour.match(/^var\(--mantine-color-(\w+)-(\d)\)$/) ?? [];
  if (name !== undefined) return shares(merged.colors[name]![Number(shade)]!);
  if (!colour.startsWith("#"))
    return colour
      .match(/\d+/g)!
      .slice(0, 3)
      .map((n) => Number(n) / 255);
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255);
}

/** Relative luminance as WCAG 2.2 defines it. */
function luminance(colour: string): number {
  const [red, green, blue] = shares(colour).map((share) =>
    share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light! + 0.05) / (dark! + 0.05);
}

describe.each(["dark", "light"] as const)("in the %s scheme", (scheme) => {
  const anchor = own[scheme]["--mantine-color-anchor"]!;
  // Nothing in the light scheme stands on a ground of the dark palette.
  const grounds = [...css.matchAll(/--mantine-color-(\w+)-light:\s*([^;]+);/g)]
    .filter(([, , value]) => value!.startsWith("var(") === (scheme === "light"))
    .filter(([, name]) => name !== "dark")
    .map(([, name, value]) => [name!, value!]);

  it("there are grounds", () => expect(grounds).toHaveLength(13));
  it.each(grounds)("a link is read on %s", (_, ground) => {
    expect(contrast(anchor, ground!)).toBeGreaterThanOrEqual(4.5);
  });
});
