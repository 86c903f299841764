// A persona: a character with a voice, goals, skills, knowledge and its limits.
import type { PersonaId } from "./ids.ts";

/** How a persona talks. */
export interface Voice {
  readonly traits: readonly string[];
  readonly behaviours: readonly string[];
  /** Lines that are typical of it. */
  readonly replies: readonly string[];
}

export interface Knowledge {
  readonly knows: readonly string[];
  /** What lies outside. */
  readonly outside: readonly string[];
  /** How it declines, in character. */
  readonly declines: readonly string[];
}

/** Who it is. Empty strings and lists mean "not said". */
export interface Character {
  readonly gender: string;
  readonly age: string;
  readonly education: string;
  readonly occupation: string;
  readonly hobbies: readonly string[];
  readonly voice: Voice;
  readonly goals: readonly string[];
  readonly skills: readonly string[];
  readonly knowledge: Knowledge;
  readonly scenario: string;
  /** Replaces the house's opening instruction when set. */
  readonly system: string;
  /** Said to the model after the recent messages. */
  readonly postHistory: string;
  readonly greetings: readonly string[];
  readonly examples: readonly Exchange[];
}

/** An example exchange: what somebody says and how the persona answers. */
export interface Exchange {
  readonly user: string;
  readonly char: string;
}

/** Where the pictures come from: a file in the persona's folder, an address, or drawn from the name. */
export type Avatar =
  | { readonly kind: "drawn" }
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "url"; readonly url: string };

/** One solver that the persona tries, with its settings as its file gives them. */
export interface SolverSpec {
  readonly name: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Parameters for a model, under OpenAI's names ("Create chat completion"); empty: the server's own defaults. */
export interface ModelParameters {
  readonly model: string | null;
  readonly temperature: number | null;
  readonly top_p: number | null;
  readonly presence_penalty: number | null;
  readonly frequency_penalty: number | null;
  /** Most tokens that an answer may have. */
  readonly max_tokens: number | null;
  readonly stop: readonly string[];
  readonly seed: number | null;
}

/** What the personas of one folder share. */
export interface World {
  readonly name: string;
  readonly setting: string;
  readonly tone: string;
  readonly rules: string;
  /** `house`: our prompt; `microblog`: the simulator's prompt form, to the letter. */
  readonly form: "house" | "microblog";
}

export interface Persona {
  readonly id: PersonaId;
  readonly name: string;
  /** Other names it goes by, in any script. */
  readonly aliases: readonly string[];
  readonly avatar: Avatar;
  readonly emoji: string;
  /** One line. */
  readonly description: string;
  readonly character: Character;
  readonly world: World | null;
  readonly tags: readonly string[];
  readonly languages: readonly string[];
  /** From 0, never unasked, to 1. */
  readonly talkativeness: number;
  readonly solvers: readonly SolverSpec[];
  readonly model: ModelParameters;
  /** Whatever else its file holds, kept as it was. */
  readonly extensions: Readonly<Record<string, unknown>>;
  /** Changes whenever anything of the persona does; a digest of its files. */
  readonly version: string;
  /** The file it was read from. */
  readonly source: string;
  /** The folder that its solvers' files (such as a brain) are relative to. */
  readonly folder: string;
}

/** What a persona is of whom nothing is said. */
export const unsaid: Omit<Persona, "id" | "name" | "world" | "version" | "source" | "folder" | "solvers"> = {
  aliases: [],
  avatar: { kind: "drawn" },
  emoji: "",
  description: "",
  character: {
    gender: "",
    age: "",
    education: "",
    occupation: "",
    hobbies: [],
    voice: { traits: [], behaviours: [], replies: [] },
    goals: [],
    skills: [],
    knowledge: { knows: [], outside: [], declines: [] },
    scenario: "",
    system: "",
    postHistory: "",
    greetings: [],
    examples: [],
  },
  tags: [],
  languages: [],
  talkativeness: 0.5,
  model: {
    model: null,
    temperature: null,
    top_p: null,
    presence_penalty: null,
    frequency_penalty: null,
    max_tokens: null,
    stop: [],
    seed: null,
  },
  extensions: {},
};
