// What people set up, in SQLite: each operation is one transaction of the group commit, with its entry in the audit list.
import type { Binding } from "../domain/binding.ts";
import type { Checkpoint } from "../domain/checkpoint.ts";
import type { AuthorId, ChannelId, MessageId, PersonaId, PlatformName, ScopeId, WorkspaceId } from "../domain/ids.ts";
import { channelScope, handleOf, workspaceScope } from "../domain/ids.ts";
import type { Message } from "../domain/message.ts";
import type { SettingRow } from "../domain/settings.ts";
import type { Outcome } from "../domain/turn.ts";
import { BadInput } from "../errors.ts";
import { DELETED, deleteMessages, editMessage, OPTED_OUT } from "./forget.ts";
import type { GroupCommit } from "./group-commit.ts";
import { RESTORE_MS, VERSIONS_MAX } from "./registry.ts";
import type {
  AuditEntry,
  Changer,
  KnownPlace,
  LastMessage,
  OwnedPersona,
  Registry,
  Version,
  Wording,
} from "./registry.ts";
import type { MessagePlace } from "./messages.ts";
import type { RegistryNews } from "./registry-news.ts";
import type { Repositories } from "./repositories.ts";
import type { SettingPlace } from "./room-settings.ts";
import type { Seal } from "./seal.ts";
import { resumeChannel, STOP, stopChannel } from "./stop.ts";

// More voices in one place are a crowd; a prompt could not name them all.
const BINDINGS_MAX = 50;

// As many as there may be files in a house's folder.
const PERSONAS_MAX = 200;

// A file of the house may not be larger either.
const YAML_CHARS_MAX = 256_000;

// Rows that one transaction looks at, of whomever they are: forgetting somebody must not hold up the house.
const FORGET_ROWS = 2_000;

export class SqliteRegistry implements Registry {
  readonly #repositories: Repositories;
  readonly #group: GroupCommit;
  readonly #seal: Seal;
  readonly #read: <T>(work: () => T) => Promise<T>;
  readonly #news: RegistryNews;

  /** `read` runs what only reads and explains what SQLite says. */
  constructor(
    repositories: Repositories,
    group: GroupCommit,
    seal: Seal,
    read: <T>(work: () => T) => Promise<T>,
    news: RegistryNews,
  ) {
    this.#repositories = repositories;
    this.#group = group;
    this.#seal = seal;
    this.#read = read;
    this.#news = news;
  }

  place(channel: ChannelId): Promise<KnownPlace | null> {
    return this.#read(() => this.#repositories.channels.known(channel));
  }

  heardSince(platform: PlatformName, since: number, limit: number): Promise<readonly LastMessage[]> {
    return this.#read(() => this.#repositories.messages.lastOf(platform, since, limit));
  }

  stop(channel: ChannelId, by: Changer, now: number): Promise<boolean> {
    return this.#change(() => {
      const isNew = stopChannel(this.#repositories, channel, by, now);
      if (isNew) this.#audit(channelScope(channel), by, now, { ...unchanged, what: STOP });
      this.#group.mark(channel);
      return isNew;
    });
  }

  resume(channel: ChannelId, by: Changer, now: number): Promise<boolean> {
    return this.#change(() => {
      const isNew = resumeChannel(this.#repositories, channel);
      if (isNew) {
        this.#audit(channelScope(channel), by, now, { ...unchanged, what: "resume" });
      }
      this.#group.mark(channel);
      return isNew;
    });
  }

  bind(binding: Binding, by: Changer): Promise<boolean> {
    return this.#change(() => {
      const { bindings } = this.#repositories;
      if (!bindings.add(binding)) return false;
      const count = bindings.count(binding.scope);
      if (count > BINDINGS_MAX) throw tooMany("personas", `at most ${BINDINGS_MAX} in one place`, count);
      const subject = handleOf(binding.persona);
      this.#audit(binding.scope, by, binding.at, { what: "persona add", subject, before: null, after: subject });
      return true;
    });
  }

  unbind(persona: PersonaId, scope: ScopeId, by: Changer, now: number): Promise<boolean> {
    return this.#change(() => {
      if (!this.#repositories.bindings.remove(persona, scope)) return false;
      const subject = handleOf(persona);
      this.#audit(scope, by, now, { what: "persona remove", subject, before: subject, after: null });
      return true;
    });
  }

  bindings(scopes: readonly ScopeId[]): Promise<readonly Binding[]> {
    return this.#read(() => this.#repositories.bindings.of(scopes));
  }

  bindingsOf(persona: PersonaId): Promise<readonly Binding[]> {
    return this.#read(() => this.#repositories.bindings.ofPersona(persona));
  }

  set(row: SettingRow, by: Changer): Promise<string | null> {
    return this.#change(() => {
      const { roomSettings } = this.#repositories;
      const before = roomSettings.get(row);
      roomSettings.set(row);
      this.#audit(row.scope, by, row.at, { what: "settings set", subject: subjectOf(row), before, after: row.value });
      return before;
    });
  }

  unset(at: SettingPlace, by: Changer, now: number): Promise<string | null> {
    return this.#change(() => {
      const { roomSettings } = this.#repositories;
      const before = roomSettings.get(at);
      if (before === null) return null;
      roomSettings.unset(at);
      this.#audit(at.scope, by, now, { what: "settings reset", subject: subjectOf(at), before, after: null });
      return before;
    });
  }

  settings(scopes: readonly ScopeId[]): Promise<readonly SettingRow[]> {
    return this.#read(() => this.#repositories.roomSettings.of(scopes));
  }

  recordAudit(entry: AuditEntry): Promise<void> {
    return this.#group.run(() => this.#repositories.audits.record(entry));
  }

  audit(scopes: readonly ScopeId[], limit: number): Promise<readonly AuditEntry[]> {
    return this.#read(() => this.#repositories.audits.of(scopes, limit));
  }

  putPersona(persona: Omit<OwnedPersona, "deletedAt">, by: Changer): Promise<void> {
    return this.#change(() => {
      const { ownedPersonas } = this.#repositories;
      if (persona.yaml.length > YAML_CHARS_MAX) {
        throw tooMany("persona", `at most ${YAML_CHARS_MAX} characters`, persona.yaml.length);
      }
      const before = ownedPersonas.get(persona.id);
      const isNew = before?.deletedAt !== null;
      if (isNew) this.#makeSureOfRoom(persona.workspace);
      ownedPersonas.put(persona);
      const scope = workspaceScope(persona.workspace);
      const what = isNew ? "persona create" : "persona edit";
      const change = { what, subject: persona.handle, before: before?.yaml ?? null, after: persona.yaml };
      this.#audit(scope, by, persona.at, change);
    });
  }

  deletePersona(id: PersonaId, by: Changer, now: number): Promise<boolean> {
    return this.#change(() => {
      const { bindings, ownedPersonas } = this.#repositories;
      const persona = ownedPersonas.get(id);
      if (persona?.deletedAt !== null) return false;
      ownedPersonas.setDeleted(id, now);
      bindings.removeAll(id);
      const change = { what: "persona delete", subject: persona.handle, before: persona.handle, after: null };
      this.#audit(workspaceScope(persona.workspace), by, now, change);
      return true;
    });
  }

  restorePersona(id: PersonaId, by: Changer, now: number): Promise<OwnedPersona | null> {
    return this.#change(() => {
      const { ownedPersonas } = this.#repositories;
      const persona = ownedPersonas.get(id);
      const deletedAt = persona?.deletedAt ?? null;
      if (persona === null || deletedAt === null || now - deletedAt > RESTORE_MS) return null;
      this.#makeSureOfRoom(persona.workspace);
      ownedPersonas.setDeleted(id, null);
      const change = { what: "persona restore", subject: persona.handle, before: null, after: persona.handle };
      this.#audit(workspaceScope(persona.workspace), by, now, change);
      return { ...persona, deletedAt: null };
    });
  }

  personas(workspace: WorkspaceId | null): Promise<readonly OwnedPersona[]> {
    return this.#read(() => this.#repositories.ownedPersonas.of(workspace));
  }

  editMessage(id: MessageId, text: string, tokens: number, checkpoint: Checkpoint | null): Promise<void> {
    return this.#group.run(() => {
      const edited = editMessage(this.#repositories, { id, text, tokens });
      if (edited !== null) this.#erased(edited.channel);
      this.#heard(checkpoint);
    });
  }

  deleteMessages(messages: readonly MessageId[], now: number, checkpoint: Checkpoint | null): Promise<void> {
    return this.#group.run(() => {
      for (const channel of deleteMessages(this.#repositories, messages, DELETED, now)) this.#erased(channel);
      this.#heard(checkpoint);
    });
  }

  versions(message: MessageId): Promise<readonly Version[]> {
    return this.#read(() => this.#repositories.versions.of(message));
  }

  addVersion(id: MessageId, { text, tokens, by }: Wording, now: number): Promise<readonly Version[]> {
    return this.#group.run(() => {
      const { messages, versions } = this.#repositories;
      const message = messages.get(id);
      if (message === null) return [];
      const count = versions.of(id).length;
      if (count >= VERSIONS_MAX) throw tooMany("versions", `at most ${VERSIONS_MAX} of one post`, count + 1);
      if (count === 0) versions.addFirst(message);
      versions.add(id, { number: Math.max(count, 1) + 1, text, at: now, solver: by.solver, model: by.model });
      messages.edit(id, text, tokens);
      this.#group.mark(message.channel);
      return versions.of(id);
    });
  }

  showVersion(id: MessageId, number: number, tokens: number): Promise<Version | null> {
    return this.#group.run(() => {
      const { messages, versions } = this.#repositories;
      const message = messages.get(id);
      const version = versions.of(id).find((each) => each.number === number);
      if (message === null || version === undefined) return null;
      versions.show(id, number);
      messages.edit(id, version.text, tokens);
      this.#group.mark(message.channel);
      return { ...version, isShown: true };
    });
  }

  async optOut(author: AuthorId, now: number): Promise<void> {
    // First nothing more is taken in, then what is there goes.
    await this.#group.run(() => this.#repositories.optOuts.add(author, now));
    await this.#forget(author, OPTED_OUT, now);
  }

  optIn(author: AuthorId): Promise<boolean> {
    return this.#group.run(() => this.#repositories.optOuts.remove(author));
  }

  hasOptedOut(author: AuthorId): Promise<boolean> {
    return this.#read(() => this.#repositories.optOuts.has(author));
  }

  forget(author: AuthorId, now: number): Promise<number> {
    return this.#forget(author, DELETED, now);
  }

  said(author: AuthorId, limit: number): Promise<readonly Message[]> {
    return this.#read(() => this.#repositories.messages.by(author, limit));
  }

  recordCheckpoint(checkpoint: Checkpoint): Promise<void> {
    return this.#group.run(() => this.#heard(checkpoint));
  }

  checkpoint(key: string): Promise<string | null> {
    return this.#read(() => this.#repositories.keeps.checkpoint(key));
  }

  kept(key: string): Promise<string | null> {
    return this.#read(() => {
      const sealed = this.#repositories.keeps.get(key);
      return sealed === null ? null : this.#seal.open(sealed);
    });
  }

  keep(key: string, value: string | null): Promise<void> {
    const { keeps } = this.#repositories;
    return this.#group.run(() => keeps.put(key, value === null ? null : this.#seal.close(value), null));
  }

  keepUntil(key: string, value: string, until: number): Promise<void> {
    return this.#group.run(() => this.#repositories.keeps.put(key, this.#seal.close(value), until));
  }

  onRegistryChange(listener: () => void): () => void {
    return this.#news.on(listener);
  }

  async #forget(author: AuthorId, outcome: Outcome, now: number): Promise<number> {
    const { messages, solverStates } = this.#repositories;
    let count = 0;
    let after: MessagePlace | null = { channel: "", seq: 0 };
    while (after !== null) {
      const from: MessagePlace = after;
      const slice = await this.#group.run(() => {
        const found = messages.next(author, from, FORGET_ROWS);
        for (const channel of deleteMessages(this.#repositories, found?.ids ?? [], outcome, now)) this.#erased(channel);
        return found;
      });
      count += slice?.ids.length ?? 0;
      after = slice?.last ?? null;
    }
    await this.#group.run(() => {
      solverStates.forgetAuthor(author);
      this.#group.markErased();
    });
    return count;
  }

  /** It is committed, whatever a listener makes of it. */
  async #change<T>(work: () => T): Promise<T> {
    const result = await this.#group.run(work);
    this.#news.tell();
    return result;
  }

  /** For one more persona of the workspace. */
  #makeSureOfRoom(workspace: WorkspaceId): void {
    const living = this.#repositories.ownedPersonas.of(workspace).filter((each) => each.deletedAt === null);
    if (living.length < PERSONAS_MAX) return;
    throw tooMany("personas", `at most ${PERSONAS_MAX} of its own in one workspace`, living.length + 1);
  }

  #audit(scope: ScopeId, by: Changer, at: number, change: Omit<AuditEntry, "scope" | "by" | "at">): void {
    this.#repositories.audits.record({ at, scope, by, ...change });
  }

  #erased(channel: ChannelId): void {
    this.#group.mark(channel);
    this.#group.markErased();
  }

  #heard(checkpoint: Checkpoint | null): void {
    if (checkpoint !== null) this.#repositories.keeps.recordCheckpoint(checkpoint);
  }
}

const unchanged = { subject: "", before: null, after: null };

function subjectOf({ persona, name }: SettingPlace): string {
  return persona === null ? name : `${name} of ${handleOf(persona)}`;
}

function tooMany(where: string, expected: string, got: number): BadInput {
  return new BadInput([{ where, line: null, field: null, expected, got: String(got) }]);
}
