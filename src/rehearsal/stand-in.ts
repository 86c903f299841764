// What is said in place of a model's words where nobody has written any.
import type { Persona } from "../domain/persona.ts";
import type { SolverRequest } from "../solvers/solver.ts";

// As long as a post of some 200 characters, for it stands in the prompts of those that follow, and hardly ever nearly the same as another.
const WORDS = 24;
// Shorter words are mostly those that every text has.
const WORD = /\p{L}{4,}/gu;
const TEXT_CHARS_MAX = 4_000;

/** A line that says it is none, of words out of the persona's own file and of what is answered. */
export function standInLine(request: Pick<SolverRequest, "persona" | "heard" | "chance">): string {
  const { persona, heard, chance } = request;
  const text = `${heard?.text ?? ""} ${textOf(persona)}`.slice(0, TEXT_CHARS_MAX);
  const found = text.replaceAll(STAND_IN, "").match(WORD) ?? [persona.name];
  const words = [...new Set(found)];
  const said = Array.from({ length: WORDS }, (_, number) => {
    return words[Math.floor(chance("stand-in", String(number)) * words.length)];
  });
  return `${STAND_IN}${said.join(" ")}]`;
}

const STAND_IN = "[stand-in: ";

function textOf(persona: Persona): string {
  const { character, description, world } = persona;
  const { hobbies, goals, skills, knowledge, occupation, scenario } = character;
  const own = [description, occupation, scenario, ...hobbies, ...goals, ...skills, ...knowledge.knows];
  return [...own, world?.setting ?? ""].join(" ");
}
