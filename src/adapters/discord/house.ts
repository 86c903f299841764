// What Discord is handed: how it is reached, and what it needs of the house.
import type { Clock } from "../../clock.ts";
import type { CommandDesk } from "../../commands/command.ts";
import type { ChannelId, MessageId } from "../../domain/ids.ts";
import type { Persona } from "../../domain/persona.ts";
import type { Log } from "../../log.ts";
import type { Keep } from "../adapter.ts";
import type { FinderParts } from "./finding.ts";
import type { ChannelOwner } from "./parked.ts";

export interface DiscordOptions {
  readonly token: string;
  /** Without the version. */
  readonly apiUrl: string;
  /** Null: as many as Discord recommends, all of them here. */
  readonly shards: { readonly ids: readonly number[]; readonly count: number } | null;
  /** How many times faster the limits are than Discord's own: 1 there. */
  readonly speed: number;
  /** Where Discord keeps files that people attach. */
  readonly fileHosts: readonly string[];
}

/** How far a channel was heard: up to the newest message known there, or, where none is, since somebody came to live there, epoch ms. */
export type HeardUntil =
  | { readonly channel: ChannelId; readonly message: MessageId }
  | { readonly channel: ChannelId; readonly since: number };

export interface DiscordHouse {
  readonly keep: Keep;
  readonly clock: Clock;
  readonly log: Log;
  /** Where commands are brought; asked for once the house stands. */
  readonly desk: () => CommandDesk;
  /** Where the outside reaches the house's picture of a persona; null: nowhere, and pictures are uploaded. */
  readonly pictureUrl: ((persona: Persona) => string) | null;
  /** What the house knows of messages and personas. */
  readonly memory: Omit<FinderParts, "api">;
  /** The server of a channel, and who put a persona there. */
  readonly ownerOf: (channel: ChannelId) => Promise<ChannelOwner>;
  /** Channels in which somebody was heard lately, or lives and was never spoken to: from where on what was missed is read back. */
  readonly heardLately: () => Promise<readonly HeardUntil[]>;
  /** The newest messages known of a channel, at most `limit`, that were said in it; questions asked by a command stand nowhere. */
  readonly newestIn: (channel: ChannelId, limit: number) => Promise<readonly MessageId[]>;
}
