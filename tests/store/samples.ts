// What the tests of the store are made of: messages, turns, posts and scenes with sensible values.
import type { ChannelId, MessageId, PersonaId, PostId, TurnId } from "../../src/domain/ids.ts";
import {
  authorId,
  channelId,
  feedPlatform,
  messageId,
  personaAuthorId,
  postId,
  processId,
  sceneId,
  storedId,
  tickId,
  turnId,
} from "../../src/domain/ids.ts";
import type { Arrival, Place } from "../../src/domain/message.ts";
import type { Scene, ScenePlan } from "../../src/domain/scene.ts";
import { usualScene } from "../../src/domain/scene.ts";
import type { Trace } from "../../src/domain/trace.ts";
import type { NewTurn, Post } from "../../src/domain/turn.ts";
import type { Finish, Lease, Store, Work } from "../../src/store/store.ts";

export const NOW = Date.UTC(2026, 0, 5, 9);
export const main = channelId(feedPlatform, "main");
export const ada = storedId<PersonaId>("ada");
export const bruno = storedId<PersonaId>("bruno");
export const here = processId("here");
export const there = processId("there");
export const bob = { id: authorId(feedPlatform, "bob"), kind: "person", name: "Bob" } as const;
export const asAda = { id: personaAuthorId(ada), kind: "persona", name: "Ada" } as const;
export const show = sceneId("show");

export function message(native: string): MessageId {
  return messageId(feedPlatform, native);
}

export function place(channel: ChannelId = main): Place {
  return { platform: feedPlatform, channel, parent: null, workspace: null, unnamed: "answered", nsfw: false };
}

export function arrival(native: string, changed: Partial<Arrival> = {}): Arrival {
  const text = `hello from ${native}`;
  return {
    id: message(native),
    place: place(),
    author: bob,
    text,
    images: [],
    toHouse: false,
    asks: null,
    replyTo: null,
    createdAt: NOW,
    ...changed,
  };
}

/** A turn of Ada's that a person asked for. */
export function asked(native: string, changed: Partial<NewTurn> = {}): NewTurn {
  const trigger = message(native);
  const persona = changed.persona ?? ada;
  return {
    id: turnId(trigger, persona),
    trigger,
    channel: main,
    persona,
    reason: { kind: "named", said: "Ada" },
    askedBy: bob.id,
    replyTo: trigger,
    conversation: trigger,
    depth: 1,
    unasked: false,
    scene: null,
    ...changed,
  };
}

/** A turn of Ada's that nobody asked for. */
export function unasked(native: string, changed: Partial<NewTurn> = {}): NewTurn {
  return asked(native, { unasked: true, reason: { kind: "chosen", among: 3, share: 0.5 }, ...changed });
}

/** The tick of a scene at which Ada posts anew. */
export function ticked(number: number): NewTurn {
  const trigger = tickId(show, number);
  return {
    ...unasked("none"),
    id: turnId(trigger, ada),
    trigger,
    reason: { kind: "tick", scene: show, act: "post" },
    askedBy: null,
    replyTo: null,
    conversation: null,
    scene: show,
  };
}

export function postOf(turn: NewTurn, part = 1, changed: Partial<Post> = {}): Post {
  return {
    id: postId(turn.id, part),
    turn: turn.id,
    part,
    channel: turn.channel,
    persona: turn.persona,
    text: `part ${part} of an answer`,
    replyTo: turn.replyTo,
    conversation: turn.conversation,
    depth: turn.depth,
    unasked: turn.unasked,
    scene: turn.scene,
    solver: "rivescript",
    model: null,
    state: "ready",
    readyAt: NOW,
    sendingAt: null,
    dueAt: NOW,
    landed: null,
    ...changed,
  };
}

export const trace: Trace = {
  parts: [{ name: "persona", tokens: 12, items: 1, dropped: 0 }],
  dropOrder: ["examples", "recent"],
  tokenBudget: 4_000,
  messages: [{ role: "user", content: "Bob: a secret between us" }],
  attempts: [],
  lastMessage: null,
  startedAt: NOW,
  endedAt: NOW + 5,
};

export function finish(turn: NewTurn, posts: readonly Post[], changed: Partial<Finish> = {}): Finish {
  return { turn: turn.id, outcome: { kind: "replied" }, posts, trace, state: null, notice: null, ...changed };
}

export function plan(changed: Partial<ScenePlan> = {}): ScenePlan {
  return {
    id: show,
    name: "The show",
    cast: [],
    seconds: 60,
    watchedSeconds: null,
    opening: null,
    replyChance: 0.75,
    candidates: 20,
    postLimit: 50,
    threadMax: 6,
    ...usualScene,
    ...changed,
  };
}

/** Takes the channel, which must be free. */
export async function take(store: Store, now = NOW, process = here): Promise<{ lease: Lease; work: Work }> {
  const opened = await store.openChannel(main, process, now);
  if (opened === null) throw new Error("the channel is not free");
  return opened;
}

/** Records turns as the decisions on their triggers, one for each. */
export async function decide(store: Store, lease: Lease, turns: readonly NewTurn[], now = NOW): Promise<void> {
  const decisions = turns.map((turn) => ({ trigger: turn.trigger, turns: [turn], silences: [] }));
  await store.recordDecisions(lease, { throughSeq: null, decisions, folds: [], tick: null }, now);
}

/** The only scene of the channel. */
export async function sceneOf(store: Store): Promise<Scene> {
  const [scene] = await store.scenes(main);
  if (scene === undefined) throw new Error("there is no scene");
  return scene;
}

/** Says a post of Ada's. */
export async function say(store: Store, lease: Lease, post: PostId, native: string, at = NOW): Promise<void> {
  await store.recordSaid(lease, post, { message: message(native), at, author: asAda, tokens: 4, thread: null });
}

export async function stateOf(store: Store, turn: TurnId): Promise<string | null> {
  return (await store.turn(turn))?.turn.state ?? null;
}
