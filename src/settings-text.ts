// How the settings are shown to people: the README's table, .env.example, and names that are none.
import type { Environment } from "./config.ts";
import { SETTINGS } from "./setting-rows.ts";

/** Names in `env` that look like settings of the house and are none, such as a misspelt one. */
export function unknownSettings(env: Environment): readonly string[] {
  const known = new Set<string>(Object.values(SETTINGS).map((setting) => setting.name));
  return Object.keys(env).filter((name) => name.startsWith("TROUPE_") && !known.has(name) && !OURS.has(name));
}

// Read by the tests only.
const OURS = new Set(["TROUPE_CORPORA"]);

/** The README's table, one line a setting. */
export function settingsTable(): string {
  const cells = Object.values(SETTINGS).map((setting) => {
    const unit = setting.unit === "" ? "" : ` (${setting.unit})`;
    const usual = setting.usual === null ? setting.usually : `\`${setting.usual}\``;
    const flag = setting.flag === null ? "" : ` (flag \`${setting.flag}\`)`;
    return [`\`${setting.name}\``, usual === "" ? "none" : `${usual}${unit}`, `${setting.meaning}${flag}`];
  });
  const rows = [["name", "default", "meaning"], ...cells];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((each) => each[column]?.length ?? 0)));
  const line = (texts: readonly string[]): string =>
    `| ${texts.map((text, column) => text.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(rows[0] ?? []), line(widths.map((width) => "-".repeat(width))), ...rows.slice(1).map(line)].join("\n");
}

/** The whole of .env.example: every setting, commented out, with what it means. */
export function envExample(): string {
  const blocks = Object.values(SETTINGS).map((setting) => {
    const unit = setting.unit === "" ? "" : ` (${setting.unit})`;
    const usually = setting.usual === null && setting.usually !== "" ? `; usually ${setting.usually}` : "";
    return `# ${setting.meaning}${unit}${usually}\n#${setting.name}=${setting.usual ?? ""}\n`;
  });
  const opening =
    "# Copy this file to .env and take the # away from what you want to set; `npm run setup` writes it for you.\n";
  return [opening, ...blocks].join("\n");
}
