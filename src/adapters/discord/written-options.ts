// What people write into a command's options: Discord's tags in it are read as in a message.
import type { CommandShape, Invocation } from "../../commands/command.ts";
import type { Lookup } from "./normalize.ts";
import { textIn } from "./normalize.ts";
import { fieldsOf } from "./shapes.ts";

/** The options with mentions, channels and emoji as people read them, wherever the command takes a text. `data`: the interaction's. */
export function readableOptions(
  options: Invocation["options"],
  shape: CommandShape | undefined,
  data: unknown,
  lookup: Lookup,
): Invocation["options"] {
  const texts = new Set(shape?.options.flatMap(({ kind, name }) => (kind === "text" ? [name] : [])));
  const mentions = mentionsIn(data);
  const read = Object.entries(options).map(([name, value]) => {
    return [name, texts.has(name) ? textIn({ content: value, mentions }, lookup) : value] as const;
  });
  return Object.fromEntries(read);
}

/** Whoever is known of those that are mentioned ("Resolved Data Structure"), as a message names them. */
function mentionsIn(data: unknown): readonly object[] {
  const { users, members } = fieldsOf(fieldsOf(data)["resolved"]);
  return Object.entries(fieldsOf(users)).map(([id, user]) => ({ ...fieldsOf(user), member: fieldsOf(members)[id] }));
}
