// Gathers what the director must know of a channel before it decides.
import type { MessageId, PersonaId } from "../domain/ids.ts";
import type { Message } from "../domain/message.ts";
import type { NameMatcher } from "../domain/names.ts";
import type { Stop } from "../domain/stop-word.ts";
import { stopIn } from "../domain/stop-word.ts";
import type { Lease, Work } from "../store/store.ts";
import { namesOf } from "./cast-names.ts";
import { chainDepths } from "./chain-depth.ts";
import type { Room } from "./directing.ts";
import type { EngineHouse } from "./house.ts";
import type { RoomFacts } from "./rooms.ts";
import { closedIn, isSame, restIn, talkativenessIn } from "./rooms.ts";
import type { Speakers } from "./strategy.ts";
import { speakersOf } from "./strategy.ts";

// Enough of what stands before a bot's message to be deeper than any brake lets a chain grow, and to hold who spoke last.
const BEFORE_MAX = 30;

/** What the director must know to direct `work`. A person's "stop" among it is stored before anything is decided, so that it holds whatever happens then. */
export async function gatherRoom(house: EngineHouse, lease: Lease, work: Work): Promise<Room> {
  const facts = await house.rooms.of(lease.channel);
  const cast = facts.cast.map((member) => member.persona);
  const names = namesOf(cast);
  const repliedTo = await repliedToBy(house, work.undirected);
  const stops = await heedStops(house, lease, { work, facts, names, repliedTo });
  return {
    cast,
    residents: facts.residents,
    // Whoever speaks where a scene plays joins in, and is answered.
    unnamed: work.scenes.some(({ state }) => state.kind === "running") ? "answered" : work.unnamed,
    names,
    repliedTo,
    part: (persona) => ({
      strategy: facts.settingsOf(persona.id).strategy,
      talkativeness: talkativenessIn(facts, persona),
    }),
    speakers: await speakersBefore(house, lease, work, facts),
    bots: facts.settings.bots,
    closed: closedIn(facts),
    rest: stops.size > 0 ? "stopped" : restIn(facts, house.clock.now()),
    stops,
    depthOf: await depthsOf(house, lease, work, facts),
    chance: house.chance,
  };
}

interface Gathered {
  readonly work: Work;
  readonly facts: RoomFacts;
  readonly names: NameMatcher;
  readonly repliedTo: ReadonlyMap<MessageId, Message>;
}

/** Stops the channel where a person says so, and finds who is to say that it was heard: the persona that was meant, else the one who spoke last. Told again while it is stopped, everybody is silent. */
async function heedStops(house: EngineHouse, lease: Lease, gathered: Gathered): Promise<Room["stops"]> {
  const stops = new Map<MessageId, PersonaId | null>();
  const { work, facts, names, repliedTo } = gathered;
  // The pages and the terminal have switches of their own, and nobody could ever say "go on" there.
  if (facts.residents === "everyone") return stops;
  for (const message of work.undirected) {
    const { asks } = message;
    const isHeard = facts.residents === "bound" || message.toHouse || work.unnamed === "answered" || asks !== null;
    const stop = message.author.kind === "person" && isHeard ? stopOf(message, names) : null;
    if (stop === null) continue;
    const { author } = message;
    const now = house.clock.now();
    const isNew = await house.store.registry.stop(lease.channel, { id: author.id, name: author.name }, now);
    const post = message.replyTo === null ? undefined : repliedTo.get(message.replyTo);
    const meant = stop.persona ?? residentOf(facts, post);
    // Whoever gave a command is told each time.
    const speaker = isNew ? (meant ?? (await lastSpeaker(house, lease, facts))) : null;
    stops.set(message.id, asks ?? speaker);
  }
  return stops;
}

// The house's own name, as somebody mentions it.
const MENTION = /@[^\s@]{1,40}/u;

/** Where the house itself is spoken to, its name may stand beside the word. */
function stopOf(message: Message, names: NameMatcher): Stop | null {
  const stop = stopIn(message.text, names);
  return stop === null && message.toHouse ? stopIn(message.text.replace(MENTION, ""), names) : stop;
}

/** The persona of the cast that said `message`, if one did. */
function residentOf(facts: RoomFacts, message: Message | undefined): PersonaId | null {
  const persona = message?.spoken?.persona;
  if (persona === undefined) return null;
  return facts.cast.find((member) => isSame(member.persona.id, persona))?.persona.id ?? null;
}

async function lastSpeaker(house: EngineHouse, lease: Lease, facts: RoomFacts): Promise<PersonaId | null> {
  const recent = await house.store.recentMessages(lease.channel, null, BEFORE_MAX);
  return residentOf(
    facts,
    recent.findLast((message) => residentOf(facts, message) !== null),
  );
}

// Long enough to find who spoke last, and who has spoken since a person did, however many take part.
const SPEAKERS_MAX = 60;

/** Who spoke before what is new, and who is about to; read only where somebody takes part in turn. */
async function speakersBefore(house: EngineHouse, lease: Lease, work: Work, facts: RoomFacts): Promise<Speakers> {
  const [first] = work.undirected;
  // Where everyone lives nothing can be set, and one alone is always next.
  if (facts.residents !== "bound" || work.undirected.every((message) => message.spoken !== null)) return [];
  const strategies = facts.cast.map((member) => facts.settingsOf(member.persona.id).strategy);
  if (first === undefined || !strategies.some((each) => each === "list" || each === "pooled")) return [];
  const before = await house.store.recentMessages(lease.channel, first.seq - 1, SPEAKERS_MAX);
  const said = new Set(before.flatMap(({ spoken }) => spoken?.turn ?? []));
  const coming = work.turns.filter((turn) => !said.has(turn.id));
  return [...speakersOf(before), ...coming.map((turn) => turn.persona)];
}

const noDepth = (message: Message): number => message.depth;

async function depthsOf(house: EngineHouse, lease: Lease, work: Work, facts: RoomFacts): Promise<Room["depthOf"]> {
  const isAsked = facts.settings.bots !== "off" && work.undirected.some((message) => message.author.kind === "bot");
  if (!isAsked) return noDepth;
  const last = work.undirected.at(-1)?.seq ?? null;
  const recent = await house.store.recentMessages(lease.channel, last, work.undirected.length + BEFORE_MAX);
  const depths = chainDepths(recent);
  return (message) => depths.get(message.id) ?? message.depth;
}

async function repliedToBy(house: EngineHouse, messages: readonly Message[]): Promise<ReadonlyMap<MessageId, Message>> {
  const known = new Map(messages.map((message) => [message.id, message]));
  const found = new Map<MessageId, Message>();
  for (const { replyTo } of messages) {
    if (replyTo === null || found.has(replyTo)) continue;
    const original = known.get(replyTo) ?? (await house.store.message(replyTo));
    if (original !== null) found.set(replyTo, original);
  }
  return found;
}
