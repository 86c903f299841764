// The port of commands: what people can ask of the house by name, once for all platforms.
import type { AuthorId, MessageId } from "../domain/ids.ts";
import type { Place } from "../domain/message.ts";

/** Who may use a command: anyone, who may manage the channel, or who may manage the workspace. In a direct message everyone has every right over their own talk. */
export type Right = "anyone" | "channel" | "workspace";

export interface Choice {
  /** As shown to people. */
  readonly name: string;
  readonly value: string;
}

/** One thing that a command can be told. */
export interface Option {
  readonly name: string;
  readonly summary: string;
  /** `persona`, `personas` (with commas), `scene` (of this channel), `setting` and `value` (of the setting in the option `setting`) are suggested while people type; `file` arrives as an `InputFile`, `channel` as a `ChosenChannel`. */
  readonly kind:
    | "text"
    | "persona"
    | "personas"
    | "scene"
    | "setting"
    | "value"
    | "choice"
    | "channel"
    | "switch"
    | "file";
  readonly isRequired: boolean;
  /** Of the kind `choice`; empty otherwise. */
  readonly choices: readonly Choice[];
}

/** A command as platforms show it. */
export interface CommandShape {
  /** One or two words: `["persona", "add"]`, `["stop"]`. */
  readonly path: readonly string[];
  readonly summary: string;
  readonly options: readonly Option[];
  readonly right: Right;
  /** Whether everyone or only the asker sees what it answers. */
  readonly answer: "public" | "private";
  /** `message`: it is also offered on a persona's post, and `Invocation.target` is that post. */
  readonly on: "channel" | "message";
  /** What it is called on a post; empty where `on` is `channel`. */
  readonly label: string;
}

/** A group of commands with one first word, such as `persona`. */
export interface CommandGroup {
  readonly name: string;
  readonly summary: string;
}

/** Who asks. */
export interface Actor {
  readonly id: AuthorId;
  readonly name: string;
  readonly canManageChannel: boolean;
  readonly canManageWorkspace: boolean;
  /** The platform's language tag of the person, such as `de`; null: unknown. */
  readonly locale: string | null;
}

export interface InputFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** A channel that somebody chose, as the platform knows it now. */
export interface ChosenChannel {
  readonly place: Place;
  /** As people see it, such as `#general`. */
  readonly name: string;
  /** Whether the person who gives the command may manage it. */
  readonly canManage: boolean;
}

/** A command as somebody gave it. */
export interface Invocation {
  readonly path: readonly string[];
  /** By option name; a switch is `on` or `off`. Options not given are missing. */
  readonly options: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, InputFile>>;
  /** By option name; missing where the platform knows of no such channel here any more. */
  readonly channels: Readonly<Record<string, ChosenChannel>>;
  /** The persona's post that it is about; null: none. */
  readonly target: MessageId | null;
  readonly by: Actor;
  readonly place: Place;
  /** What people call a workspace there, such as `server`; options take it in place of `workspace`. */
  readonly workspaceWord: string;
  /** Different for each invocation and the same when one is delivered twice. */
  readonly id: string;
}

/** A button below an answer. Pressing it is an invocation of `path` with `options`; for `form`s of it, see `Answer`. */
export interface Button {
  readonly label: string;
  readonly path: readonly string[];
  readonly options: Readonly<Record<string, string>>;
  readonly style: "plain" | "main" | "danger";
}

/** A choice of several below an answer: choosing is an invocation of `path` with the value under `option`. */
export interface Menu {
  readonly placeholder: string;
  readonly path: readonly string[];
  readonly option: string;
  readonly options: Readonly<Record<string, string>>;
  /** `channels`: the platform offers those in which messages can stand. */
  readonly choices: readonly Choice[] | "channels";
}

/** One field of a form. */
export interface Field {
  readonly name: string;
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  readonly lines: "one" | "many";
  readonly isRequired: boolean;
  readonly charsMax: number;
}

// What a Discord modal holds.
export const FORM_FIELDS_MAX = 5;

/** What a command answers. */
export type Answer =
  | {
      readonly kind: "text";
      readonly shown: "public" | "private";
      readonly text: string;
      readonly buttons: readonly Button[];
      readonly menus: readonly Menu[];
      readonly files: readonly { readonly name: string; readonly type: string; readonly text: string }[];
      /** `replace`: it takes the place of the answer whose button was pressed. */
      readonly as: "new" | "replace";
    }
  /** A form to be filled in; sending it is an invocation of `path` with its fields as options beside `options`. */
  | {
      readonly kind: "form";
      readonly title: string;
      readonly path: readonly string[];
      readonly options: Readonly<Record<string, string>>;
      readonly fields: readonly Field[];
    }
  /** A persona says it in the channel, by a turn of its own; the asker is told no more than `text`, privately. */
  | { readonly kind: "spoken"; readonly text: string };

export type TextAnswer = Extract<Answer, { readonly kind: "text" }>;

/** What the catalogue, which is in English, is called in another language. */
export interface Language {
  /** As platforms tag it, such as `de`. */
  readonly tag: string;
  /** A word of a path, or an option's name; null: as in English. */
  readonly nameOf: (word: string) => string | null;
  /** A summary, a label or a choice, by its English text; null: as in English. */
  readonly textOf: (text: string) => string | null;
}

/** Why a platform cannot bring a command: what its button meant is forgotten, a form was too long in coming, a file could not be had, or the house has a fault. */
export type Hindrance = "forgotten" | "tooLate" | "fileLost" | "fault";

/** What the house says of its own accord, in a language. */
export interface Notices {
  /** Where the house is new; its buttons set it up. */
  readonly welcome: TextAnswer;
  /** To those who manage the channel of this name: the platform lets nobody speak there. */
  readonly parked: (channel: string) => TextAnswer;
  /** In place of an answer that is too long for messages and comes as a file. */
  readonly inFile: string;
}

/** Where platforms bring the commands that people give. */
export interface CommandDesk {
  readonly groups: readonly CommandGroup[];
  readonly commands: readonly CommandShape[];
  /** Beside English. */
  readonly languages: readonly Language[];
  /** Whether `path` answers with a form: then a platform must ask before it says "received". */
  opensForm(path: readonly string[]): boolean;
  /** Does it and answers; never rejects: what went wrong is a private answer in one sentence. */
  run(invocation: Invocation, signal: AbortSignal): Promise<Answer>;
  /** What the person is told, privately, where a platform cannot bring the command. */
  excuse(why: Hindrance, locale: string | null): TextAnswer;
  notices(locale: string | null): Notices;
  /** What `typed` may come to in this option, at most 25, best first; never rejects. */
  suggest(invocation: Invocation, option: string, typed: string): Promise<readonly Choice[]>;
}

/** An answer of plain text. */
export function textAnswer(shown: "public" | "private", text: string): TextAnswer {
  return { kind: "text", shown, text, buttons: [], menus: [], files: [], as: "new" };
}
