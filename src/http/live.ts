// The live line to every open page: one string made for each event, written to all.
import type { ServerResponse } from "node:http";
import type { MessageId } from "../domain/ids.ts";
import type { Message } from "../domain/message.ts";
import type { Persona } from "../domain/persona.ts";
import { messageOf } from "../errors.ts";
import { itemsOf } from "./feed-page.ts";
import type { WebHouse } from "./house.ts";
import {
  HEARTBEAT_MS,
  LOOK_AROUND_MS,
  PAGES_MAX,
  PAGES_PER_ADDRESS_MAX,
  REPLAY_MAX,
  UNSENT_BYTES_MAX,
} from "./limits.ts";
import { castOf, castStrip, houseStrip } from "./strip.ts";

/** One open page. */
interface OpenPage {
  readonly out: ServerResponse;
  readonly audience: "operator" | "visitor";
  readonly address: string;
}

/** Where a page stands: the place of the newest post that it shows. */
export interface Since {
  readonly seq: number;
}

/** All open pages of the feed. */
export class LivePages {
  readonly #house: WebHouse;
  readonly #pages = new Set<OpenPage>();
  readonly #stops: (() => void)[] = [];
  /** The newest message that the pages were told of. */
  #told: { readonly seq: number; readonly id: MessageId | null } = { seq: 0, id: null };
  /** The strips as the pages have them. */
  #strips = { operator: "", visitor: "", cast: "" };
  /** One thing after the other, so that no page misses a post or gets it twice. */
  #line: Promise<void> = Promise.resolve();
  #isCatchingUp = false;
  #watch: AbortController | null = null;
  #isClosed = false;

  constructor(house: WebHouse) {
    this.#house = house;
    this.#stops.push(
      house.store.onChange((channel) => {
        if (channel === house.feed.channel) this.#soon();
      }),
      house.personas.onChange(() => this.#soon()),
      house.feed.onTyping((as) => this.#tellAll(frame("typing", null, typingData(as)))),
    );
  }

  /** How many pages are open. */
  get count(): number {
    return this.#pages.size;
  }

  /** Whether one more page of this address may open. */
  hasRoom(address: string): boolean {
    if (this.#isClosed || this.#pages.size >= PAGES_MAX) return false;
    let same = 0;
    for (const page of this.#pages) if (page.address === address) same += 1;
    return same < PAGES_PER_ADDRESS_MAX;
  }

  /** Opens the line to one page: first what it missed after `since` (null: nothing), then whatever comes. The head of the answer is written already. */
  async open(out: ServerResponse, as: Omit<OpenPage, "out">, since: Since | null): Promise<void> {
    const page = { out, ...as };
    const gone = (): void => this.#drop(page);
    out.on("close", gone);
    out.on("error", gone);
    await this.#queue(async () => {
      await this.#catchUp();
      const missed = since === null ? [] : await this.#missed(since);
      if (out.destroyed || this.#isClosed) return;
      this.#write(page, frame("hello", this.#told.seq, ""));
      if (missed === "too-much") this.#write(page, frame("anew", this.#told.seq, ""));
      else for (const one of missed) this.#write(page, one);
      this.#write(page, frame("house", null, this.#strips[page.audience]));
      this.#write(page, frame("cast", null, this.#strips.cast));
      this.#pages.add(page);
    });
    if (this.#pages.has(page)) this.#watchWhileOpen();
  }

  /** Ends every page's line at once. */
  close(): void {
    this.#isClosed = true;
    this.#watch?.abort();
    for (const stop of this.#stops) stop();
    for (const page of this.#pages) page.out.end();
    this.#pages.clear();
  }

  #soon(): void {
    if (this.#isCatchingUp || this.#pages.size === 0) return;
    this.#isCatchingUp = true;
    void this.#queue(() => {
      this.#isCatchingUp = false;
      return this.#catchUp();
    });
  }

  #queue(step: () => Promise<void>): Promise<void> {
    this.#line = this.#line.then(step).catch((error: unknown) => {
      if (!this.#isClosed) this.#house.log.warn("open pages were not told", { error: messageOf(error) });
    });
    return this.#line;
  }

  /** Tells the pages what is new since they were last told. */
  async #catchUp(): Promise<void> {
    const { store, feed } = this.#house;
    const recent = await store.recentMessages(feed.channel, null, REPLAY_MAX);
    const isKnown = this.#told.id === null || recent.some((message) => message.id === this.#told.id);
    const fresh = isKnown ? recent.filter((message) => message.seq > this.#told.seq) : [];
    const newest = recent.at(-1);
    this.#told = newest === undefined ? { seq: 0, id: null } : { seq: newest.seq, id: newest.id };
    if (this.#pages.size > 0) {
      if (!isKnown) this.#tellAll(frame("anew", this.#told.seq, ""));
      for (const one of await this.#frames(fresh)) this.#tellAll(one);
    }
    await this.#lookAround();
  }

  /** Looks for what was changed without a word to this process: another may work on the same store. */
  async #lookFurther(): Promise<void> {
    const { store, feed } = this.#house;
    const newest = (await store.recentMessages(feed.channel, null, 1)).at(-1);
    await (newest?.id === (this.#told.id ?? undefined) ? this.#lookAround() : this.#catchUp());
  }

  /** Tells the pages when what speaks, the scene or the cast is not what it was. */
  async #lookAround(): Promise<void> {
    const house = this.#house;
    const strips = {
      operator: String(await houseStrip(house, "operator")),
      visitor: String(await houseStrip(house, "visitor")),
      cast: String(await castStrip(castOf(house))),
    };
    const before = this.#strips;
    this.#strips = strips;
    for (const audience of ["operator", "visitor"] as const) {
      if (strips[audience] !== before[audience]) this.#tell(audience, frame("house", null, strips[audience]));
    }
    if (strips.cast !== before.cast) this.#tellAll(frame("cast", null, strips.cast));
  }

  async #missed(since: Since): Promise<readonly Buffer[] | "too-much"> {
    const { store, feed } = this.#house;
    const recent = await store.recentMessages(feed.channel, null, REPLAY_MAX);
    const isThere = since.seq === 0 ? recent.length < REPLAY_MAX : recent.some((message) => message.seq === since.seq);
    if (!isThere) return "too-much";
    // What is newer than told goes to all pages in the next step, this one included.
    return this.#frames(recent.filter((message) => message.seq > since.seq && message.seq <= this.#told.seq));
  }

  async #frames(messages: readonly Message[]): Promise<readonly Buffer[]> {
    const items = await itemsOf(this.#house, messages);
    return Promise.all(
      items.map(async (item, index) => frame("post", messages[index]?.seq ?? null, String(await item))),
    );
  }

  #watchWhileOpen(): void {
    if (this.#watch !== null) return;
    const watch = new AbortController();
    this.#watch = watch;
    // A worker of this house may be another process.
    const deafen = this.#house.store.onForeignChange(() => void this.#queue(() => this.#lookForPosts()));
    watch.signal.addEventListener("abort", deafen, { once: true });
    void this.#watchLoop(watch.signal);
  }

  /** Another process has written something, which may be a post here. */
  async #lookForPosts(): Promise<void> {
    const { store, feed } = this.#house;
    const newest = (await store.recentMessages(feed.channel, null, 1)).at(-1);
    if (newest?.id !== (this.#told.id ?? undefined)) await this.#catchUp();
  }

  async #watchLoop(signal: AbortSignal): Promise<void> {
    const { clock, feed, log } = this.#house;
    let beatAt = clock.now() + HEARTBEAT_MS;
    while (!signal.aborted) {
      await feed.watched().catch((error: unknown) => log.warn("watching was not told", { error: messageOf(error) }));
      await clock.sleep(LOOK_AROUND_MS, signal);
      if (signal.aborted) return;
      await this.#queue(() => this.#lookFurther());
      if (clock.now() >= beatAt) {
        beatAt = clock.now() + HEARTBEAT_MS;
        this.#tellAll(HEARTBEAT);
      }
    }
  }

  #tell(audience: OpenPage["audience"], bytes: Buffer): void {
    for (const page of this.#pages) if (page.audience === audience) this.#write(page, bytes);
  }

  #tellAll(bytes: Buffer): void {
    for (const page of this.#pages) this.#write(page, bytes);
  }

  #write(page: OpenPage, bytes: Buffer): void {
    page.out.write(bytes);
    if (page.out.writableLength > UNSENT_BYTES_MAX) page.out.destroy();
  }

  #drop(page: OpenPage): void {
    this.#pages.delete(page);
    if (this.#pages.size > 0 || this.#watch === null) return;
    this.#watch.abort();
    this.#watch = null;
  }
}

const HEARTBEAT = Buffer.from(": still here\n\n");

/** One event as it goes over the line (HTML Standard, "Server-sent events"). */
function frame(event: string, id: number | null, data: string): Buffer {
  const lines = data.split("\n").map((line) => `data: ${line}\n`);
  return Buffer.from(`event: ${event}\n${id === null ? "" : `id: ${id}\n`}${lines.join("")}\n`);
}

function typingData(as: Persona): string {
  return JSON.stringify({ handle: as.id, name: as.name });
}
