// One row of the settings: what it is called, what it means, what a right value looks like.
import type { Complaint } from "./errors.ts";
import { quoted } from "./errors.ts";

/** One setting. */
export interface Setting<Name extends string, Value> {
  readonly name: Name;
  /** As a person would write it; null: none. */
  readonly usual: string | null;
  /** What the README says of the default when there is no value to show; empty: "none". */
  readonly usually: string;
  readonly unit: string;
  /** The flag of `npm start` that sets it too. */
  readonly flag: string | null;
  readonly meaning: string;
  /** What a right value looks like, for the complaint. */
  readonly expected: string;
  /** `secret`: never shown, not even in a complaint. */
  readonly shown: "open" | "secret";
  /** Null: wrong. */
  readonly read: (text: string) => Value | null;
}

type Row<Name extends string, Value> = Omit<Setting<Name, Value>, "unit" | "usually" | "flag" | "shown"> &
  Partial<Pick<Setting<Name, Value>, "unit" | "usually" | "flag">>;

/** One whose value may be shown. */
export function open<const Name extends string, Value>(row: Row<Name, Value>): Setting<Name, Value> {
  return { unit: "", usually: "", flag: null, shown: "open", ...row };
}

/** One whose value is never shown. */
export function hidden<const Name extends string, Value>(row: Row<Name, Value>): Setting<Name, Value> {
  return { unit: "", usually: "", flag: null, shown: "secret", ...row };
}

// These addresses can hold a password, so only their scheme is shown.
const ADDRESSES: ReadonlySet<string> = new Set(["DATABASE_URL", "REDIS_URL"]);
const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//iu;

/** What is wrong with `text` as the value of a setting; `where` is how it was given. */
export function complaintAbout(setting: Setting<string, unknown>, where: string, text: string): Complaint {
  const complaint = { where, line: null, field: null, expected: setting.expected };
  if (setting.shown === "secret") return { ...complaint, got: `${text.length} characters that are not` };
  if (!ADDRESSES.has(setting.name)) return { ...complaint, got: quoted(text) };
  const scheme = SCHEME.exec(text)?.[0] ?? (text.includes("@") ? "" : undefined);
  const isPostgres = scheme?.startsWith("postgres") ?? false;
  const expected = isPostgres ? `${setting.expected} (PostgreSQL is not supported yet)` : setting.expected;
  return { ...complaint, expected, got: quoted(scheme === undefined ? text : `${scheme}…`) };
}
