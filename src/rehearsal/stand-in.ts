// What is said in place of a model's words where nobody has written any.
import type { Persona } from "../domain/persona.ts";
import type { SolverRequest } from "../solvers/solver.ts";

/** Tokens that a stand-in's line counts as: a post of 240 characters, which is what scenes ask for. */
export const STAND_IN_TOKENS = 60;

// Enough to tell one line from the next.
const WORDS = 3;
// Shorter words are mostly those that every text has.
const WORD = /\p{L}{5,}/gu;
const TEXT_CHARS_MAX = 4_000;

/** A line that says it is none, with words out of the persona's own file, so that each line is another one. */
export function standInLine(request: Pick<SolverRequest, "persona" | "heard" | "chance">): string {
  const { persona, heard, chance } = request;
  const words = [...new Set(textOf(persona).slice(0, TEXT_CHARS_MAX).match(WORD))];
  const chosen: string[] = [];
  while (chosen.length < WORDS && words.length > 0) {
    const at = Math.floor(chance("stand-in", String(chosen.length)) * words.length);
    chosen.push(...words.splice(at, 1));
  }
  const does = heard === null ? "posts anew" : `answers ${heard.author.name}`;
  const about = chosen.length === 0 ? "" : `, about ${chosen.join(", ")}`;
  return `[a stand-in for the model: ${persona.name} ${does}${about}]`;
}

function textOf(persona: Persona): string {
  const { character, description, world } = persona;
  const { hobbies, goals, skills, knowledge, occupation, scenario } = character;
  const own = [description, occupation, scenario, ...hobbies, ...goals, ...skills, ...knowledge.knows];
  return [...own, world?.setting ?? ""].join(" ");
}
