// The shape of persona.yaml, from which personas/schema.json is made.
import { z } from "zod";
import {
  ALIASES_MAX,
  EMOJI_CHARS_MAX,
  LINE_CHARS_MAX,
  LIST_MAX,
  NAME_CHARS_MAX,
  SOLVERS_MAX,
  STOPS_MAX,
  TEXT_CHARS_MAX,
  URL_CHARS_MAX,
} from "./limits.ts";
import { listShape, numberShape, textShape, wholeShape } from "./shape.ts";

const line = textShape(LINE_CHARS_MAX);
const text = textShape(TEXT_CHARS_MAX);
const map = { error: "keys and values" };
const optional = <S extends z.ZodType>(schema: S, description: string) => schema.nullish().describe(description);

const solverName = textShape(NAME_CHARS_MAX, "a solver's name, or its name with settings");
const solverWithSettings = z.record(
  solverName,
  z.record(z.string(), z.unknown(), { error: "settings, as keys and values" }).nullable(),
  { error: "a solver's name, or its name with settings" },
);

const exchange = z
  .looseObject(
    {
      user: text.describe("What somebody says."),
      char: text.describe("What the persona answers."),
    },
    { error: "user: and char:, each with text" },
  )
  .describe("An example exchange.");

/** Everything is optional but `version`; `null`, as an empty field gives it, is not set. */
export const personaShape = z
  .looseObject(
    {
      version: z.literal(1, { error: "1" }).describe("The version of this format: 1."),
      name: optional(textShape(NAME_CHARS_MAX), "What the persona is called. Without it, the handle with a capital."),
      aliases: optional(
        listShape(textShape(NAME_CHARS_MAX), ALIASES_MAX),
        "Other names that it answers to, in any script.",
      ),
      emoji: optional(textShape(EMOJI_CHARS_MAX), "An emoji for places without pictures."),
      avatar: optional(
        textShape(URL_CHARS_MAX),
        "`drawn`, a picture file in the persona's own folder, or an https address.",
      ),
      description: optional(line, "The persona in one line."),
      persona: optional(
        z.looseObject(
          {
            traits: optional(listShape(line), "What it is like."),
            behaviours: optional(listShape(line), "What it tends to do."),
            replies: optional(listShape(line), "Lines that are typical of it."),
          },
          map,
        ),
        "How it talks.",
      ),
      goals: optional(listShape(line), "What it wants."),
      skills: optional(listShape(line), "What it can do."),
      knowledge: optional(
        z.looseObject(
          {
            knows: optional(listShape(line), "What it knows."),
            outside: optional(listShape(line), "What lies outside its knowledge."),
            declines: optional(listShape(line), "How it declines what lies outside, in character."),
          },
          map,
        ),
        "What it knows, and what it does not.",
      ),
      gender: optional(line, "In its own words."),
      age: optional(z.union([line, z.number()], { error: "a number or text" }), "A number or words."),
      education: optional(line, "In a few words."),
      occupation: optional(line, "In a few words."),
      hobbies: optional(listShape(line), "What it does for fun."),
      scenario: optional(text, "The situation that it is in."),
      system: optional(text, "Replaces the house's opening instruction to the model."),
      post_history: optional(text, "Said to the model after the recent messages."),
      greetings: optional(listShape(text), "How it may open a conversation."),
      examples: optional(
        z.array(exchange, { error: "a list of exchanges" }).max(LIST_MAX, { error: `at most ${LIST_MAX} entries` }),
        "Example exchanges that show how it talks.",
      ),
      tags: optional(listShape(textShape(NAME_CHARS_MAX)), "Words to find it by."),
      languages: optional(listShape(textShape(NAME_CHARS_MAX)), "Languages that it speaks, such as `en` or `pt-BR`."),
      talkativeness: optional(numberShape(0, 1), "From 0, never unasked, to 1. 0.5 without it."),
      model: optional(
        z.looseObject(
          {
            model: optional(textShape(NAME_CHARS_MAX * 2), "The model's name. Without it, the house's."),
            temperature: optional(numberShape(0, 2), "How freely it chooses its words."),
            top_p: optional(numberShape(0, 1), "The share of likely words that it chooses among."),
            presence_penalty: optional(numberShape(-2, 2), "Above 0: new subjects sooner."),
            frequency_penalty: optional(numberShape(-2, 2), "Above 0: less repetition."),
            max_tokens: optional(wholeShape(1, 1_000_000), "Most tokens of an answer."),
            stop: optional(listShape(textShape(LINE_CHARS_MAX), STOPS_MAX), "Texts at which an answer ends."),
            seed: optional(
              wholeShape(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
              "Makes answers repeatable where the server can.",
            ),
          },
          map,
        ),
        "Parameters for a model, under OpenAI's names.",
      ),
      solvers: optional(
        z.union(
          [
            solverName,
            z
              .array(z.union([solverName, solverWithSettings], { error: "a solver's name, or its name with settings" }))
              .max(SOLVERS_MAX, { error: `at most ${SOLVERS_MAX} entries` }),
          ],
          { error: "a solver's name or a list of them" },
        ),
        "What answers, tried in this order. Without it: openai, rivescript (its brain.rive, or else the plain script), failure.",
      ),
      extensions: optional(z.record(z.string(), z.unknown(), map), "Whatever other programs keep here."),
    },
    { error: "keys and values, with version: 1" },
  )
  .meta({ title: "A persona of Troupe", description: "persona.yaml, version 1. See docs/personas.md." });

export type PersonaFields = z.output<typeof personaShape>;

/** The JSON Schema that is shipped as personas/schema.json; draft 7 is what editors know best. */
export function personaJsonSchema(): unknown {
  return z.toJSONSchema(personaShape, { target: "draft-7", io: "input" });
}
