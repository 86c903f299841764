// The repositories of one database, each with its queries prepared once.
import { Budget } from "./budget.ts";
import { Channels } from "./channels.ts";
import { Claims } from "./claims.ts";
import { Decisions } from "./decisions.ts";
import type { Connection } from "./drizzle.ts";
import { drizzle } from "./drizzle.ts";
import { Leases } from "./leases.ts";
import { Messages } from "./messages.ts";
import { Posts } from "./posts.ts";
import { Scenes } from "./scenes.ts";
import { SolverStates } from "./solver-states.ts";
import { SolverStops } from "./solver-stops.ts";
import { Traces } from "./traces.ts";
import { Turns } from "./turns.ts";

/** Their methods are synchronous: writes are called inside a transaction of the group commit only. */
export interface Repositories {
  readonly budget: Budget;
  readonly channels: Channels;
  readonly claims: Claims;
  readonly decisions: Decisions;
  readonly leases: Leases;
  readonly messages: Messages;
  readonly posts: Posts;
  readonly scenes: Scenes;
  readonly solverStates: SolverStates;
  readonly solverStops: SolverStops;
  readonly traces: Traces;
  readonly turns: Turns;
}

export function openRepositories(connection: Connection): Repositories {
  const tables = drizzle(connection);
  const channels = new Channels(tables);
  return {
    budget: new Budget(tables),
    channels,
    claims: new Claims(tables),
    decisions: new Decisions(tables),
    leases: new Leases(tables),
    messages: new Messages(tables, channels),
    posts: new Posts(tables),
    scenes: new Scenes(tables),
    solverStates: new SolverStates(tables),
    solverStops: new SolverStops(tables),
    traces: new Traces(tables),
    turns: new Turns(tables),
  };
}
