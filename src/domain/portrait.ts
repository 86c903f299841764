// A portrait: what a persona's file says of it, as text for a model.
import type { Persona, World } from "./persona.ts";

// What a persona is like whose file says nothing of it.
const UNSAID = "{{char}} is friendly and curious, and talks the way people do in a chat.";

/** The persona's character as a list for the system prompt. Whatever is not set leaves no trace. `{{char}}` and `{{user}}` stand in it still: the caller replaces them, once. */
export function portraitOf(persona: Persona): string {
  const { character } = persona;
  const { voice, knowledge } = character;
  const who = [
    fact("Age", character.age),
    fact("Gender", character.gender),
    fact("Occupation", character.occupation),
    fact("Education", character.education),
    fact("Hobbies", character.hobbies.join(", ")),
    fact("Languages", persona.languages.join(", ")),
  ].filter((line) => line !== "");
  const sections = [
    [sentence(persona.description), ...who].filter((line) => line !== "").join("\n"),
    section("What {{char}} is like:", voice.traits),
    section("What {{char}} does:", voice.behaviours),
    section("Lines that are typical of {{char}}, for the tone, not to be repeated:", voice.replies),
    section("What {{char}} wants:", character.goals),
    section("What {{char}} can do:", character.skills),
    section("What {{char}} knows:", knowledge.knows),
    section("What lies outside {{char}}'s knowledge, and is never made up:", knowledge.outside),
    section("How {{char}} declines what lies outside:", knowledge.declines),
    block("The scenario:", character.scenario),
  ].filter((text) => text !== "");
  return sections.length === 0 ? UNSAID : sections.join("\n\n");
}

function sentence(description: string): string {
  return description === "" ? "" : `{{char}}: ${description}`;
}

function fact(name: string, value: string): string {
  return value === "" ? "" : `- ${name}: ${value}`;
}

function section(title: string, items: readonly string[]): string {
  return items.length === 0 ? "" : [title, ...items.map((item) => `- ${item}`)].join("\n");
}

function block(title: string, text: string): string {
  return text === "" ? "" : `${title}\n${text}`;
}

/** Whom a microblogger replies to. */
export interface RepliedTo {
  readonly user: string;
  readonly message: string;
}

/** The prompt in the microblog simulator's form, to the letter. All four keys are always there: where nobody is replied to, the last two are empty, as the simulator has them. */
export function microbloggerPrompt(
  world: Pick<World, "rules" | "setting" | "tone">,
  currentUser: string,
  background: string,
  replyTo: RepliedTo | null,
): { readonly system: string; readonly user: string } {
  const system =
    `Follow these rules: |${world.rules}| Follow this setting: |${world.setting}| ` +
    `Follow this overall tone: |${world.tone}| `;
  const user = {
    current_user: currentUser,
    current_user_background: tightened(background),
    reply_to_user: replyTo?.user ?? "",
    reply_to_message: tightened(replyTo?.message ?? ""),
  };
  return { system: tightened(system), user: JSON.stringify(user) };
}

/** Runs of spaces and runs of line ends become one, and the space after `;`, `,` and `:` goes: it saves tokens, and the simulator does so with the whole prompt, its own words included. */
function tightened(text: string): string {
  return text
    .replaceAll(/ +/gu, " ")
    .replaceAll(/\n+/gu, "\n")
    .replaceAll(/([;,:]) /gu, "$1");
}
