// One session of the gateway: its sequence, what it would replay, and the socket it has at the moment.
import type { WebSocket } from "ws";

interface Sent {
  readonly sequence: number;
  readonly text: string;
}

// How much a session keeps for a replay; who missed more has to begin anew. Discord names no number.
const REPLAY_EVENTS_MAX = 20_000;

export class Session {
  readonly id: string;
  readonly shard: readonly [id: number, count: number];
  readonly intents: number;
  readonly identifiedAt: number;
  sequence = 0;
  resumes = 0;
  socket: WebSocket | null;
  /** Since when it has no socket. */
  detachedAt: number | null = null;
  #sent: Sent[] = [];
  #late: Sent | null = null;

  constructor(
    id: string,
    shard: readonly [number, number],
    intents: number,
    at: { readonly now: number; readonly socket: WebSocket },
  ) {
    this.id = id;
    this.shard = shard;
    this.intents = intents;
    this.identifiedAt = at.now;
    this.socket = at.socket;
  }

  /** Sends an event, or keeps it for the replay while nobody listens. `late` lets the next one overtake it on the wire. */
  push(name: string, data: unknown, when: "now" | "late" = "now"): void {
    this.sequence += 1;
    const sent = { sequence: this.sequence, text: JSON.stringify({ op: 0, t: name, s: this.sequence, d: data }) };
    this.#sent.push(sent);
    if (this.#sent.length > REPLAY_EVENTS_MAX) this.#sent = this.#sent.slice(-REPLAY_EVENTS_MAX / 2);
    const overtaken = this.#late;
    this.#late = when === "late" && overtaken === null ? sent : null;
    if (this.#late === null) this.socket?.send(sent.text);
    if (overtaken !== null) this.socket?.send(overtaken.text);
  }

  /** Sends again what came after `sequence`; false when it reaches back further than what was kept. */
  replay(sequence: number): boolean {
    const missed = this.#sent.filter((sent) => sent.sequence > sequence);
    if (missed.length < this.sequence - sequence) return false;
    this.#late = null;
    for (const { text } of missed) this.socket?.send(text);
    return true;
  }
}

/** A line of the gateway's log: who came in how. */
export interface Entry {
  readonly at: number;
  readonly kind: "identify" | "resume";
  readonly shard: readonly [number, number] | null;
  readonly sessionId: string | null;
  readonly intents: number | null;
  readonly outcome: "accepted" | number | "invalid session";
  /** Whether the connection was made to the address that READY gave for resuming. */
  readonly viaResumeUrl: boolean;
}
