// What becomes of a turn that a brake, a quota or a person's stop holds back.
import type { Brakes } from "../domain/brakes.ts";
import type { PersonaId } from "../domain/ids.ts";
import { QUOTA_MS } from "../domain/quota.ts";
import type { Outcome, Post, Turn } from "../domain/turn.ts";
import type { Begun, Finish } from "../store/store.ts";
import { brakeLine, quotaLine } from "./brake-lines.ts";
import type { RoomFacts } from "./rooms.ts";

// Told once, then silence: a second line within this time would be noise.
const TOLD_EVERY_MS = 10 * 60_000;

/** A line to be said in a turn's place, unless somebody was told under the same key in the last `forMs`. */
export interface TellingLine {
  readonly text: string;
  readonly key: string;
  readonly forMs: number;
}

type Braked = Extract<Begun, { readonly kind: "braked" }>["by"];

/** What is said in the place of a turn that is held back; null: nothing. A scene is only slowed by a brake, and goes on by itself. */
export function lineFor(turn: Turn, by: Braked, room: RoomFacts, brakes: Brakes): TellingLine | null {
  const language = languageIn(room, turn.persona);
  if (by === "stop" || by === "end") return null;
  if (typeof by === "string") {
    if (brakes.quota === null) return null;
    const max = by === "minute" ? brakes.quota.perMinute : brakes.quota.perDay;
    const where = room.place?.workspace ?? turn.channel;
    const forMs = Math.max(TOLD_EVERY_MS, QUOTA_MS[by]);
    return { text: quotaLine(by, max, language), key: `quota:${by}:${where}:${turn.askedBy ?? ""}`, forMs };
  }
  if (turn.scene !== null) return null;
  // Only the first step too deep is told of: what another bot makes of this line stands deeper still.
  if (by.brake === "depth" && turn.depth > brakes.depthMax + 1) return null;
  const text = brakeLine(by, language, room.residents === "everyone" ? "fixed" : "settings");
  // For the channel, not for the talk: another bot that echoes the line begins a talk of its own each time.
  return { text, key: `brake:${turn.channel}`, forMs: TOLD_EVERY_MS };
}

/** How a turn ends that is held back. */
export type HeldEnding = Pick<Finish, "outcome" | "posts" | "notice">;

/** As `line` says, which `posts` hold, or silent. The line is no talk of the persona's own: no brake counts it, no scene does, and nothing that answers it is less deep than what was held back. */
export function heldEnding(why: string, line: TellingLine | null, posts: readonly Post[]): HeldEnding {
  const detail = `a brake holds: ${why}`;
  const outcome: Outcome = { kind: "withdrawn", why: "stopped", detail };
  if (line === null) return { outcome, posts: [], notice: null };
  const said = posts.map((post) => ({ ...post, depth: Math.max(1, post.depth - 1), unasked: false, scene: null }));
  const noticed: Outcome = { kind: "noticed", why: detail };
  return { outcome, posts: [], notice: { key: line.key, forMs: line.forMs, posts: said, outcome: noticed } };
}

function languageIn(room: RoomFacts, persona: PersonaId): string | null {
  return room.settingsOf(persona).language;
}
