// Reads the setting DATABASE_URL.
import { HouseFault, quoted } from "../errors.ts";

/** The path of an SQLite file, or `:memory:`. */
export type DatabasePath = string;

const EXAMPLE = "file:data/troupe.db";

/** The SQLite file that `url` names: `file:data/troupe.db` (relative to the working folder), `file:/absolute/path`, `:memory:` or `file::memory:`. Throws `HouseFault` for anything else, with one sentence that says what to do and holds no password. */
export function parseDatabaseUrl(url: string): DatabasePath {
  const trimmed = url.trim();
  const scheme = /^([a-z][a-z0-9+.-]*):/iu.exec(trimmed)?.[1]?.toLowerCase() ?? null;
  if (trimmed === ":memory:") return trimmed;
  if (scheme === "postgres" || scheme === "postgresql") {
    throw new HouseFault(`DATABASE_URL: PostgreSQL is not supported yet: name an SQLite file, such as ${EXAMPLE}`);
  }
  if (scheme !== "file") {
    // An address with a scheme may hold a password, so only the scheme is shown.
    const got = scheme === null ? quoted(trimmed) : `an address that begins with "${scheme}:"`;
    throw new HouseFault(`DATABASE_URL: expected a file, such as ${EXAMPLE}, or :memory:, got ${got}`);
  }
  const rest = trimmed.slice("file:".length);
  // file:///path, and file://localhost/path, are the long forms of file:/path (RFC 8089).
  const path = rest.replace(/^\/\/(?:localhost)?(?=\/)/u, "");
  if (path === "" || path.startsWith("//") || path.includes("?") || path.includes("\0")) {
    throw new HouseFault(
      `DATABASE_URL: expected a file name without a host or options, such as ${EXAMPLE}, got ${quoted(trimmed)}`,
    );
  }
  return path;
}
