// The setting DATABASE_URL: which files it may name, and what is said about anything else.
import { expect, test } from "vitest";
import { HouseFault } from "../../src/errors.ts";
import { parseDatabaseUrl } from "../../src/store/database-url.ts";

test.each([
  ["file:data/troupe.db", "data/troupe.db"],
  ["file:./troupe.db", "./troupe.db"],
  ["file:/var/lib/troupe.db", "/var/lib/troupe.db"],
  ["file:///var/lib/troupe.db", "/var/lib/troupe.db"],
  ["file://localhost/var/lib/troupe.db", "/var/lib/troupe.db"],
  ["file:my data/tröupe.db", "my data/tröupe.db"],
  [":memory:", ":memory:"],
  ["file::memory:", ":memory:"],
  [" file:data/troupe.db ", "data/troupe.db"],
])("%s names the file %s", (url, path) => {
  expect(parseDatabaseUrl(url)).toBe(path);
});

test.each([
  ["postgres://bob:hunter2@db/troupe", /PostgreSQL is not supported yet: name an SQLite file/u],
  ["postgresql://bob:hunter2@db/troupe", /PostgreSQL is not supported yet: name an SQLite file/u],
  ["mysql://bob:hunter2@db/troupe", /got an address that begins with "mysql:"/u],
  ["data/troupe.db", /expected a file, such as file:data\/troupe.db, or :memory:, got "data\/troupe.db"/u],
  ["file:", /expected a file name/u],
  ["file://server/troupe.db", /without a host or options/u],
  ["file:troupe.db?mode=ro", /without a host or options/u],
  ["", /got ""/u],
])("%s is refused in one sentence without its password", (url, sentence) => {
  const refuse = () => parseDatabaseUrl(url);
  expect(refuse).toThrow(HouseFault);
  expect(refuse).toThrow(sentence);
  expect(refuse).not.toThrow(/hunter2|\n/u);
});
