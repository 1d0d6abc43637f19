// The pages load the styles of those components of Mantine's that they use (client/web/app/mantine.css).
import { readdirSync, readFileSync } from "node:fs";
import { beforeAll, expect, it } from "vitest";
import { buildWeb } from "../../scripts/web.ts";

const BUILT = "client/web/dist/assets";
const classesIn = (text: string) => new Set(text.match(/\bm_[0-9a-f]{6,8}\b/g));
const read = (ending: string) =>
  readdirSync(BUILT)
    .filter((name) => name.endsWith(ending))
    .map((name) => readFileSync(`${BUILT}/${name}`, "utf8"))
    .join("\n");

beforeAll(() => buildWeb(() => {}), 120_000);

it("no class of a component that a page shows is without its style", () => {
  const styled = classesIn(readFileSync("node_modules/@mantine/core/styles.css", "utf8"));
  const shown = [...classesIn(read(".js"))].filter((one) => styled.has(one));
  expect(shown.length).toBeGreaterThan(100);
  const loaded = classesIn(read(".css"));
  expect(shown.filter((one) => !loaded.has(one))).toEqual([]);
});
