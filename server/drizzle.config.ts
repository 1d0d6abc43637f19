// For `drizzle-kit generate --config server/drizzle.config.ts`, after a change of the tables.
import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "postgresql",
  schema: "./server/*/tables.ts",
  out: "./server/migrations",
});
