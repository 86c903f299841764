// What models cost: as the house is told, else by tokenlens where the server is one whose prices it knows.
import type { Usage } from "../../domain/trace.ts";

/** USD per million tokens. */
export interface Price {
  readonly input: number;
  readonly output: number;
  /** For tokens of the prompt that the server had in its cache. */
  readonly cached: number;
}

/** What is known of the models of one server. */
export interface PriceList {
  /** Null: unknown. */
  price(model: string): Price | null;
  /** Whether the model thinks before it speaks; false where unknown. */
  thinks(model: string): boolean;
  /** Whether the model sees pictures; false where unknown. */
  sees(model: string): boolean;
}

/** Tokens of one call as the server, or our own count, tells. */
export interface Tokens {
  readonly input: number;
  readonly cached: number;
  readonly output: number;
  readonly estimated: boolean;
}

interface ListedModel {
  readonly reasoning?: boolean;
  readonly modalities?: { readonly input?: readonly string[] };
  readonly cost?: { readonly input?: number; readonly output?: number; readonly cache_read?: number };
}

interface Listed {
  readonly models: Readonly<Record<string, ListedModel>>;
}

// A model's name means its maker's price only on the maker's own server: each host with the list that speaks of it.
const LISTS: Readonly<Record<string, () => Promise<Listed>>> = {
  "api.openai.com": async () => (await import("tokenlens/providers/openai")).openaiModels,
  "openrouter.ai": async () => (await import("tokenlens/providers/openrouter")).openrouterModels,
  "api.deepseek.com": async () => (await import("tokenlens/providers/deepseek")).deepseekModels,
  "api.groq.com": async () => (await import("tokenlens/providers/groq")).groqModels,
  "api.mistral.ai": async () => (await import("tokenlens/providers/mistral")).mistralModels,
  "api.x.ai": async () => (await import("tokenlens/providers/xai")).xaiModels,
  "api.together.xyz": async () => (await import("tokenlens/providers/togetherai")).togetheraiModels,
  "api.cerebras.ai": async () => (await import("tokenlens/providers/cerebras")).cerebrasModels,
};

const UNKNOWN: PriceList = { price: () => null, thinks: () => false, sees: () => false };

/** What whoever runs the house says that models cost, USD per million tokens, by the model's name. */
export type GivenPrices = ReadonlyMap<string, Pick<Price, "input" | "output">>;

/** The prices at the server with this base URL: those given, then those known. */
export async function pricesAt(baseUrl: string, given: GivenPrices): Promise<PriceList> {
  const known = await knownAt(baseUrl);
  return { ...known, price: (name) => givenPrice(given.get(name)) ?? known.price(name) };
}

function givenPrice(price: Pick<Price, "input" | "output"> | undefined): Price | null {
  return price === undefined ? null : { ...price, cached: price.input };
}

/** Nothing is loaded for a server that no list speaks of. */
async function knownAt(baseUrl: string): Promise<PriceList> {
  const { host, protocol } = new URL(baseUrl);
  const load = Object.hasOwn(LISTS, host) && protocol === "https:" ? LISTS[host] : undefined;
  if (load === undefined) return UNKNOWN;
  const { models } = await load();
  const find = (name: string): ListedModel | undefined => {
    // A dated snapshot, such as gpt-4.1-mini-2025-04-14, costs what its model does.
    const undated = name.replace(/-\d{4}-\d{2}-\d{2}$/u, "");
    return [name, undated].filter((known) => Object.hasOwn(models, known)).map((known) => models[known])[0];
  };
  return {
    price: (name) => priceOf(find(name)),
    thinks: (name) => find(name)?.reasoning === true,
    sees: (name) => find(name)?.modalities?.input?.includes("image") === true,
  };
}

function priceOf(model: ListedModel | undefined): Price | null {
  const { input, output, cache_read: cached } = model?.cost ?? {};
  if (input === undefined || output === undefined) return null;
  return { input, output, cached: cached ?? input };
}

/** What a call used, with what it cost; `costUsd` is null where the price is. */
export function usageOf(tokens: Tokens, price: Price | null): Usage {
  const cached = Math.min(tokens.cached, tokens.input);
  const costUsd =
    price === null
      ? null
      : ((tokens.input - cached) * price.input + cached * price.cached + tokens.output * price.output) / 1_000_000;
  return { tokensIn: tokens.input, tokensOut: tokens.output, costUsd, estimated: tokens.estimated };
}
