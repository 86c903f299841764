// The microblog's rule: at each tick of a scene one persona replies to a recent post by another, or posts anew.
import type { Chance } from "../chance.ts";
import { pickWeighted } from "../chance.ts";
import type { MessageId, PersonaId } from "../domain/ids.ts";
import type { Message } from "../domain/message.ts";
import type { Persona } from "../domain/persona.ts";
import type { ScenePlan } from "../domain/scene.ts";

/** What the choice hangs on of how a scene goes. */
type MicroblogPlan = Pick<ScenePlan, "replyChance" | "candidates" | "threadMax">;

export interface Move {
  readonly persona: PersonaId;
  /** Null: it posts anew. */
  readonly replyTo: Message | null;
}

// Runs of replies, and of news, are this many times as long as the chance makes usual at most: bad luck must not leave the feed without news, nor news without an answer.
const STREAK_FACTOR = 1.5;

// Who has been silent for this many posts is as likely to speak as it gets.
const SILENCE_COUNTED_MAX = 8;

/** What happens at a tick, by chance that hangs on `keys`; null when nobody can do anything. `recent`: the channel's newest messages, oldest first, enough of them to hold the plan's candidates. `sitting`: personas that had nothing to say at the ticks just before. */
export function nextMove(
  plan: MicroblogPlan,
  cast: readonly Persona[],
  recent: readonly Message[],
  sitting: ReadonlySet<PersonaId>,
  chance: Chance,
): Move | null {
  const persona = pickSpeaker(cast, recent, sitting, chance("who"));
  if (persona === null) return null;
  const choices = candidatesFor(persona.id, plan, recent);
  const anew: Move = { persona: persona.id, replyTo: null };
  if (choices.length === 0) {
    if (plan.replyChance < 1) return anew;
    // Where replies are the rule: a reply by another, or, when nobody can reply to anything, a post anew.
    const other = nextMove(plan, cast, recent, new Set([...sitting, persona.id]), chance);
    return other !== null && other.replyTo !== null ? other : anew;
  }
  const streak = streakOf(recent);
  const isDue = (act: "replies" | "news", usual: number): boolean =>
    streak.act === act && streak.length >= streakMax(usual);
  const wantsReply =
    !isDue("replies", plan.replyChance) && (isDue("news", 1 - plan.replyChance) || chance("reply") < plan.replyChance);
  if (!wantsReply) return anew;
  const target = pickWeighted(choices, (choice) => choice.weight, chance("which"));
  return target === null ? anew : { persona: persona.id, replyTo: target.message };
}

function pickSpeaker(
  cast: readonly Persona[],
  recent: readonly Message[],
  sitting: ReadonlySet<PersonaId>,
  at: number,
): Persona | null {
  const last = recent.at(-1)?.spoken?.persona;
  const willing = cast.filter((persona) => !sitting.has(persona.id));
  const others = willing.filter((persona) => persona.id !== last);
  const speakers = others.length > 0 ? others : willing;
  return pickWeighted(speakers, (persona) => persona.talkativeness * (1 + silenceOf(persona.id, recent)) ** 2, at);
}

/** Posts since the persona last spoke, at most `SILENCE_COUNTED_MAX`. */
function silenceOf(persona: PersonaId, recent: readonly Message[]): number {
  const at = recent.findLastIndex((message) => message.spoken?.persona === persona);
  return Math.min(SILENCE_COUNTED_MAX, at === -1 ? SILENCE_COUNTED_MAX : recent.length - 1 - at);
}

/** A post that may be replied to, and how much there is to say for it. */
interface Choice {
  readonly message: Message;
  readonly weight: number;
}

/** Recent posts by other personas that this one may reply to, oldest first: none that it answered before, none in a thread that is long enough. People's messages are no candidates: whoever is to answer them has a turn of its own. Fresh ones and those with few replies come first, so that news is taken up. */
export function candidatesFor(persona: PersonaId, plan: MicroblogPlan, recent: readonly Message[]): readonly Choice[] {
  const others = recent.filter((message) => message.spoken !== null && message.spoken.persona !== persona);
  const window = others.slice(-plan.candidates);
  const lengths = new Map<MessageId, number>();
  const replies = new Map<MessageId, number>();
  const answered = new Set<MessageId>();
  const starts = new Set<MessageId>(recent.map((message) => message.id));
  for (const message of recent) {
    lengths.set(message.conversation, (lengths.get(message.conversation) ?? 0) + 1);
    if (message.replyTo === null) continue;
    replies.set(message.replyTo, (replies.get(message.replyTo) ?? 0) + 1);
    if (message.spoken?.persona === persona) answered.add(message.replyTo);
  }
  return window.flatMap((message, index) => {
    // A thread that began before what we remember may be of any length: it has had its time.
    const isKnownWhole = starts.has(message.conversation);
    if (answered.has(message.id) || !isKnownWhole) return [];
    if ((lengths.get(message.conversation) ?? 0) >= plan.threadMax) return [];
    const age = window.length - 1 - index;
    const taken = replies.get(message.id) ?? 0;
    const isStart = message.replyTo === null;
    const wanted = isStart && taken < 2 ? 6 : taken === 0 ? 2 : 0.5;
    return [{ message, weight: wanted / (1 + age / 3) }];
  });
}

/** How many of the scene's newest posts in a row were replies, or none of them. */
function streakOf(recent: readonly Message[]): { readonly act: "replies" | "news"; readonly length: number } {
  const posts = recent.filter((message) => message.spoken !== null && message.spoken.scene !== null);
  const isReply = posts.at(-1)?.replyTo !== null;
  const since = posts.findLastIndex((message) => (message.replyTo !== null) !== isReply);
  return { act: isReply ? "replies" : "news", length: posts.length - 1 - since };
}

/** The longest run of what happens with this chance; without end where nothing else can happen, or where it never does. */
function streakMax(usual: number): number {
  return usual >= 1 || usual <= 0 ? Number.POSITIVE_INFINITY : Math.max(1, Math.floor(STREAK_FACTOR / (1 - usual)));
}
