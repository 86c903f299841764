// Limits of what a persona's files may hold: far above what a good persona needs, far below what would stall the house.

/** One file of a persona; YAML and JSON of that size are read in well under a second. */
export const FILE_BYTES_MAX = 131_072;
/** Lines of a YAML file: its parser takes a while for each entry. */
export const FILE_LINES_MAX = 5_000;
/** Levels and entries of what a file holds: aliases and brackets make much out of little. */
export const DEPTH_MAX = 16;
export const ENTRIES_MAX = 20_000;
/** Personas in all folders of a house. */
export const PERSONAS_MAX = 1_000;
/** Brain files that are looked at for a folder's version. */
export const BRAINS_MAX = 500;
/** All brains of one persona together. */
export const BRAIN_BYTES_MAX = 4_194_304;
/** A picture; platforms take no larger ones (Discord: 10 MB for a file, but 2 MB is more than any avatar needs). */
export const PICTURE_BYTES_MAX = 2_097_152;

/** The longest name that a webhook on Discord may have ("Create Webhook"). */
export const NAME_CHARS_MAX = 80;
/** A family of emoji joined by zero-width joiners takes 25. */
export const EMOJI_CHARS_MAX = 32;
export const LINE_CHARS_MAX = 1_000;
export const TEXT_CHARS_MAX = 16_000;
export const URL_CHARS_MAX = 2_000;
export const LIST_MAX = 100;
export const ALIASES_MAX = 50;
/** OpenAI takes up to four ("Create chat completion", stop). */
export const STOPS_MAX = 4;
export const SOLVERS_MAX = 20;
