// The forms by which people make and change a character.

/** A field as a form shows it. */
export interface FieldShown {
  readonly field: string;
  readonly label: string;
  readonly hint: string;
  readonly lines: "one" | "many";
  readonly charsMax: number;
}

// What a character's file may hold in a line ("persona.yaml, version 1"), and what a form's field may.
const NAME_CHARS_MAX = 80;
const LINE_CHARS_MAX = 1_000;
const FORM_CHARS_MAX = 4_000;

const one = (field: string, label: string, hint = "", charsMax = LINE_CHARS_MAX): FieldShown => {
  return { field, label, hint, lines: "one", charsMax };
};
const many = (field: string, label: string, hint = "One a line", charsMax = FORM_CHARS_MAX): FieldShown => {
  return { field, label, hint, lines: "many", charsMax };
};

const NAME = one("name", "Name", "", NAME_CHARS_MAX);
const AVATAR = one("avatar", "Picture", "An address that begins with https://; empty: drawn from the name");

/** What a new character is asked for: as many fields as a form holds. */
export const NEW_CHARACTER: readonly FieldShown[] = [
  NAME,
  many("description", "Who it is", "Keeps the tea house at the end of the pier", LINE_CHARS_MAX),
  many("traits", "How it talks", "One thing a line: unhurried, answers a question with tea first"),
  many("knows", "What it knows, and what it does not", "One thing a line; begin with NOT where it knows nothing"),
  AVATAR,
];

/** The parts of a character that can be edited, each a form. */
export const PARTS: Readonly<Record<string, { readonly label: string; readonly fields: readonly FieldShown[] }>> = {
  name: {
    label: "Name",
    fields: [NAME, many("aliases", "Other names that it answers to"), one("emoji", "Emoji", "", 32)],
  },
  who: {
    label: "Who it is",
    fields: [
      many("description", "In one line", "", LINE_CHARS_MAX),
      one("gender", "Gender"),
      one("age", "Age"),
      one("occupation", "Occupation"),
      many("hobbies", "Hobbies"),
    ],
  },
  talk: {
    label: "How it talks",
    fields: [
      many("traits", "What it is like"),
      many("behaviours", "What it tends to do"),
      many("replies", "Lines that are typical of it"),
      many("greetings", "How it may open a conversation"),
    ],
  },
  knowledge: {
    label: "What it knows",
    fields: [
      many("knows", "What it knows"),
      many("outside", "What lies outside its knowledge"),
      many("declines", "How it declines what lies outside"),
    ],
  },
  aims: {
    label: "What it wants",
    fields: [many("goals", "What it wants"), many("skills", "What it can do"), many("scenario", "The situation", "")],
  },
  prompt: {
    label: "Instructions for the model",
    fields: [
      many("system", "In place of the house's opening instruction", ""),
      many("post_history", "Said after the recent messages", ""),
    ],
  },
  avatar: { label: "Picture", fields: [AVATAR] },
};
