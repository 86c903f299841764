// The forms by which people make and change a character.

import type { Words } from "./words-en.ts";

type FieldWord = keyof Words["fields"];

/** A field as a form shows it. */
export interface FieldShown {
  readonly field: string;
  readonly label: FieldWord;
  /** Null: none is needed. */
  readonly hint: FieldWord | null;
  readonly lines: "one" | "many";
  readonly charsMax: number;
}

// What a character's file may hold in a line ("persona.yaml, version 1"), and what a form's field may.
const NAME_CHARS_MAX = 80;
const LINE_CHARS_MAX = 1_000;
const FORM_CHARS_MAX = 4_000;
const EMOJI_CHARS_MAX = 32;

const one = (field: string, label: FieldWord, hint: FieldWord | null = null, charsMax = LINE_CHARS_MAX): FieldShown => {
  return { field, label, hint, lines: "one", charsMax };
};
const many = (
  field: string,
  label: FieldWord,
  hint: FieldWord | null = "oneALine",
  charsMax = FORM_CHARS_MAX,
): FieldShown => {
  return { field, label, hint, lines: "many", charsMax };
};

const NAME = one("name", "name", null, NAME_CHARS_MAX);
const AVATAR = one("avatar", "picture", "pictureHint");

/** What a new character is asked for: as many fields as a form holds. */
export const NEW_CHARACTER: readonly FieldShown[] = [
  NAME,
  many("description", "who", "whoHint", LINE_CHARS_MAX),
  many("traits", "talk", "talkHint"),
  many("knows", "knowsAndNot", "knowsAndNotHint"),
  AVATAR,
];

/** A part of a character that can be edited. */
export interface CharacterPart {
  readonly key: string;
  readonly label: keyof Words["choices"];
  readonly fields: readonly FieldShown[];
}

/** The parts, each a form. */
export const PARTS: readonly CharacterPart[] = [
  {
    key: "name",
    label: "part name",
    fields: [NAME, many("aliases", "aliases"), one("emoji", "emoji", null, EMOJI_CHARS_MAX)],
  },
  {
    key: "who",
    label: "part who",
    fields: [
      many("description", "line", null, LINE_CHARS_MAX),
      one("gender", "gender"),
      one("age", "age"),
      one("occupation", "occupation"),
      many("hobbies", "hobbies"),
    ],
  },
  {
    key: "talk",
    label: "part talk",
    fields: [
      many("traits", "traits"),
      many("behaviours", "behaviours"),
      many("replies", "replies"),
      many("greetings", "greetings"),
    ],
  },
  {
    key: "knowledge",
    label: "part knowledge",
    fields: [many("knows", "knows"), many("outside", "outside"), many("declines", "declines")],
  },
  {
    key: "aims",
    label: "part aims",
    fields: [many("goals", "goals"), many("skills", "skills"), many("scenario", "scenario", null)],
  },
  {
    key: "prompt",
    label: "part prompt",
    fields: [many("system", "system", null), many("post_history", "postHistory", null)],
  },
  { key: "avatar", label: "part avatar", fields: [AVATAR] },
];
