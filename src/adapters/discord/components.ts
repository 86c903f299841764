// Buttons, menus and forms: commands written into what Discord shows, and read back when somebody uses it.
import { hash } from "node:crypto";
import type { Answer, Button, Field, Menu, TextAnswer } from "../../commands/command.ts";
import { FORM_FIELDS_MAX } from "../../commands/command.ts";
import type { Keep } from "../adapter.ts";
import { fieldsOf, listOf, TALK_CHANNELS, textOf } from "./shapes.ts";

/** The command that a button, a menu or a form gives. */
export interface Given {
  readonly path: readonly string[];
  readonly options: Readonly<Record<string, string>>;
  /** The option into which a menu's choice goes; null: it is no menu. */
  readonly chosen: string | null;
}

// "Component Types".
const ROW = 1;
const BUTTON = 2;
const SELECT = 3;
const TEXT_INPUT = 4;
const CHANNEL_SELECT = 8;
const LABEL = 18;

// "Button Styles", and "Text Input Styles".
const STYLES: Readonly<Record<Button["style"], number>> = { main: 1, plain: 2, danger: 4 };
const LINES: Readonly<Record<Field["lines"], number>> = { one: 1, many: 2 };

// "Component Reference".
const CUSTOM_ID_CHARS_MAX = 100;
const ROWS_MAX = 5;
const ROW_BUTTONS_MAX = 5;
const BUTTON_CHARS_MAX = 80;
const CHOICES_MAX = 25;
const CHOICE_CHARS_MAX = 100;
const PLACEHOLDER_CHARS_MAX = 100;
const TITLE_CHARS_MAX = 45;
const INPUT_CHARS_MAX = 4_000;

// No option has such a name.
const CHOSEN = "*";

const DIGEST_CHARS = 40;

// An interaction can be answered for 15 minutes, and forms that were begun are taken up again within days.
const KEPT_MS = 7 * 24 * 60 * 60_000;

/** Custom ids: each tells its command; one that is too long to tell it is kept, and tells where. */
export class CustomIds {
  readonly #keep: Keep;

  constructor(keep: Keep) {
    this.#keep = keep;
  }

  /** `number` keeps apart what stands in one message and gives the same command. */
  async write(given: Given, number: number): Promise<string> {
    const query = new URLSearchParams(given.options);
    if (given.chosen !== null) query.set(CHOSEN, given.chosen);
    const told = `${given.path.join("/")}?${query.toString()}`;
    const id = `${number}:${told}`;
    if (id.length <= CUSTOM_ID_CHARS_MAX) return id;
    const digest = hash("sha256", told).slice(0, DIGEST_CHARS);
    await this.#keep.lend(keyOf(digest), told, KEPT_MS);
    return `${number}=${digest}`;
  }

  /** Null: it is none of ours, or what it meant is forgotten. */
  async read(id: string): Promise<Given | null> {
    const match = /^\d{1,2}(?<sign>[:=])(?<rest>.+)$/su.exec(id);
    const rest = match?.groups?.["rest"];
    if (rest === undefined) return null;
    const told = match?.groups?.["sign"] === ":" ? rest : await this.#keep.get(keyOf(rest));
    if (told === null) return null;
    const at = told.indexOf("?");
    if (at <= 0) return null;
    const options = Object.fromEntries(new URLSearchParams(told.slice(at + 1)));
    const { [CHOSEN]: chosen, ...others } = options;
    return { path: told.slice(0, at).split("/"), options: others, chosen: chosen ?? null };
  }
}

function keyOf(digest: string): string {
  return `command:${digest}`;
}

/** The rows below an answer: buttons five by five, then a row for each menu, as many as fit. */
export async function rowsOf(
  answer: Pick<TextAnswer, "buttons" | "menus">,
  ids: CustomIds,
): Promise<readonly object[]> {
  const menus = answer.menus.filter(({ choices }) => choices === "channels" || choices.length > 0).slice(0, ROWS_MAX);
  const buttons = answer.buttons.slice(0, (ROWS_MAX - menus.length) * ROW_BUTTONS_MAX);
  const drawn = await Promise.all(buttons.map((button, number) => drawButton(button, number, ids)));
  const rows: object[] = [];
  for (let at = 0; at < drawn.length; at += ROW_BUTTONS_MAX) {
    rows.push({ type: ROW, components: drawn.slice(at, at + ROW_BUTTONS_MAX) });
  }
  for (const [at, menu] of menus.entries()) {
    rows.push({ type: ROW, components: [await drawMenu(menu, drawn.length + at, ids)] });
  }
  return rows;
}

async function drawButton(button: Button, number: number, ids: CustomIds): Promise<object> {
  const { path, options } = button;
  return {
    type: BUTTON,
    style: STYLES[button.style],
    label: cut(button.label, BUTTON_CHARS_MAX),
    custom_id: await ids.write({ path, options, chosen: null }, number),
  };
}

async function drawMenu(menu: Menu, number: number, ids: CustomIds): Promise<object> {
  const { path, options, option } = menu;
  const common = {
    custom_id: await ids.write({ path, options, chosen: option }, number),
    placeholder: cut(menu.placeholder, PLACEHOLDER_CHARS_MAX),
  };
  if (menu.choices === "channels") return { type: CHANNEL_SELECT, ...common, channel_types: TALK_CHANNELS };
  // A value that is longer could not be told apart from its beginning.
  const choices = menu.choices.filter(({ value }) => value !== "" && value.length <= CHOICE_CHARS_MAX);
  return {
    type: SELECT,
    ...common,
    options: choices.slice(0, CHOICES_MAX).map(({ name, value }) => ({ label: cut(name, CHOICE_CHARS_MAX), value })),
  };
}

/** A form as the data of the callback that opens it. */
export async function formOf(form: Extract<Answer, { readonly kind: "form" }>, ids: CustomIds): Promise<object> {
  const { path, options, title, fields } = form;
  return {
    custom_id: await ids.write({ path, options, chosen: null }, 0),
    title: cut(title, TITLE_CHARS_MAX),
    components: fields.slice(0, FORM_FIELDS_MAX).map((field) => drawField(field)),
  };
}

function drawField(field: Field): object {
  const charsMax = Math.min(field.charsMax, INPUT_CHARS_MAX);
  return {
    type: LABEL,
    label: cut(field.label, TITLE_CHARS_MAX),
    component: {
      type: TEXT_INPUT,
      custom_id: field.name,
      style: LINES[field.lines],
      max_length: charsMax,
      required: field.isRequired,
      ...(field.hint === "" ? {} : { placeholder: cut(field.hint, PLACEHOLDER_CHARS_MAX) }),
      ...(field.value === "" ? {} : { value: whole(field.value, charsMax) }),
    },
  };
}

/** What was written into a form, by field. Discord sends a field in a label or in a row, as it was drawn. */
export function writtenIn(data: unknown): Readonly<Record<string, string>> {
  const holders = listOf(fieldsOf(data)["components"]).map((each) => fieldsOf(each));
  const inputs = holders.flatMap((holder) => [holder["component"], ...listOf(holder["components"])]);
  const written = inputs.flatMap((input): readonly (readonly [string, string])[] => {
    const { custom_id: name, value } = fieldsOf(input);
    return typeof value === "string" ? [[textOf(name) ?? "", value]] : [];
  });
  return Object.fromEntries(written);
}

/** On one line and no longer than Discord takes; never empty. */
export function cut(text: string, charsMax: number): string {
  const line = text.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim();
  if (line === "") return "…";
  return line.length <= charsMax ? line : `${whole(line, charsMax - 1)}…`;
}

/** Never half of a pair of surrogates. */
export function whole(text: string, charsMax: number): string {
  return text.length <= charsMax ? text : text.slice(0, charsMax).replace(/[\uD800-\uDBFF]$/u, "");
}
