// Macros: `{{char}}` and `{{user}}` in a persona's texts stand for names.

export interface MacroNames {
  /** The persona's name. */
  readonly char: string;
  /** The name of whoever is answered. */
  readonly user: string;
}

const MACRO = /\{\{(char|user)\}\}/giu;

/** `text` with both macros replaced, whatever their case. Once: a person whose name is `{{char}}` keeps it. */
export function replaceMacros(text: string, names: MacroNames): string {
  return text.replaceAll(MACRO, (_whole, which: string) => (which.toLowerCase() === "char" ? names.char : names.user));
}
