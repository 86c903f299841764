// How we stand with each server: which ones must not be asked, and what speaks in the house.
import type { Clock } from "../../clock.ts";
import { messageOf } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { SolverStop } from "../../store/store.ts";
import type { Speaking } from "../solver.ts";
import type { Server, ServerChoice } from "./server.ts";

/** Where stops are kept over a restart. */
export interface Stops {
  get(server: string): Promise<SolverStop | null>;
  set(server: string, stop: SolverStop | null): Promise<void>;
}

/** A call that went wrong; `of`: what it says something about, the server as a whole or this model alone. */
export interface Failed {
  readonly model: string;
  readonly why: string;
  readonly of: "server" | "model";
}

function keyOf(server: Server, failed: Pick<Failed, "model" | "of">): string {
  return `${server.id} ${failed.of === "server" ? "" : failed.model}`;
}

/** The stops, held in memory so that looking costs nothing, and the line on what speaks. */
export class Standing {
  readonly #stops: Stops;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #house: ServerChoice;
  readonly #houseModel: () => string;
  readonly #stopped = new Map<string, SolverStop>();
  readonly #seen = new Set<string>();
  readonly #listeners = new Set<() => void>();
  readonly #failures = new Map<string, Failed>();
  /** Until when each server asks to be left alone, epoch ms; after a restart it may be asked once more. */
  readonly #waits = new Map<string, number>();
  #told: string;

  /** `house` is the server of the house's own settings, `houseModel` the model that speaks there. */
  constructor(
    deps: { readonly stops: Stops; readonly clock: Clock; readonly log: Log },
    house: ServerChoice,
    houseModel: () => string,
  ) {
    this.#stops = deps.stops;
    this.#clock = deps.clock;
    this.#log = deps.log;
    this.#house = house;
    this.#houseModel = houseModel;
    this.#told = lineOf(this.speaking());
  }

  /** Why this server must not be asked; null: it may. */
  stopped(server: Server): string | null {
    return this.#stopped.get(server.id)?.why ?? null;
  }

  /** No call to this server before `until`, epoch ms: it asks for that itself. */
  wait(server: Server, until: number): void {
    this.#waits.set(server.id, until);
    this.#tell();
  }

  /** Why this server must not be asked yet; null: it may. */
  waiting(server: Server): string | null {
    const until = this.#waits.get(server.id) ?? 0;
    if (until <= this.#clock.now()) return null;
    return `the server asks for patience until ${new Date(until).toISOString().slice(11, 19)} UTC`;
  }

  /** Reads the stop of this server from where it is kept. */
  async load(server: Server): Promise<void> {
    this.#seen.add(server.id);
    const stop = await this.#stops.get(server.id);
    if (stop === null) this.#stopped.delete(server.id);
    else this.#stopped.set(server.id, stop);
    this.#tell();
  }

  /** Reads again what is kept of every server seen: another process may have mended one. */
  async reload(): Promise<void> {
    for (const id of this.#seen) {
      const stop = await this.#stops.get(id);
      if (stop === null) this.#stopped.delete(id);
      else this.#stopped.set(id, stop);
    }
    this.#tell();
  }

  /** No call to this server with this key until it is mended. */
  async stop(server: Server, why: string): Promise<void> {
    await this.#keep(server, { why, at: this.#clock.now() });
  }

  /** It works again. */
  async mend(server: Server): Promise<void> {
    this.#forget(server);
    await this.#keep(server, null);
  }

  /** The last call at `server` went wrong. `known` when the one before went wrong in the same way. */
  failed(server: Server, failed: Failed): "news" | "known" {
    const key = keyOf(server, failed);
    const isKnown = this.#failures.get(key)?.why === failed.why;
    this.#failures.set(key, failed);
    this.#tell();
    return isKnown ? "known" : "news";
  }

  /** The last call of `model` at `server` went well. */
  spoke(server: Server, model: string): void {
    this.#waits.delete(server.id);
    const wasSilent = this.#failures.delete(keyOf(server, { of: "server", model }));
    const wasWrong = this.#failures.delete(keyOf(server, { of: "model", model }));
    if (wasSilent || wasWrong) this.#log.info("the model speaks again", { server: server.host, model });
    this.#tell();
  }

  /** What speaks by the house's own settings. */
  speaking(): Speaking {
    const house = this.#house;
    if (house.kind === "none") return { kind: "scripted" };
    const model = this.#houseModel();
    if (house.kind === "wrong") return { kind: "failing", model, server: "OPENAI_BASE_URL", why: house.why };
    const seen = { model, server: house.server.host };
    const failure =
      this.#failures.get(keyOf(house.server, { of: "server", model })) ??
      this.#failures.get(keyOf(house.server, { of: "model", model }));
    const why = this.stopped(house.server) ?? this.waiting(house.server) ?? failure?.why ?? null;
    return why === null ? { kind: "model", ...seen } : { kind: "failing", ...seen, why };
  }

  /** Calls `listener` whenever `speaking` changed. Returns the way to stop it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Something that `speaking` depends on may have changed. */
  look(): void {
    this.#tell();
  }

  // What cannot be written down still holds until the restart.
  async #keep(server: Server, stop: SolverStop | null): Promise<void> {
    if (stop === null) this.#stopped.delete(server.id);
    else this.#stopped.set(server.id, stop);
    this.#seen.add(server.id);
    this.#tell();
    try {
      await this.#stops.set(server.id, stop);
    } catch (error) {
      this.#log.error("could not keep a stop", { server: server.host, why: messageOf(error) });
    }
  }

  #forget(server: Server): void {
    this.#waits.delete(server.id);
    for (const key of this.#failures.keys()) if (key.startsWith(`${server.id} `)) this.#failures.delete(key);
  }

  #tell(): void {
    const now = lineOf(this.speaking());
    if (now === this.#told) return;
    this.#told = now;
    for (const listener of this.#listeners) listener();
  }
}

/** The same for the same; looked at after every answer. */
function lineOf(speaking: Speaking): string {
  if (speaking.kind === "scripted") return "";
  const { kind, model, server } = speaking;
  return `${kind}\n${model}\n${server}\n${kind === "failing" ? speaking.why : ""}`;
}
