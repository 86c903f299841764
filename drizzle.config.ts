// Where drizzle-kit finds the tables and puts the migrations; `npm run migrations` after a change of the tables.
import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "sqlite",
  schema: [
    "./src/store/tables.ts",
    "./src/store/registry-tables.ts",
    "./src/store/ledger-tables.ts",
    "./src/store/pace-tables.ts",
  ],
  out: "./migrations",
});
