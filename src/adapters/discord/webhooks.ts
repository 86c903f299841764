// Webhooks: each channel has one of the app's own, by which every persona speaks under its own name.
import type { Keep } from "../adapter.ts";
import type { Api } from "./rest.ts";
import { fieldsOf, listOf, textOf } from "./shapes.ts";

export interface Webhook {
  readonly id: string;
  readonly token: string;
}

// A webhook's own name shows nowhere: each post brings its own.
const NAME = "Troupe";

export class Webhooks {
  readonly #api: Api;
  readonly #keep: Keep;
  readonly #known = new Map<string, Promise<Webhook>>();
  /** Ids of those that somebody deleted; no id comes again. */
  readonly #gone = new Set<string>();
  #application: Promise<string> | null = null;

  constructor(api: Api, keep: Keep) {
    this.#api = api;
    this.#keep = keep;
  }

  /** The app's own id. */
  application(): Promise<string> {
    this.#application ??= this.#ask();
    return this.#application;
  }

  /** The webhook of a channel (for a thread: of its parent): remembered, found again or made. Throws what Discord refuses with. */
  of(channel: string): Promise<Webhook> {
    const known = this.#known.get(channel);
    if (known !== undefined) return known;
    const opening = this.#open(channel);
    this.#known.set(channel, opening);
    // A failure is nobody's webhook: the next post tries again.
    opening.catch(() => this.#known.delete(channel));
    return opening;
  }

  /** Somebody deleted it: the next look makes another. Where several voices find it gone, one is made for all of them. */
  forget(channel: string, { id }: Webhook): void {
    if (this.#gone.has(id)) return;
    this.#gone.add(id);
    this.#known.delete(channel);
  }

  async #open(channel: string): Promise<Webhook> {
    const kept = this.#standing(webhookOf(JSON.parse((await this.#keep.get(keyOf(channel))) ?? "null")));
    if (kept !== null) return kept;
    const webhook = (await this.#find(channel)) ?? (await this.#make(channel));
    await this.#keep.put(keyOf(channel), JSON.stringify(webhook));
    return webhook;
  }

  async #find(channel: string): Promise<Webhook | null> {
    const application = await this.application();
    const all = listOf(await this.#api.ask({ method: "GET", route: `/channels/${channel}/webhooks` }));
    const own = all.filter((each) => fieldsOf(each)["application_id"] === application);
    return own.map((each) => this.#standing(webhookOf(each))).find((each) => each !== null) ?? null;
  }

  #standing(webhook: Webhook | null): Webhook | null {
    return webhook === null || this.#gone.has(webhook.id) ? null : webhook;
  }

  async #make(channel: string): Promise<Webhook> {
    const made = await this.#api.ask({ method: "POST", route: `/channels/${channel}/webhooks`, body: { name: NAME } });
    const webhook = webhookOf(made);
    if (webhook === null) throw new TypeError("Discord made a webhook and gave no token for it");
    return webhook;
  }

  async #ask(): Promise<string> {
    const id = textOf(fieldsOf(await this.#api.ask({ method: "GET", route: "/applications/@me" }))["id"]);
    if (id === null) throw new TypeError("Discord does not say which application this is");
    return id;
  }
}

function keyOf(channel: string): string {
  return `webhook:${channel}`;
}

function webhookOf(value: unknown): Webhook | null {
  const raw = fieldsOf(value);
  const [id, token] = [textOf(raw["id"]), textOf(raw["token"])];
  return id === null || token === null ? null : { id, token };
}
