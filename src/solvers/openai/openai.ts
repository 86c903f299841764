// The solver kind `openai`: any server that speaks OpenAI's chat completions.
import type { Clock } from "../../clock.ts";
import type { Persona, SolverSpec } from "../../domain/persona.ts";
import type { Log } from "../../log.ts";
import type { Readiness, Solver, SolverChunk, SolverKind, Speaking } from "../solver.ts";
import { Dialect } from "./body.ts";
import { DEFAULT_MODEL, ServedModels } from "./models.ts";
import { OpenaiSolver } from "./openai-solver.ts";
import type { Asked, Shared } from "./openai-solver.ts";
import type { GivenPrices } from "./prices.ts";
import { pricesAt } from "./prices.ts";
import { houseServer, serverFor } from "./server.ts";
import type { HouseModel, Server, ServerChoice } from "./server.ts";
import { readSettings } from "./settings.ts";
import type { OpenaiSettings } from "./settings.ts";
import { Standing } from "./standing.ts";
import type { Stops } from "./standing.ts";
import { Transport } from "./transport.ts";
import { tryOnce } from "./trial.ts";
import type { Trial, TrialTerms } from "./trial.ts";

/** What the kind needs of the house. */
export interface OpenaiDeps {
  readonly house: HouseModel;
  /** What models cost, by their name, before any price that is known. */
  readonly prices: GivenPrices;
  readonly clock: Clock;
  readonly countTokens: (text: string) => number;
  /** The store's `solverStop` and `setSolverStop`. */
  readonly stops: Stops;
  readonly log: Log;
  readonly env: (name: string) => string | undefined;
}

/** The kind, with what the house asks of it beside solving. */
export interface OpenaiKind extends SolverKind {
  /** What speaks by the house's own settings now. */
  speaking(): Speaking;
  /** Calls `listener` whenever `speaking` changed. Returns the way to stop it. */
  onChange(listener: () => void): () => void;
  /** Loads the libraries and learns the model's name, so that the first answer need not wait for that. Does nothing where no model is set; never throws. */
  warm(): Promise<void>;
  /** One tiny real call with the house's settings, paid from the purse and given up when the signal aborts; when it works, an earlier stop is lifted. */
  tryModel(terms: TrialTerms): Promise<Trial>;
  /** Reads the stops again: the doctor, another process, may have lifted one. */
  reloadStops(): Promise<void>;
  /** Closes the connections. */
  close(): Promise<void>;
}

// Said where the server's choice is not known yet.
const UNNAMED = "the server's first model";

/** The kind `openai`. Nothing heavy is loaded before the first call, or `warm`. */
export function openaiKind(deps: OpenaiDeps): OpenaiKind {
  const { house, clock, log } = deps;
  const transport = new Transport(deps.env);
  const models = new ServedModels(transport, clock, log);
  const choice = houseServer(house);
  const houseModel = (): string => {
    if (house.model !== null && house.model.trim() !== "") return house.model.trim();
    return choice.kind === "server" ? (models.named(choice.server)?.model ?? UNNAMED) : DEFAULT_MODEL;
  };
  const standing = new Standing(deps, choice, houseModel);
  const shared: Shared = { transport, models, standing, clock, countTokens: deps.countTokens, log };
  const dialects = new Dialects();

  return {
    name: "openai",
    speaking: () => standing.speaking(),
    onChange: (listener) => standing.onChange(listener),
    open: async (persona: Persona, spec: SolverSpec): Promise<Solver> => {
      const settings = readSettings(persona, spec);
      const chosen = serverFor(settings, house, deps.env);
      if (chosen.kind !== "server") return new UnableSolver(chosen);
      const { server } = chosen;
      await standing.load(server);
      const isHouse = choice.kind === "server" && choice.server.baseUrl === server.baseUrl;
      const model = settings.model ?? (isHouse ? named(house.model) : null);
      const prices = await pricesAt(server.baseUrl, deps.prices);
      const dialect = dialects.of(server, model, settings.maxTokensField);
      return new OpenaiSolver({ server, settings, model, prices, dialect }, shared);
    },
    warm: async () => {
      if (choice.kind !== "server") return;
      await standing.load(choice.server);
      await transport.client(choice.server);
      const isStopped = standing.stopped(choice.server) !== null;
      if (named(house.model) === null && !isStopped) await models.find(choice.server, NEVER);
      // Who cannot be asked for its models cannot be asked for words either.
      const missed = models.named(choice.server)?.missed ?? null;
      if (missed !== null) standing.failed(choice.server, { model: houseModel(), why: missed, of: "server" });
      standing.look();
    },
    tryModel: async (terms) => {
      if (choice.kind !== "server") return { kind: "failed", model: null, why: choice.why };
      const startedAt = clock.now();
      const late = (model: string): Trial => {
        const seconds = Math.round((clock.now() - startedAt) / 1000);
        return { kind: "failed", model, why: `${choice.server.host} did not answer within ${seconds} s` };
      };
      const model = named(house.model) ?? (await models.find(choice.server, terms.signal).catch(() => null));
      if (model === null || terms.signal.aborted) return late(model ?? houseModel());
      const asked: Asked = {
        server: choice.server,
        settings: NOTHING_SET,
        model,
        prices: await pricesAt(choice.server.baseUrl, deps.prices),
        dialect: dialects.of(choice.server, model, null),
      };
      const ownStanding = new Standing({ stops: FORGETFUL, clock, log }, choice, houseModel);
      const trial = await tryOnce(asked, { ...shared, standing: ownStanding }, standing, terms);
      return trial.kind !== "answered" && terms.signal.aborted ? late(model) : trial;
    },
    reloadStops: () => standing.reload(),
    close: async () => {
      await models.close();
      await transport.close();
    },
  };
}

const NOTHING_SET: OpenaiSettings = {
  baseUrl: null,
  apiKey: null,
  apiKeyEnv: null,
  model: null,
  sampling: { temperature: null, top_p: null, presence_penalty: null, frequency_penalty: null, stop: [], seed: null },
  maxTokens: null,
  maxTokensField: null,
  extraBody: {},
  price: null,
};

// A trial begins as if nothing had been stopped.
const FORGETFUL: Stops = { get: async () => null, set: async () => {} };

// Nobody gives up.
const NEVER = new AbortController().signal;

function named(model: string | null): string | null {
  return model === null || model.trim() === "" ? null : model.trim();
}

// What was learned of a server's model holds for everyone who asks it.
class Dialects {
  readonly #known = new Map<string, Dialect>();

  of(server: Server, model: string | null, field: ConstructorParameters<typeof Dialect>[1]): Dialect {
    const key = `${server.baseUrl} ${model ?? ""} ${field ?? ""}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const dialect = new Dialect(server.baseUrl, field);
    this.#known.set(key, dialect);
    return dialect;
  }
}

// Stands in the persona's list and says why it cannot be asked.
class UnableSolver implements Solver {
  readonly name = "openai";
  readonly model = null;
  readonly #choice: Exclude<ServerChoice, { readonly kind: "server" }>;

  constructor(choice: Exclude<ServerChoice, { readonly kind: "server" }>) {
    this.#choice = choice;
  }

  readiness(): Readiness {
    // A house without a model is as it should be; one with a wrong setting is not.
    return { kind: "unable", why: this.#choice.why, untilMended: this.#choice.kind === "wrong" };
  }

  solve(): AsyncIterable<SolverChunk> {
    return { [Symbol.asyncIterator]: () => ({ next: async () => ({ done: true, value: undefined }) }) };
  }
}
