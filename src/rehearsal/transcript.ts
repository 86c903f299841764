// The transcript of a rehearsal: what was said, in the scene's own time.
import type { ChannelId, MessageId, PersonaId, SceneId } from "../domain/ids.ts";
import type { Message } from "../domain/message.ts";
import type { Scene, SceneState } from "../domain/scene.ts";
import type { Store } from "../store/store.ts";

/** Something that happened; `at` in ms since the scene began. */
export type Happening =
  | {
      readonly kind: "post";
      readonly at: number;
      readonly persona: PersonaId;
      readonly name: string;
      /** The name of whoever is answered; null: posted anew. */
      readonly to: string | null;
      readonly text: string;
    }
  /** A scene came to a halt, or went on. */
  | {
      readonly kind: "scene";
      readonly at: number;
      readonly name: string;
      readonly state: SceneState["kind"];
      readonly why: string;
    };

type Said = Extract<Happening, { readonly kind: "post" }>;

const PAGE = 100;

/** Reads the transcript out of the store, as it grows. */
export class Transcript {
  readonly #store: Store;
  readonly #channel: ChannelId;
  readonly #startedAt: number;
  readonly #names = new Map<MessageId, string>();
  readonly #states = new Map<SceneId, SceneState["kind"]>();
  #last: MessageId | null = null;

  constructor(store: Store, channel: ChannelId, startedAt: number) {
    this.#store = store;
    this.#channel = channel;
    this.#startedAt = startedAt;
  }

  /** What happened since the last reading, by `now`. */
  async news(now: number): Promise<readonly Happening[]> {
    const posts: Said[] = [];
    for (let more = true; more;) {
      const bounds = { before: null, after: this.#last, limit: PAGE };
      const page = await this.#store.page(this.#channel, bounds);
      for (const message of page.messages.toReversed()) posts.push(...this.#said(message));
      more = this.#last !== null && page.more;
      this.#last = page.messages[0]?.id ?? this.#last;
    }
    const changes = (await this.#store.scenes(this.#channel)).flatMap((scene) => this.#changed(scene, now));
    return [...posts, ...changes];
  }

  /** Nobody but personas is there. */
  #said({ id, author, spoken, replyTo, text, createdAt }: Message): readonly Said[] {
    this.#names.set(id, author.name);
    if (spoken === null) return [];
    const to = replyTo === null ? null : (this.#names.get(replyTo) ?? null);
    const at = Math.floor(createdAt - this.#startedAt);
    return [{ kind: "post", at, persona: spoken.persona, name: author.name, to, text }];
  }

  #changed({ plan, state }: Scene, now: number): readonly Happening[] {
    const before = this.#states.get(plan.id) ?? "running";
    this.#states.set(plan.id, state.kind);
    if (before === state.kind) return [];
    const why = state.kind === "running" ? "" : state.why;
    return [{ kind: "scene", at: Math.floor(now - this.#startedAt), name: plan.name, state: state.kind, why }];
  }
}

/** `00:01:30`: hours, minutes and seconds. */
export function timeOf(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}

/** A happening as the transcript shows it; a text of several lines is set in. */
export function lineOf(happening: Happening): string {
  const time = timeOf(happening.at);
  if (happening.kind === "scene") {
    const { name, state, why } = happening;
    return `${time} (${name} ${sayings[state]}${why === "" ? "" : `: ${why}`})`;
  }
  const { name, to, text } = happening;
  const who = to === null ? name : `${name} → ${to}`;
  return `${time} ${who}: ${text.replaceAll("\n", `\n${" ".repeat(time.length + 1)}`)}`;
}

const sayings = { running: "goes on", resting: "rests", paused: "stands still", finished: "stops" } as const;
