// Ids: every id is made and parsed here. Ids of ours are derived, never random, so that a retry makes the same one.
import { hash } from "node:crypto";

declare const brand: unique symbol;
type Id<Of extends string> = string & { readonly [brand]: Of };

export type PlatformName = Id<"platform">;
/** `platform:native`, such as `feed:main`. */
export type ChannelId = Id<"channel">;
/** `platform:native`. */
export type MessageId = Id<"message">;
/** A persona's handle. */
export type PersonaId = Id<"persona">;
/** `platform:native` of a person or a bot; `persona:handle` of a persona. */
export type AuthorId = Id<"author">;
export type SceneId = Id<"scene">;
/** `tick:scene:number`: the tick of a scene. */
export type TickId = Id<"tick">;
/** 20 characters, derived from trigger and persona. */
export type TurnId = Id<"turn">;
/** The turn's id, a hyphen and the part from 1: at most 25 characters, the longest nonce that Discord takes ("Create Message"). */
export type PostId = Id<"post">;
/** `platform:native` of a Discord server or a Slack workspace. */
export type WorkspaceId = Id<"workspace">;
/** Where a binding or a setting holds: `house`, or `platform:`, `workspace:` or `channel:` and the id. */
export type ScopeId = Id<"scope">;
/** One running process of the house. */
export type ProcessId = Id<"process">;

/** What a turn answers. */
export type TriggerId = MessageId | TickId;

export const feedPlatform = "feed" as PlatformName;
export const terminalPlatform = "terminal" as PlatformName;
export const discordPlatform = "discord" as PlatformName;

export const houseScope = "house" as ScopeId;

export function platformName(text: string): PlatformName {
  return text as PlatformName;
}

export function channelId(platform: PlatformName, native: string): ChannelId {
  return `${platform}:${native}` as ChannelId;
}

export function messageId(platform: PlatformName, native: string): MessageId {
  return `${platform}:${native}` as MessageId;
}

/** What somebody asks by the command with this id. It stands nowhere on the platform, and no platform gives such an id to what does. */
export function askedId(platform: PlatformName, command: string): MessageId {
  return messageId(platform, `${ASKED}${command}`);
}

/** Whether it stands nowhere on its platform. */
export function isAskedId(message: MessageId): boolean {
  return nativeOf(message).startsWith(ASKED);
}

const ASKED = "ask-";

export function authorId(platform: PlatformName, native: string): AuthorId {
  return `${platform}:${native}` as AuthorId;
}

export function workspaceId(platform: PlatformName, native: string): WorkspaceId {
  return `${platform}:${native}` as WorkspaceId;
}

export function platformScope(platform: PlatformName): ScopeId {
  return `platform:${platform}` as ScopeId;
}

export function workspaceScope(workspace: WorkspaceId): ScopeId {
  return `workspace:${workspace}` as ScopeId;
}

export function channelScope(channel: ChannelId): ScopeId {
  return `channel:${channel}` as ScopeId;
}

/** The one channel or workspace that a scope reaches, by the platform's own id of it; null: it reaches the house or a whole platform. */
export function reachedBy(
  scope: ScopeId,
): { readonly kind: "channel" | "workspace"; readonly platform: PlatformName; readonly id: string } | null {
  const match = /^(?<kind>channel|workspace):(?<platform>[^:]+):(?<id>.+)$/su.exec(scope);
  const { kind, platform, id } = match?.groups ?? {};
  if (platform === undefined || id === undefined) return null;
  return { kind: kind === "channel" ? kind : "workspace", platform: platform as PlatformName, id };
}

export function personaAuthorId(persona: PersonaId): AuthorId {
  return `persona:${persona}` as AuthorId;
}

/** The platform that a channel, message or author belongs to. */
export function platformOf(id: ChannelId | MessageId | AuthorId | WorkspaceId): PlatformName {
  return id.slice(0, id.indexOf(":")) as PlatformName;
}

/** The id that the platform itself uses. */
export function nativeOf(id: ChannelId | MessageId | AuthorId | WorkspaceId): string {
  return id.slice(id.indexOf(":") + 1);
}

export function tickId(scene: SceneId, number: number): TickId {
  return `tick:${scene}:${number}` as TickId;
}

/** What a scene has to say of itself stands where a tick does: once in a run for each `word`. */
export function sceneWordId(scene: SceneId, startedAt: number, word: string): TickId {
  return `tick:${scene}:${startedAt}-${hash("sha1", word).slice(0, 8)}` as TickId;
}

/** The scene whose tick it is. */
export function sceneOfTick(tick: TickId): SceneId {
  return tick.slice("tick:".length, tick.lastIndexOf(":")) as SceneId;
}

export function isTick(trigger: TriggerId): trigger is TickId {
  return trigger.startsWith("tick:");
}

/** At most one turn for each trigger and persona: the id is the pair. */
export function turnId(trigger: TriggerId, persona: PersonaId): TurnId {
  return hash("sha1", `${trigger}\u0000${persona}`).slice(0, 20) as TurnId;
}

/** `part` counts from 1. */
export function postId(turn: TurnId, part: number): PostId {
  return `${turn}-${part}` as PostId;
}

/** The turn of a post, and which part of it the post is. */
export function partOf(id: PostId): { readonly turn: TurnId; readonly part: number } {
  const at = id.lastIndexOf("-");
  return { turn: id.slice(0, at) as TurnId, part: Number(id.slice(at + 1)) };
}

const HANDLE = /^[a-z0-9][a-z0-9_-]{0,31}$/;

/** Whether `text` can be a handle: lower-case letters, digits, hyphen and underscore, at most 32. */
export function isHandle(text: string): boolean {
  return HANDLE.test(text);
}

/** The id of a persona that belongs to a workspace: its handle, an at sign and eight characters of the workspace's digest, so that two workspaces may have an `ada` each beside the house's own. */
export function ownedPersonaId(handle: string, workspace: WorkspaceId): PersonaId {
  return `${handle}@${hash("sha1", workspace).slice(0, 8)}` as PersonaId;
}

/** What people type to mean the persona. */
export function handleOf(persona: PersonaId): string {
  const at = persona.indexOf("@");
  return at === -1 ? persona : persona.slice(0, at);
}

/** A persona's id from its handle; the caller has checked `isHandle` where the text is a person's. */
export function personaId(handle: string): PersonaId {
  return handle as PersonaId;
}

/** An id that was stored or came in by a path: a wrong one simply finds nothing. */
export function storedId<
  T extends
    | ChannelId
    | MessageId
    | AuthorId
    | SceneId
    | TickId
    | TurnId
    | PostId
    | ProcessId
    | PersonaId
    | WorkspaceId
    | ScopeId,
>(text: string): T {
  return text as T;
}

export function sceneId(text: string): SceneId {
  return text as SceneId;
}

/** The scene that somebody starts in a channel by the command, or the form, with this key: delivered twice it is one scene. */
export function startedSceneId(channel: ChannelId, key: string): SceneId {
  return `s-${hash("sha1", `${channel}\u0000${key}`).slice(0, 12)}` as SceneId;
}

export function processId(text: string): ProcessId {
  return text as ProcessId;
}
