// The repositories of one database, each with its queries prepared once.
import { Audits } from "./audits.ts";
import { Bindings } from "./bindings.ts";
import { Budget } from "./budget.ts";
import { Channels } from "./channels.ts";
import { Claims } from "./claims.ts";
import { Decisions } from "./decisions.ts";
import type { Connection } from "./drizzle.ts";
import { drizzle } from "./drizzle.ts";
import { Growing } from "./growing.ts";
import { Keeps } from "./keeps.ts";
import { Leases } from "./leases.ts";
import { Messages } from "./messages.ts";
import { OptOuts } from "./opt-outs.ts";
import { OwnedPersonas } from "./owned-personas.ts";
import { PaceRows } from "./pace-rows.ts";
import { Posts } from "./posts.ts";
import { Quotas } from "./quotas.ts";
import { RoomSettingRows } from "./room-settings.ts";
import { Scenes } from "./scenes.ts";
import { SolverStates } from "./solver-states.ts";
import { SolverStops } from "./solver-stops.ts";
import { Traces } from "./traces.ts";
import { Turns } from "./turns.ts";
import { Usages } from "./usages.ts";
import { Versions } from "./versions.ts";

/** Their methods are synchronous: writes are called inside a transaction of the group commit only. */
export interface Repositories {
  readonly audits: Audits;
  readonly bindings: Bindings;
  readonly budget: Budget;
  readonly channels: Channels;
  readonly claims: Claims;
  readonly decisions: Decisions;
  readonly growing: Growing;
  readonly keeps: Keeps;
  readonly leases: Leases;
  readonly messages: Messages;
  readonly optOuts: OptOuts;
  readonly ownedPersonas: OwnedPersonas;
  readonly paces: PaceRows;
  readonly posts: Posts;
  readonly quotas: Quotas;
  readonly roomSettings: RoomSettingRows;
  readonly scenes: Scenes;
  readonly solverStates: SolverStates;
  readonly solverStops: SolverStops;
  readonly traces: Traces;
  readonly turns: Turns;
  readonly usages: Usages;
  readonly versions: Versions;
}

/** Something that was written is undone: nothing of it is kept in memory. */
export function forgetUndone({ messages, quotas }: Repositories): void {
  messages.undone();
  quotas.forget();
}

export function openRepositories(connection: Connection): Repositories {
  const tables = drizzle(connection);
  const channels = new Channels(tables);
  return {
    audits: new Audits(tables),
    bindings: new Bindings(tables),
    budget: new Budget(tables),
    channels,
    claims: new Claims(tables),
    decisions: new Decisions(tables),
    growing: new Growing(tables),
    keeps: new Keeps(tables),
    leases: new Leases(tables),
    messages: new Messages(tables, channels),
    optOuts: new OptOuts(tables),
    ownedPersonas: new OwnedPersonas(tables),
    paces: new PaceRows(tables),
    posts: new Posts(tables),
    quotas: new Quotas(tables),
    roomSettings: new RoomSettingRows(tables),
    scenes: new Scenes(tables),
    solverStates: new SolverStates(tables),
    solverStops: new SolverStops(tables),
    traces: new Traces(tables),
    turns: new Turns(tables),
    usages: new Usages(tables),
    versions: new Versions(tables),
  };
}
