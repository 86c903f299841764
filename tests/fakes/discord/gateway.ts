// The gateway: who is connected, what they said to be let in, and the events that go to them ("Gateway Connection Lifecycle").
import { randomBytes } from "node:crypto";
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { GatewayOpcodes, type GatewayDispatchPayload } from "discord.js";
import { WebSocket, WebSocketServer } from "ws";
import { z } from "zod";
import type { Books } from "./books.ts";
import type { Door } from "./door.ts";
import { type Audience, intentFor, withoutContent } from "./intents.ts";
import { type Mischief, NO_MISCHIEF } from "./mischief.ts";
import { channelPermissions, has } from "./permissions.ts";
import { type Entry, Session } from "./session.ts";
import { shardOf } from "./snowflakes.ts";

/** The names of the events that the library knows. */
export type DispatchName = `${GatewayDispatchPayload["t"]}`;
/** What an event of that name carries. */
export type DispatchData<T extends DispatchName> = DataOf<GatewayDispatchPayload, T>;
type DataOf<Payload, T> = Payload extends { t: infer Name extends string; d: infer Data }
  ? T extends `${Name}`
    ? Data
    : never
  : never;

const SEEN = /^(?:MESSAGE_|THREAD_|TYPING_START)/;

const clientMessage = z.object({ op: z.number().int(), d: z.unknown().optional() });
const resumeBody = z.object({ token: z.string(), session_id: z.string(), seq: z.number().int() });

// "Rate Limiting": 120 messages a minute on one connection.
const SENDS_PER_MINUTE = 120;
const MINUTE_MS = 60_000;
// "Sending Events": payloads of a client are at most 4096 bytes.
const PAYLOAD_BYTES_MAX = 4096;

/** Closing with one of these ends the session; the others leave it to be resumed ("Gateway Close Event Codes"). */
const ENDS_SESSION: ReadonlySet<number> = new Set([1000, 1001, 4004, 4007, 4009, 4010, 4011, 4012, 4013, 4014]);

export class Gateway {
  readonly sessions = new Map<string, Session>();
  readonly entries: Entry[] = [];
  mischief: Mischief = NO_MISCHIEF;
  /** Changes what an event carries on its way out: fields that nobody knows, or nonsense. */
  alter: (name: string, data: unknown) => unknown = (_, data) => data;
  /** While false, heartbeats get no answer. */
  acksHeartbeats = true;
  /** While false, nobody gets in. */
  isUp = true;
  readonly #books: Books;
  readonly #door: Door;
  // Each connection, with its session once it has one.
  readonly #sockets = new Map<WebSocket, Session | null>();
  readonly #server = new WebSocketServer({ noServer: true });

  constructor(books: Books, door: Door, server: Server) {
    this.#books = books;
    this.#door = door;
    server.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head));
  }

  /** Tells every session that may hear it. */
  announce<T extends DispatchName>(name: T, data: DispatchData<T>, audience: Audience): void {
    this.announceRaw(name, data, audience);
  }

  /** The same for whatever a test makes up. */
  announceRaw(name: string, data: unknown, audience: Audience): void {
    this.#forgetExpired();
    for (const session of this.sessions.values()) {
      if (this.#hears(session, name, audience)) this.#tell(session, name, data, audience);
    }
  }

  /** Asks every client to come back (op 7). */
  askToReconnect(): void {
    for (const socket of this.#sockets.keys()) send(socket, GatewayOpcodes.Reconnect, null);
  }

  /** Tells every client that its session is no good (op 9): it may try to resume, or the session is gone. */
  invalidate(how: "lost" | "resumable"): void {
    for (const [socket, session] of this.#sockets) {
      if (session !== null) this.#detach(session, how === "lost" ? 1000 : 4000);
      // The connection stays, as one that has yet to identify or resume.
      this.#sockets.set(socket, null);
    }
    for (const socket of this.#sockets.keys()) send(socket, GatewayOpcodes.InvalidSession, how === "resumable");
  }

  /** Sends `text` as it is down every open connection. */
  sendText(text: string): void {
    for (const socket of this.#sockets.keys()) socket.send(text);
  }

  /** Closes every connection; null cuts the wire without a word. */
  closeAll(code: number | null): void {
    for (const socket of this.#sockets.keys()) {
      if (code === null) socket.terminate();
      else this.#close(socket, code);
    }
  }

  close(): void {
    for (const socket of this.#sockets.keys()) socket.terminate();
    this.#server.close();
  }

  #hears(session: Session, name: string, { guildId, channelId }: Audience): boolean {
    const [shard, count] = session.shard;
    if (shardOf(guildId, count) !== shard) return false;
    const intent = intentFor(name, { guildId, channelId });
    if (intent !== null && (session.intents & intent) === 0) return false;
    const channel = channelId === null ? undefined : this.#books.channels.get(channelId);
    // A bot is told of every channel; what is said there, only where it sees it.
    if (channel === undefined || !SEEN.test(name)) return true;
    const may = channelPermissions(this.#books, channel, this.#books.bot.user.id);
    return has(may, "ViewChannel");
  }

  #tell(session: Session, name: string, data: unknown, audience: Audience): void {
    const { user, applicationId } = this.#books.bot;
    const mayRead = (session.intents & this.#door.contentIntent) !== 0 || audience.guildId === null;
    const isMessage = name === "MESSAGE_CREATE" || name === "MESSAGE_UPDATE";
    const shown =
      isMessage && !mayRead ? withoutContent(data as DispatchData<"MESSAGE_CREATE">, user.id, applicationId) : data;
    const sent = this.alter(name, shown);
    const fate = this.mischief(name, `${session.shard[0]} ${session.sequence}`);
    if (fate === "lost") return;
    session.push(name, sent, fate === "late" ? "late" : "now");
    if (fate === "twice") session.push(name, sent);
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (!this.isUp) {
      socket.end("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (connection) => this.#welcome(connection, request.url ?? "/"));
  }

  #welcome(socket: WebSocket, path: string): void {
    this.#sockets.set(socket, null);
    const url = new URL(path, "ws://gateway");
    const state = { viaResumeUrl: url.pathname.startsWith("/resume"), sends: [] as number[] };
    socket.on("error", () => socket.terminate());
    socket.on("close", (code) => {
      const session = this.#sockets.get(socket) ?? null;
      this.#sockets.delete(socket);
      if (session?.socket === socket) this.#detach(session, code);
      this.#books.changed();
    });
    if (url.searchParams.get("v") !== "10" || url.searchParams.get("encoding") !== "json") {
      this.#close(socket, 4012);
      return;
    }
    send(socket, GatewayOpcodes.Hello, { heartbeat_interval: this.#door.heartbeatMs });
    socket.on("message", (data: Buffer) => {
      const now = this.#books.clock.now();
      state.sends = [...state.sends.filter((at) => at > now - MINUTE_MS / this.#door.faster), now];
      if (state.sends.length > SENDS_PER_MINUTE) {
        this.#close(socket, 4008);
        return;
      }
      const message = readMessage(data);
      if (message === null) this.#close(socket, 4002);
      else this.#sockets.set(socket, this.#take(socket, message, state.viaResumeUrl));
    });
  }

  #take(
    socket: WebSocket,
    message: { readonly op: number; readonly d?: unknown },
    viaResumeUrl: boolean,
  ): Session | null {
    const session = this.#sockets.get(socket) ?? null;
    switch (message.op as GatewayOpcodes) {
      case GatewayOpcodes.Heartbeat:
        if (this.acksHeartbeats) send(socket, GatewayOpcodes.HeartbeatAck, null);
        return session;
      case GatewayOpcodes.Identify:
        if (session === null) return this.#identify(socket, message.d, viaResumeUrl);
        this.#close(socket, 4005);
        return session;
      case GatewayOpcodes.Resume:
        if (session === null) return this.#resume(socket, message.d, viaResumeUrl);
        this.#close(socket, 4005);
        return session;
      case GatewayOpcodes.PresenceUpdate:
      case GatewayOpcodes.VoiceStateUpdate:
      case GatewayOpcodes.RequestGuildMembers:
        if (session === null) this.#close(socket, 4003);
        return session;
      default:
        this.#close(socket, 4001);
        return session;
    }
  }

  #identify(socket: WebSocket, body: unknown, viaResumeUrl: boolean): Session | null {
    const now = this.#books.clock.now();
    const verdict = this.#door.identify(body, now);
    const entry = { at: now, kind: "identify" as const, sessionId: null, viaResumeUrl };
    const { shard, intents } = verdict;
    if (verdict.kind !== "come in") {
      this.entries.push({
        ...entry,
        shard,
        intents,
        outcome: verdict.kind === "close" ? verdict.code : "invalid session",
      });
      if (verdict.kind === "again") send(socket, GatewayOpcodes.InvalidSession, false);
      else this.#close(socket, verdict.code);
      if (verdict.kind === "close" && verdict.isForAll) this.closeAll(verdict.code);
      this.#books.changed();
      return null;
    }
    const session = new Session(randomBytes(16).toString("hex"), verdict.shard, verdict.intents, { now, socket });
    this.sessions.set(session.id, session);
    this.entries.push({ ...entry, sessionId: session.id, shard, intents, outcome: "accepted" });
    for (const { name, data } of this.#door.greeting(session)) session.push(name, data);
    this.#books.changed();
    return session;
  }

  #resume(socket: WebSocket, body: unknown, viaResumeUrl: boolean): Session | null {
    this.#forgetExpired();
    const now = this.#books.clock.now();
    const parsed = resumeBody.safeParse(body);
    if (!parsed.success) {
      this.#close(socket, 4002);
      return null;
    }
    const { token, session_id: id, seq } = parsed.data;
    const session = this.sessions.get(id);
    const entry = {
      at: now,
      kind: "resume" as const,
      sessionId: id,
      shard: session?.shard ?? null,
      intents: session?.intents ?? null,
      viaResumeUrl,
    };
    if (!this.#door.knows(token)) {
      this.entries.push({ ...entry, outcome: 4004 });
      this.#close(socket, 4004);
      return null;
    }
    if (session !== undefined && seq > session.sequence) {
      this.entries.push({ ...entry, outcome: 4007 });
      this.sessions.delete(id);
      this.#close(socket, 4007);
      return null;
    }
    const before = session?.socket ?? null;
    if (session !== undefined) session.socket = socket;
    if (session === undefined || !session.replay(seq)) {
      this.entries.push({ ...entry, outcome: "invalid session" });
      this.sessions.delete(id);
      send(socket, GatewayOpcodes.InvalidSession, false);
      this.#books.changed();
      return null;
    }
    // Two connections never share a session: the older one is closed.
    if (before !== null) this.#close(before, 4000);
    session.detachedAt = null;
    session.resumes += 1;
    this.entries.push({ ...entry, outcome: "accepted" });
    session.push("RESUMED", { _trace: ["fake"] });
    this.#books.changed();
    return session;
  }

  #detach(session: Session, code: number): void {
    session.socket = null;
    session.detachedAt = this.#books.clock.now();
    if (ENDS_SESSION.has(code)) this.sessions.delete(session.id);
  }

  #close(socket: WebSocket, code: number): void {
    const session = [...this.sessions.values()].find((one) => one.socket === socket);
    if (session !== undefined) this.#detach(session, code);
    socket.close(code);
  }

  #forgetExpired(): void {
    const since = this.#books.clock.now() - this.#door.resumeWithinMs;
    for (const session of this.sessions.values()) {
      if (session.detachedAt !== null && session.detachedAt < since) this.sessions.delete(session.id);
    }
  }
}

function send(socket: WebSocket, op: GatewayOpcodes, d: unknown): void {
  if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ op, d, s: null, t: null }));
}

function readMessage(data: Buffer): { readonly op: number; readonly d?: unknown } | null {
  if (data.length > PAYLOAD_BYTES_MAX) return null;
  try {
    return clientMessage.parse(JSON.parse(data.toString("utf8")));
  } catch {
    return null;
  }
}
