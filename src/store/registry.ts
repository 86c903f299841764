// The second half of the store's port: what people set up, such as bindings, settings and personas of their own, each change with an entry in the audit list.
import type { Binding } from "../domain/binding.ts";
import type { Checkpoint } from "../domain/checkpoint.ts";
import type { AuthorId, ChannelId, MessageId, PersonaId, PlatformName, ScopeId, WorkspaceId } from "../domain/ids.ts";
import type { Message, Place } from "../domain/message.ts";
import type { RoomSettingName, SettingRow } from "../domain/settings.ts";

/** Who changes something. */
export interface Changer {
  readonly id: AuthorId;
  readonly name: string;
}

/** A change that somebody made. */
export interface AuditEntry {
  readonly at: number;
  readonly scope: ScopeId;
  readonly by: Changer;
  /** What was done, such as `settings set` or `persona add`. */
  readonly what: string;
  /** To whom or what: a persona's handle, a setting's name. */
  readonly subject: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** A persona that belongs to a workspace. */
export interface OwnedPersona {
  readonly id: PersonaId;
  readonly workspace: WorkspaceId;
  readonly handle: string;
  /** In the house's own format. */
  readonly yaml: string;
  readonly by: string;
  readonly at: number;
  /** Null: it lives. */
  readonly deletedAt: number | null;
}

/** A channel as it was last heard from. */
export interface KnownPlace {
  readonly place: Place;
  /** Since when personas talk there only when people ask them; null: they are free to. */
  readonly stoppedAt: number | null;
}

/** The newest message of a channel. */
export interface LastMessage {
  readonly channel: ChannelId;
  readonly message: MessageId;
}

/** One text that a persona's post has had. */
export interface Version extends WordedBy {
  /** From 1. */
  readonly number: number;
  readonly text: string;
  readonly at: number;
  readonly isShown: boolean;
}

/** Whose words a text is. */
export interface WordedBy {
  /** The solver that spoke; null: somebody changed it by hand. */
  readonly solver: string | null;
  /** Null: a script has none. */
  readonly model: string | null;
}

/** A new text for a post. */
export interface Wording {
  readonly text: string;
  readonly tokens: number;
  readonly by: WordedBy;
}

export interface Registry {
  // Places

  /** Null: nothing was ever heard from there. */
  place(channel: ChannelId): Promise<KnownPlace | null>;
  /** The channels of the platform in which anything was heard since, with the newest message heard there: what personas said themselves tells nothing of what was missed before it. The newest first, at most `limit`. */
  heardSince(platform: PlatformName, since: number, limit: number): Promise<readonly LastMessage[]>;
  /** Personas there talk only when people ask them: their unasked turns end withdrawn, scenes pause, and it stays so until `resume`. False: it was so already. */
  stop(channel: ChannelId, by: Changer, now: number): Promise<boolean>;
  /** False: nothing was stopped. */
  resume(channel: ChannelId, by: Changer, now: number): Promise<boolean>;

  // Bindings

  /** False: it was bound there already. */
  bind(binding: Binding, by: Changer): Promise<boolean>;
  /** False: it was not bound there. */
  unbind(persona: PersonaId, scope: ScopeId, by: Changer, now: number): Promise<boolean>;
  /** The bindings of these scopes, in the order in which they were made. */
  bindings(scopes: readonly ScopeId[]): Promise<readonly Binding[]>;
  /** Everywhere a persona is bound. */
  bindingsOf(persona: PersonaId): Promise<readonly Binding[]>;

  // Settings

  /** Sets, and returns what was set there before; null: nothing. */
  set(row: SettingRow, by: Changer): Promise<string | null>;
  /** Takes a setting back; returns what was set; null: nothing was. */
  unset(
    at: { readonly scope: ScopeId; readonly persona: PersonaId | null; readonly name: RoomSettingName },
    by: Changer,
    now: number,
  ): Promise<string | null>;
  /** All rows of these scopes. */
  settings(scopes: readonly ScopeId[]): Promise<readonly SettingRow[]>;

  // Audit

  /** Something was done that the operations here do not record by themselves. */
  recordAudit(entry: AuditEntry): Promise<void>;
  /** The newest entries of these scopes, newest first. */
  audit(scopes: readonly ScopeId[], limit: number): Promise<readonly AuditEntry[]>;

  // Personas of a workspace

  /** Makes a persona or a new version of it; one that was deleted lives again. */
  putPersona(persona: Omit<OwnedPersona, "deletedAt">, by: Changer): Promise<void>;
  /** Deleted ones can be restored for 30 days; their bindings are gone. False: there is no such living persona. */
  deletePersona(id: PersonaId, by: Changer, now: number): Promise<boolean>;
  /** Null: there is none to be restored. */
  restorePersona(id: PersonaId, by: Changer, now: number): Promise<OwnedPersona | null>;
  /** All of a workspace, or (null) of every workspace; deleted ones included. */
  personas(workspace: WorkspaceId | null): Promise<readonly OwnedPersona[]>;

  // Messages

  /** Changes the text of a message in memory; one that is not known is left alone. */
  editMessage(message: MessageId, text: string, tokens: number, checkpoint: Checkpoint | null): Promise<void>;
  /** Messages are gone: from memory, and the turns that would answer them end withdrawn. A persona's own post is forgotten likewise. */
  deleteMessages(messages: readonly MessageId[], now: number, checkpoint: Checkpoint | null): Promise<void>;
  /** What a persona's post says now and said before, oldest first; empty: it was never changed. */
  versions(message: MessageId): Promise<readonly Version[]>;
  /** A persona's post has a new text, kept beside those before (the first call keeps the text it had, too). Returns all versions. */
  addVersion(message: MessageId, wording: Wording, now: number): Promise<readonly Version[]>;
  /** An earlier or later text of a persona's post is shown again. Null: there is no such version. */
  showVersion(message: MessageId, number: number, tokens: number): Promise<Version | null>;

  // People

  /** Who opted out is neither stored nor sent to a model; what they said before is forgotten. */
  optOut(author: AuthorId, now: number): Promise<void>;
  /** False: they had not opted out. */
  optIn(author: AuthorId): Promise<boolean>;
  hasOptedOut(author: AuthorId): Promise<boolean>;
  /** Everything that they said is gone; returns how many messages. */
  forget(author: AuthorId, now: number): Promise<number>;
  /** Everything that is kept of them, oldest first. */
  said(author: AuthorId, limit: number): Promise<readonly Message[]>;

  // Adapters

  recordCheckpoint(checkpoint: Checkpoint): Promise<void>;
  checkpoint(key: string): Promise<string | null>;
  kept(key: string): Promise<string | null>;
  /** Null forgets it. */
  keep(key: string, value: string | null): Promise<void>;
  /** The same for a while: it is forgotten by the first `expire` after `until`, epoch ms. */
  keepUntil(key: string, value: string, until: number): Promise<void>;

  /** Calls `listener` after each commit that changed bindings, settings or personas, of another process soon after. Returns the way to stop it. */
  onRegistryChange(listener: () => void): () => void;
}

/** Texts that one post may have had: each is one more press of "regenerate", and more than this nobody leafs through. */
export const VERSIONS_MAX = 50;

/** How long a deleted persona can be restored. */
export const RESTORE_MS = 30 * 86_400_000;
