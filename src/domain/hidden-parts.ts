// Hidden parts of a text: code, links and addresses, where a name is nobody's.

/** From–to, in UTF-16 code units; `to` is the first one after. */
type Part = readonly [from: number, to: number];

/** Whether a place in the text is inside a hidden part. */
export type IsHidden = (at: number) => boolean;

/** Where in `text` stand code, links, mail addresses and domain names. Linear in the text: no part is looked for backwards further than a named limit. */
export function hiddenIn(text: string): IsHidden {
  const parts = hiddenParts(text);
  if (parts.length === 0) return () => false;
  const mask = new Uint8Array(text.length);
  for (const [from, to] of parts) mask.fill(1, from, to);
  return (at) => mask[at] === 1;
}

function hiddenParts(text: string): readonly Part[] {
  const parts: Part[] = [];
  if (text.includes("`")) parts.push(...codeSpans(text));
  if (text.includes("://")) parts.push(...links(text, "://", SCHEME));
  if (text.includes("@")) parts.push(...addresses(text));
  if (text.includes(".")) parts.push(...domains(text));
  return parts;
}

/** Between two runs of as many backticks each ("Code spans", CommonMark 6.1): fences are such runs too. */
function codeSpans(text: string): readonly Part[] {
  const runs = [...text.matchAll(/`+/gu)].map((match) => ({ at: match.index, length: match[0].length }));
  const closers = runs.map(() => -1);
  const nextOfLength = new Map<number, number>();
  for (let i = runs.length - 1; i >= 0; i -= 1) {
    const length = runs[i]?.length ?? 0;
    closers[i] = nextOfLength.get(length) ?? -1;
    nextOfLength.set(length, i);
  }
  const parts: Part[] = [];
  for (let i = 0; i < runs.length; i += 1) {
    const opener = runs[i];
    const closer = runs[closers[i] ?? -1];
    if (opener === undefined || closer === undefined) continue;
    parts.push([opener.at, closer.at + closer.length]);
    i = closers[i] ?? i;
  }
  return parts;
}

const SCHEME = /[a-z0-9+.-]/iu;
// Of ASCII alone: in scripts without spaces people write an @ right after a word, and mean somebody.
const LOCAL = /[a-z0-9._%+-]/iu;
const HOST = /[\p{L}\p{N}.-]/u;
const SPACE = /\s/u;

// Longer than any scheme that is registered, and than the local part of an address may be (RFC 5321: 64).
const BACK_CHARS_MAX = 64;

function backOver(text: string, from: number, allowed: RegExp): number {
  let at = from;
  while (at > 0 && from - at < BACK_CHARS_MAX && allowed.test(text[at - 1] ?? "")) at -= 1;
  return at;
}

function forwardOver(text: string, from: number, allowed: RegExp): number {
  let at = from;
  while (at < text.length && allowed.test(text[at] ?? "")) at += 1;
  return at;
}

function forwardToSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && !SPACE.test(text[at] ?? "")) at += 1;
  return at;
}

function links(text: string, sign: string, before: RegExp): readonly Part[] {
  const parts: Part[] = [];
  for (let at = text.indexOf(sign); at !== -1;) {
    const to = forwardToSpace(text, at);
    parts.push([backOver(text, at, before), to]);
    at = text.indexOf(sign, to);
  }
  return parts;
}

/** An `@` with something before it is an address; with nothing before it, it calls somebody. */
function addresses(text: string): readonly Part[] {
  const parts: Part[] = [];
  for (let at = text.indexOf("@"); at !== -1;) {
    const from = backOver(text, at, LOCAL);
    const to = from === at ? at + 1 : Math.max(at + 1, forwardOver(text, at + 1, HOST));
    if (from < at) parts.push([from, to]);
    at = text.indexOf("@", to);
  }
  return parts;
}

// Names are followed by a full stop and a word often enough ("Thanks Ada.You rock"): only what is surely a domain counts.
const TOP_LEVEL = new Set(
  "com org net edu gov mil int info biz io dev app ai co uk de fr es it nl pl ru ua jp cn in br eu us ca au ch at se no tv gg xyz".split(
    " ",
  ),
);
const LABEL = /[\p{L}\p{N}-]/u;

function domains(text: string): readonly Part[] {
  const parts: Part[] = [];
  for (let at = text.indexOf("."); at !== -1; at = text.indexOf(".", at + 1)) {
    const to = forwardOver(text, at + 1, LABEL);
    const from = backOver(text, at, HOST);
    if (to - at - 1 > LABEL_CHARS_MAX || from === at || !TOP_LEVEL.has(text.slice(at + 1, to))) continue;
    parts.push([from, text[to] === "/" ? forwardToSpace(text, to) : to]);
    at = to;
  }
  return parts;
}

// The longest label of a domain name (RFC 1035).
const LABEL_CHARS_MAX = 63;
