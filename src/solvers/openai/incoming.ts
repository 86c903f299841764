// What a server sends, from the wire to whoever reads it: one of Node's streams between the two would cost a thirtieth of the whole call.
import type { Dispatcher } from "undici";

// A server that sends faster than it is read has to wait.
const WAITING_BYTES_MAX = 65_536;

export interface Head {
  readonly status: number;
  readonly headers: Headers;
}

/** The answer to one request, which `signal` may abort. Its body is read once. */
export class Incoming implements Dispatcher.DispatchHandler, AsyncIterableIterator<Uint8Array> {
  readonly #head = Promise.withResolvers<Head>();
  readonly #signal: AbortSignal | null;
  readonly #abort = (): void => {
    const reason: unknown = this.#signal?.reason;
    this.#controller?.abort(reason instanceof Error ? reason : new Error("the request was aborted", { cause: reason }));
    this.#endWith({ error: reason });
  };
  #controller: Dispatcher.DispatchController | null = null;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #end: "ended" | { readonly error: unknown } | null = null;
  /** Nobody reads what is still to come. */
  #isDropped = false;
  /** Wakes the reader, who waits. */
  #wake: () => void = () => {};

  constructor(signal: AbortSignal | null) {
    this.#signal = signal;
    signal?.addEventListener("abort", this.#abort, { once: true });
    if (signal?.aborted === true) this.#abort();
  }

  /** Rejects with what went wrong before there was an answer, or with what the signal aborted with. */
  get head(): Promise<Head> {
    return this.#head.promise;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#end !== null) this.#abort();
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    // Others are only announcements.
    if (status >= 200) this.#head.resolve({ status, headers: asHeaders(headers) });
  }

  onResponseData(controller: Dispatcher.DispatchController, piece: Uint8Array): void {
    if (this.#isDropped) return;
    this.#waiting.push(piece);
    this.#waitingBytes += piece.byteLength;
    if (this.#waitingBytes > WAITING_BYTES_MAX) controller.pause();
    this.#wake();
  }

  onResponseEnd(): void {
    this.#endWith("ended");
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: unknown): void {
    this.#endWith({ error });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** All that has come since the last one. */
  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (this.#waiting.length === 0 && this.#end === null) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const [first] = this.#waiting;
    if (first !== undefined) {
      const value = this.#waiting.length === 1 ? first : Buffer.concat(this.#waiting, this.#waitingBytes);
      this.#forget();
      return { done: false, value };
    }
    if (this.#end !== null && this.#end !== "ended") throw this.#end.error;
    return { done: true, value: undefined };
  }

  /** What is still to come is dropped, and the connection may be used again; whoever wants it closed aborts. */
  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#isDropped = true;
    this.#forget();
    return { done: true, value: undefined };
  }

  #forget(): void {
    this.#waiting = [];
    this.#waitingBytes = 0;
    if (this.#controller?.paused === true) this.#controller.resume();
  }

  #endWith(end: "ended" | { readonly error: unknown }): void {
    if (this.#end !== null) return;
    this.#end = end;
    this.#signal?.removeEventListener("abort", this.#abort);
    if (end !== "ended") this.#head.reject(end.error);
    this.#wake();
  }
}

function asHeaders(sent: Readonly<Record<string, string | string[] | undefined>>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(sent)) {
    for (const one of Array.isArray(value) ? value : [value ?? ""]) headers.append(name, one);
  }
  return headers;
}
