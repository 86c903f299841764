// The families of error that code decides by: who failed, and may it be tried again.

/** A complaint to a person: what, where, expected, got. */
export interface Complaint {
  /** A file, a setting or a form. */
  readonly where: string;
  /** Line in the file, from 1; null where there is no file. */
  readonly line: number | null;
  /** The field, such as `talkativeness` or `solvers[1].name`; null for the whole. */
  readonly field: string | null;
  readonly expected: string;
  readonly got: string;
}

/** The one form of a complaint: `personas/ada.yaml:7: talkativeness: expected a number from 0 to 1, got "often"`. */
export function sentenceOf(complaint: Complaint): string {
  const place = complaint.line === null ? complaint.where : `${complaint.where}:${complaint.line}`;
  const field = complaint.field === null ? "" : `${complaint.field}: `;
  return `${place}: ${field}expected ${complaint.expected}, got ${complaint.got}`;
}

// A quoted value in a complaint stays readable on one line.
const QUOTED_CHARS_MAX = 60;

/** `value` as a complaint shows it: quoted, on one line, without control characters, cut at 60 characters. */
export function quoted(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
  const flat = text.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, " ");
  const cut = flat.length > QUOTED_CHARS_MAX ? `${Array.from(flat.slice(0, QUOTED_CHARS_MAX)).join("")}…` : flat;
  return typeof value === "string" ? `"${cut}"` : cut;
}

/** Somebody gave us something we cannot use: the fault is theirs to mend, and trying again does not help. */
export class BadInput extends Error {
  override readonly name = "BadInput";
  readonly complaints: readonly Complaint[];
  constructor(complaints: readonly Complaint[]) {
    super(complaints.map(sentenceOf).join("\n"));
    this.complaints = complaints;
  }
}

/** The house itself cannot go on, and a person must mend it: a busy port, an unwritable folder. The message is one sentence that says what to do. */
export class HouseFault extends Error {
  override readonly name = "HouseFault";
}

/** Another process holds the channel now: what was to be written belongs to it. */
export class LeaseLost extends Error {
  override readonly name = "LeaseLost";
}

/** What `error` says, whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
