// What a solver said, as it is said: without trimmings, and in the form of the place.
import { handleOf } from "../domain/ids.ts";
import type { Message } from "../domain/message.ts";
import type { Persona } from "../domain/persona.ts";
import type { PromptMessage } from "../domain/trace.ts";
import { microblogText, withoutMentions } from "./microblog-text.ts";
import { replyText } from "./reply-text.ts";
import type { SceneFrame } from "./scene-context.ts";

/** What the form of a text hangs on. */
export interface Saying {
  readonly member: { readonly persona: Persona };
  /** What it answers; null: nothing. */
  readonly trigger: Message | null;
  readonly scene: SceneFrame | null;
  /** What the model was sent. */
  readonly prompt: readonly PromptMessage[];
}

/** Empty where nothing is left to say. */
export function saidText(text: string | null, { member, trigger, scene, prompt }: Saying): string {
  if (text === null) return "";
  const { persona } = member;
  const names = [persona.name, handleOf(persona.id)];
  const prompts = prompt.filter(({ role }) => role !== "assistant").map(({ content }) => content);
  const reply = replyText(text, names, prompts);
  const isMicroblog = scene?.style === "microblog" || persona.world?.form === "microblog";
  if (!isMicroblog) return reply;
  const form = { own: [...names, ...persona.aliases], to: trigger?.author.name ?? null };
  // What was put into quotation marks after the name of whoever is answered.
  return microblogText(replyText(withoutMentions(reply, form), names, prompts), form);
}
