// The plain script: for a persona without a brain of its own, filled with what its file says.
import { readFile } from "node:fs/promises";
import { replaceMacros } from "../../domain/macros.ts";
import type { Persona } from "../../domain/persona.ts";
import { heardText, veil } from "./heard.ts";
import { machineryIn } from "./said.ts";
import type { BrainFile } from "./syntax.ts";

// Beyond these a spoken list is no answer to a small question.
const LISTED_MAX = 4;
// A line that is a whole post (the feed's posts are about as long).
const LINE_CHARS_MAX = 280;
// Lines of the persona's own that the script has places for.
const PLACES = 6;
// Enough for what a file lists; each is tried against every message.
const SUBJECTS_MAX = 80;
const SUBJECT_LETTERS_MIN = 4;
// In a pattern this is nobody's word: what is heard holds no such character (heard.ts).
const NOBODYS_WORD = "\uE07F";

let script: Promise<BrainFile> | null = null;

/** The script that is shipped with the code; read once. */
export function plainScript(): Promise<BrainFile> {
  script ??= readFile(new URL("plain.rive", import.meta.url), "utf8").then((text) => ({ name: "plain.rive", text }));
  return script;
}

/** What the plain script may say of `persona` to `user`: its variables. What the file does not say is missing. */
export function plainFacts(persona: Persona, user: string): ReadonlyMap<string, string> {
  const { character, world } = persona;
  const { knowledge, voice } = character;
  const clean = (text: string): string => sayable(replaceMacros(text, { char: persona.name, user }));
  const list = (texts: readonly string[]): string => listed(texts.map(clean).map(phrase));
  const goals = character.goals
    .slice(0, 2)
    .map(clean)
    .filter((text) => text !== "");
  const lines = (texts: readonly string[]): readonly string[] =>
    texts.map(clean).filter((text) => text !== "" && text.length <= LINE_CHARS_MAX);
  const age = phrase(clean(character.age));
  const replies = lines(voice.replies);
  const declines = lines(knowledge.declines);
  const name = clean(persona.name);
  const about = withSmallArticle(firstSentences(clean(persona.description)));
  const said: readonly (readonly [string, string])[] = [
    ["name", name === "" ? persona.id : name],
    ["about", about === "" ? "" : sentence(about)],
    ["occupation", phrase(clean(character.occupation))],
    [/^\d+$/u.test(age) ? "years" : "age", age],
    ["education", phrase(clean(character.education))],
    ["hobbies", list(character.hobbies)],
    ["skills", list(character.skills)],
    ["goals", withSmallArticle(goals.map(sentence).join(" ")).slice(0, 2 * LINE_CHARS_MAX)],
    ["traits", list(voice.traits)],
    ["knows", list(knowledge.knows)],
    ["know", list(knowledge.knows.slice(0, 2))],
    ["greeting", lines(character.greetings)[0] ?? ""],
    ["place", phrase(firstSentences(clean(world?.form === "house" ? world.name : "")))],
    ...places("reply", replies),
    ...places("decline", declines),
    // Beside its declines a persona says a typical line now and then.
    ...places("rest", replies.length > 0 ? replies : declines),
  ];
  const facts = new Map(said.filter(([, text]) => text !== "").map(([name, text]) => [name, veil(text)]));
  const names = [persona.name, ...persona.aliases, persona.id].map((name) => heardText(name).toLowerCase());
  facts.set("namepattern", pattern(names));
  facts.set("subjects", pattern(subjectsIn([...knowledge.knows, ...character.hobbies, ...character.skills])));
  facts.set("subjectsout", pattern(subjectsIn(knowledge.outside)));
  return facts;
}

/** The same lines over and over, so that each of the script's places has one. */
function places(name: string, lines: readonly string[]): readonly (readonly [string, string])[] {
  return Array.from({ length: PLACES }, (_, at) => [`${name}${at + 1}`, lines[at % lines.length] ?? ""] as const);
}

/** On one line, without what would look like machinery (said.ts); empty when that is not enough. */
function sayable(text: string): string {
  const flat = text.replaceAll(/[\p{Cc}\p{Co}\s<>{}]+/gu, " ").trim();
  return machineryIn(flat) === null ? flat : "";
}

/** Without the full stop, for a place inside a sentence; `To sing` is `to sing` there. */
function phrase(text: string): string {
  return withSmallArticle(
    text
      .replace(/[.。\s]+$/u, "")
      .slice(0, LINE_CHARS_MAX)
      .toWellFormed(),
  );
}

function withSmallArticle(text: string): string {
  return text.replace(/^(?:An?|The|To|My|His|Her|Its|Their)(?= )/u, (word) => word.toLowerCase());
}

function sentence(text: string): string {
  return /[.!?…。！？"”»]$/u.test(text) ? text : `${text}.`;
}

/** As many whole sentences from the start as fit into a line; a beginning when not even one does. */
function firstSentences(text: string): string {
  if (text.length <= LINE_CHARS_MAX) return text;
  const whole = /^.*[.!?。！？](?=\s|$)/u.exec(text.slice(0, LINE_CHARS_MAX))?.[0];
  if (whole !== undefined) return whole;
  return `${text
    .slice(0, LINE_CHARS_MAX)
    .toWellFormed()
    .replace(/\s+\S*$/u, "")}…`;
}

/** `a, b and c`, or `a and b; c` where that would be unclear; more than four are told as such. */
function listed(items: readonly string[]): string {
  const all = items.filter((item) => item !== "");
  const some = all.slice(0, LISTED_MAX);
  const last = all.length > LISTED_MAX ? "more" : some.pop();
  if (last === undefined) return "";
  if (some.length === 0) return last;
  if ([...some, last].some((item) => /,| and /u.test(item))) return [...some, last].join("; ");
  return `${some.join(", ")} and ${last}`;
}

const SMALL_WORDS = new Set(
  "about above after also among and another anything because been before being beyond both could does doing done down each else enough ever every everything from good have having here into itself just keep keeping kept know knows like little made make making many more most much must never nothing often once only other over really same should since some something still such than that their them then there these they thing things this those through time under until upon very want wants well were what when where which while whom whose will with within without work would year years your".split(
    " ",
  ),
);

/** What somebody may call the things in `texts`: short entries as they are, and their longer words, also without the s of a plural. */
function subjectsIn(texts: readonly string[]): readonly string[] {
  const subjects = texts.flatMap((text) => {
    const flat = heardText(text).toLowerCase();
    const words = flat.match(/[\p{L}\p{M}\p{N}'-]+/gu) ?? [];
    const long = words.filter((word) => word.length >= SUBJECT_LETTERS_MIN && !SMALL_WORDS.has(word));
    return [...(words.length <= 3 ? [words.join(" ")] : []), ...long, ...long.map((word) => word.replace(/s$/u, ""))];
  });
  return [...new Set(subjects)].slice(0, SUBJECTS_MAX);
}

/** Alternatives for a trigger; the longest first, and never none: an empty choice would hear everything. */
function pattern(words: readonly string[]): string {
  const plain = words.filter((word) => /^[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N} '-]*$/u.test(word));
  return plain.length === 0 ? NOBODYS_WORD : plain.toSorted((a, b) => b.length - a.length).join("|");
}
