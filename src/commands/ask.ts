// Asking a persona by a command: it answers in the channel like anyone's question, or the asker alone.
import type { Clock } from "../clock.ts";
import type { AuthorId } from "../domain/ids.ts";
import { askedId, handleOf, platformOf, turnId } from "../domain/ids.ts";
import type { Arrival, Message } from "../domain/message.ts";
import { cleanText } from "../domain/message.ts";
import type { Asides } from "../engine/asides.ts";
import { readBefore } from "../engine/before.ts";
import { whyNoModel } from "../engine/notices.ts";
import { replyText } from "../engine/reply-text.ts";
import type { RoomFacts } from "../engine/rooms.ts";
import type { CountTokens } from "../memory/memory.ts";
import type { Member } from "../personas/personas.ts";
import type { Store } from "../store/store.ts";
import { needAskable } from "./askable.ts";
import type { Asked, Command } from "./asked.ts";
import { neededPersona, optionIn, personaOption, plain, shape, wrong } from "./asked.ts";
import type { Answer, Option } from "./command.ts";
import { textAnswer } from "./command.ts";
import type { QuotaHouse } from "./quota.ts";
import { needQuota } from "./quota.ts";
import { english } from "./words-en.ts";

/** What asking needs beside what all commands do. */
export interface AskHouse extends QuotaHouse {
  readonly store: Pick<Store, "message" | "recentMessages"> & QuotaHouse["store"];
  /** Where what people say comes in. */
  readonly hear: (arrival: Arrival) => Promise<unknown>;
  readonly asides: Pick<Asides, "think">;
  readonly countTokens: CountTokens;
  readonly clock: Clock;
}

/** Who is being answered privately now. */
type UnderWay = Set<AuthorId>;

// Each waits for a model: more of them at once would hold up the house's own talk.
const PRIVATE_AT_ONCE = 16;

// What scripts look back on so as not to repeat anybody, as in a turn.
const SCRIPT_RECENT_MAX = 60;

async function ask(asked: Asked, house: AskHouse, underWay: UnderWay): Promise<Answer> {
  const member = neededPersona(asked);
  const { say } = asked.words;
  const text = cleanText(optionIn(asked, "text") ?? "");
  if (text === "") throw wrong(asked, "text", say.aQuestion, undefined);
  const room = await needAskable(asked, member);
  const arrival = arrivalOf(asked, house, { member, text });
  if (optionIn(asked, "privately") === "on") return askPrivately(asked, house, { member, arrival, room, underWay });
  await house.hear(arrival);
  return { kind: "spoken", text: say.answersSoon(plain(member.persona.name)) };
}

/** The same for each delivery of one command, so that it is stored once. */
function arrivalOf(
  { invocation }: Asked,
  { clock }: AskHouse,
  { member, text }: { readonly member: Member; readonly text: string },
): Arrival {
  const { by, place, id } = invocation;
  return {
    id: askedId(platformOf(place.channel), id),
    place,
    author: { id: by.id, kind: "person", name: by.name },
    text,
    images: [],
    toHouse: false,
    asks: member.persona.id,
    replyTo: null,
    createdAt: clock.now(),
  };
}

/** Nothing of it is kept: neither the question nor the answer is in anybody's memory afterwards, and nobody else sees either. */
async function askPrivately(
  asked: Asked,
  house: AskHouse,
  at: { readonly member: Member; readonly arrival: Arrival; readonly room: RoomFacts; readonly underWay: UnderWay },
): Promise<Answer> {
  const { member, arrival, room, underWay } = at;
  const { store, asides, countTokens } = house;
  const { by, place } = asked.invocation;
  const { say } = asked.words;
  if (underWay.has(by.id)) return textAnswer("private", say.onePrivately);
  if (underWay.size >= PRIVATE_AT_ONCE) return textAnswer("private", say.manyPrivately);
  await needQuota(asked, house);
  underWay.add(by.id);
  try {
    const settings = room.settingsOf(member.persona.id);
    const trigger: Message = { ...questionOf(arrival), tokens: countTokens(arrival.text) };
    const { channel } = place;
    const said = await store.recentMessages(channel, null, SCRIPT_RECENT_MAX);
    const solved = await asides.think({
      id: turnId(trigger.id, member.persona.id),
      member,
      act: "answer",
      trigger,
      recent: await readBefore(store, { channel, throughSeq: null, window: settings.window, room, trigger }),
      said,
      settings,
      channel,
      room,
      cast: [...new Set([...room.cast, member])].map(({ persona }) => persona.name),
      draw: "private",
    });
    const names = [member.persona.name, handleOf(member.persona.id)];
    const reply = solved.text === null ? "" : replyText(solved.text, names);
    const told = reply === "" ? say.noAnswerNow(whyNoModel(solved)) : reply;
    return textAnswer("private", say.toYouAlone(plain(member.persona.name), told));
  } finally {
    underWay.delete(by.id);
  }
}

/** A question as if it stood in the channel's memory, where it never does. */
function questionOf({ id, place, author, text, images, toHouse, asks, replyTo, createdAt }: Arrival): Message {
  const said = { id, channel: place.channel, author, text, images, toHouse, asks, replyTo, createdAt };
  return { ...said, seq: 0, conversation: id, depth: 0, tokens: 0, spoken: null };
}

const TEXT: Option = { name: "text", summary: english.options.question, kind: "text", isRequired: true, choices: [] };
const PRIVATELY: Option = {
  name: "privately",
  summary: english.options.privately,
  kind: "switch",
  isRequired: false,
  choices: [],
};

/** What people can ask a persona. */
export function askCommands(house: AskHouse): readonly Command[] {
  const underWay: UnderWay = new Set();
  const { options, summaries } = english;
  return [
    {
      offered: "by-name",
      answersWith: "text",
      shape: shape(["ask"], summaries.ask, { options: [personaOption(options.whom, "required"), TEXT, PRIVATELY] }),
      run: (asked) => ask(asked, house, underWay),
    },
  ];
}
