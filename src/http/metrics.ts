// Metrics: the process's figures and the house's, in the Prometheus text format.
import type { Count } from "./house.ts";

/** What `/metrics` answers. */
export interface Metrics {
  readonly text: string;
  readonly type: string;
}

type PromClient = typeof import("prom-client");
let loaded: Promise<PromClient> | null = null;

/** The process's own figures and `figures`, as text. The library is loaded when first asked: a house that nobody measures does without. */
export async function metricsOf(figures: readonly Count[]): Promise<Metrics> {
  loaded ??= load();
  const { Registry, Counter, Gauge, register } = await loaded;
  const own = new Registry();
  for (const { name, help, readings } of figures) {
    const labelNames = [...new Set(readings.flatMap(({ labels }) => Object.keys(labels)))];
    const configuration = { name, help, labelNames, registers: [own] };
    const metric = name.endsWith("_total") ? new Counter(configuration) : new Gauge(configuration);
    for (const { labels, value } of readings) metric.inc(labels, value);
  }
  return { text: `${await own.metrics()}\n${await register.metrics()}`, type: register.contentType };
}

async function load(): Promise<PromClient> {
  const { default: client } = await import("prom-client");
  client.collectDefaultMetrics();
  return client;
}
