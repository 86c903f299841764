// Counts the durable commits of another program on an SQLite file, by the marks that they leave in its write-ahead log.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const SqliteDatabase = createRequire(import.meta.url)("better-sqlite3") as typeof import("better-sqlite3");

// "WAL File Format" (SQLite): a header, then frames of a header and a page; a commit's last frame holds the size of the database.
const WAL_HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const PAGE_SIZE_AT = 8;
const COMMIT_SIZE_AT = 4;

export interface CommitCount {
  /** Commits since the counting began. */
  count(): number;
  end(): void;
}

/** Begins to count. A reader that stays keeps the log from starting over. */
export function countCommits(file: string): CommitCount {
  const reader = new SqliteDatabase(file, { readonly: true });
  reader.exec("BEGIN");
  reader.prepare("SELECT count(*) FROM sqlite_master").get();
  const before = commitsIn(`${file}-wal`);
  return {
    count: () => commitsIn(`${file}-wal`) - before,
    end: () => {
      reader.exec("COMMIT");
      reader.close();
    },
  };
}

function commitsIn(wal: string): number {
  const bytes = readFileSync(wal);
  if (bytes.length < WAL_HEADER_BYTES) return 0;
  const salt = bytes.subarray(16, 24);
  const frameBytes = FRAME_HEADER_BYTES + bytes.readUInt32BE(PAGE_SIZE_AT);
  let commits = 0;
  for (let at = WAL_HEADER_BYTES; at + frameBytes <= bytes.length; at += frameBytes) {
    // Frames of an earlier round of the log have another salt.
    if (!bytes.subarray(at + 8, at + 16).equals(salt)) break;
    if (bytes.readUInt32BE(at + COMMIT_SIZE_AT) > 0) commits += 1;
  }
  return commits;
}
