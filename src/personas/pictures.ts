// Pictures that a persona may have: what every browser and every platform shows.

/** Endings of picture files. SVG is not among them: it is a document that may hold scripts. */
export const PICTURES: readonly string[] = [".png", ".jpg", ".jpeg", ".gif", ".webp"];
