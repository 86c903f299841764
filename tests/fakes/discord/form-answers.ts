// What a person writes into a field of a form, as it is sent back.
import { ComponentType } from "discord.js";
import type { File } from "./people.ts";
import type { ModalField } from "./records.ts";

const TEXT_INPUT: number = ComponentType.TextInput;

/** The component that carries the answer; throws what the client would not let a person send. `keep` stores a file and gives its id. */
export function fieldAnswer(
  field: ModalField,
  value: File | readonly string[] | string,
  index: number,
  keep: (file: File) => string,
): object {
  const base = { type: field.type, id: index * 2 + 2, custom_id: field.customId };
  if (field.type !== TEXT_INPUT) {
    const values =
      typeof value === "string" ? (value === "" ? [] : [value]) : "content" in value ? [keep(value)] : value;
    return { ...base, values };
  }
  if (typeof value !== "string") throw new Error(`${field.label} takes a text`);
  // The client lets nobody send what the form forbids.
  const isTooShort = value.length < field.minLength && (field.isRequired || value !== "");
  if ((field.isRequired && value === "") || isTooShort || value.length > field.maxLength) {
    throw new Error(`${field.label} takes ${field.minLength} to ${field.maxLength} characters, got ${value.length}`);
  }
  return { ...base, value };
}
