// What a test can do with the bot's commands, buttons, menus and forms, and what it sees of the answers.
import type { Value } from "./command-data.ts";
import type { File } from "./people.ts";
import type { Ref } from "./places.ts";
import type { AttachmentRecord, ModalShown } from "./records.ts";
import type { Said } from "./said.ts";

/** The bot's first answer, as the person sees it. */
export type Reply =
  | {
      readonly kind: "choices";
      readonly choices: readonly { readonly name: string; readonly value: number | string }[];
    }
  | { readonly kind: "deferred"; readonly isPrivate: boolean }
  | { readonly kind: "deferredUpdate" }
  | { readonly kind: "message"; readonly said: Said }
  | { readonly kind: "modal"; readonly modal: ModalShown }
  | { readonly kind: "update"; readonly said: Said };

/** An interaction under way. */
export interface Asking {
  readonly id: string;
  /** The first answer so far. */
  reply(): Reply | null;
  /** Waits for the first answer, whatever it is. */
  answered(): Promise<Reply>;
  /** Waits for the message that answers, be it after a while of thinking. */
  said(): Promise<Said>;
  /** Everything that answered it, follow-ups included, as it stands now. */
  messages(): readonly Said[];
  /** How long the first answer took, in ms. */
  tookMs(): number | null;
}

export interface AskMore {
  /** The client hides what the person may not use; this sends it all the same. */
  readonly even?: "if hidden";
}

export interface Hands {
  /** `/persona add` with its options. Throws when the command is not registered, or hidden from this person. */
  command(
    place: Ref,
    who: Ref | string,
    name: string,
    options?: Readonly<Record<string, Value>>,
    more?: AskMore,
  ): Asking;
  /** Typing into an option; the others may be given already. */
  autocomplete(
    place: Ref,
    who: Ref | string,
    name: string,
    options: Readonly<Record<string, Value>>,
    focused: string,
  ): Asking;
  /** A context menu of a message. */
  messageMenu(message: { readonly id: string }, who: Ref | string, name: string, more?: AskMore): Asking;
  userMenu(place: Ref, who: Ref | string, name: string, about: Ref, more?: AskMore): Asking;
  /** A button, by its label or its custom id. */
  press(message: { readonly id: string }, who: Ref | string, button: string): Asking;
  /** A menu, by its placeholder or custom id, and the values or labels picked. */
  choose(message: { readonly id: string }, who: Ref | string, menu: string, ...values: readonly string[]): Asking;
  /** Fills the form that answered `asking`, each field by its label or custom id; what is not named keeps what stood there. */
  fill(asking: Asking, values: Readonly<Record<string, File | readonly string[] | string>>): Asking;
  /** A file for an option of a command. */
  upload(file: File): AttachmentRecord;
}
