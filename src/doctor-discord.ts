// What the doctor finds on Discord: the token, what the bot is shown, and what it lacks where personas live.
import type { Finding } from "./doctor.ts";

/** What Discord says of the bot. */
export type DiscordTried =
  | { readonly kind: "none" }
  | {
      readonly kind: "answered";
      readonly name: string;
      /** Whether it may see what people write. */
      readonly seesContent: boolean;
      /** The link that brings the bot into a server. */
      readonly invitation: string;
    }
  | { readonly kind: "refused"; readonly why: string }
  | { readonly kind: "failed"; readonly why: string };

/** The channels in which personas live, and the faces of those who do. */
export type DiscordVisited =
  | {
      readonly kind: "seen";
      /** `lacks`: what the bot may not do there and needs, as Discord calls it. */
      readonly channels: readonly { readonly name: string; readonly lacks: readonly string[] }[];
      /** Whose picture Discord cannot show, and why: one sentence each. */
      readonly faceless: readonly string[];
    }
  | { readonly kind: "failed"; readonly why: string };

/** How the doctor looks at Discord. */
export interface DiscordTools {
  /** Asks Discord who the bot is. */
  tryDiscord(): Promise<DiscordTried>;
  /** Looks at every channel in which personas live. */
  visitDiscord(): Promise<DiscordVisited>;
}

const what = "Discord";

/** Whether Discord takes the token, shows the bot what people write, and lets personas speak where they live. */
export async function checkDiscord(tools: DiscordTools): Promise<readonly Finding[]> {
  const tried = await tools.tryDiscord();
  switch (tried.kind) {
    case "none":
      return [];
    case "refused": {
      const mend = "make a new token in the Developer Portal (Bot, Reset Token) and put it into DISCORD_TOKEN";
      return [{ kind: "wrong", what, says: tried.why, mend }];
    }
    case "failed":
      return [{ kind: "wrong", what, says: tried.why, mend: "check DISCORD_API_URL and the network" }];
    case "answered": {
      const says = `the bot is ${tried.name}; bring it into a server with ${tried.invitation}`;
      const mend =
        "switch on Message Content Intent in the Developer Portal (Bot); until then only mentions of the bot, direct messages and commands are heard";
      const hidden = { kind: "wrong", what, says: "it is not shown what people write", mend } as const;
      const homes = homesFound(await tools.visitDiscord());
      return [{ kind: "fine", what, says }, ...(tried.seesContent ? [] : [hidden]), ...homes];
    }
  }
}

// More at once nobody mends; the rest is told of when these are mended.
const SHOWN_MAX = 20;

function homesFound(visited: DiscordVisited): readonly Finding[] {
  if (visited.kind === "failed") {
    const says = `the channels in which personas live could not be looked at: ${visited.why}`;
    return [{ kind: "wrong", what, says, mend: "run the doctor again in a minute" }];
  }
  const { channels, faceless } = visited;
  const lacking = channels.filter(({ lacks }) => lacks.length > 0);
  const faces = faceless.map((says): Finding => ({ kind: "note", what, says }));
  if (channels.length === 0) {
    const says = "personas live in no channel yet: /setup there puts one into a channel, in three choices";
    return [{ kind: "note", what, says }, ...faces];
  }
  const count = channels.length === 1 ? "1 channel" : `${channels.length} channels`;
  const fine = `personas live in ${count}, and in ${channels.length - lacking.length} of them the bot may do all it needs`;
  const wrong = lacking.slice(0, SHOWN_MAX).map(({ name, lacks }): Finding => {
    const says = `in ${name} the bot lacks ${listed(lacks)}`;
    const mend = "open the channel's settings on Discord, Permissions, and switch that on for the bot's role";
    return { kind: "wrong", what, says, mend };
  });
  const rest = lacking.length - wrong.length;
  const more: readonly Finding[] = rest > 0 ? [{ kind: "note", what, says: `so it is in ${rest} more channels` }] : [];
  return [{ kind: lacking.length === 0 ? "fine" : "note", what, says: fine }, ...wrong, ...more, ...faces];
}

function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? "";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
}
