// Every word of the commands in English: the language in which all of them are there.
import type { RoomSettingName } from "../domain/settings.ts";
import { ROOM_SETTINGS } from "../domain/settings.ts";
import { budgetInEnglish } from "./words-budget-en.ts";
import { postsInEnglish } from "./words-posts-en.ts";
import { scenesInEnglish } from "./words-scenes-en.ts";

/** A place as sentences take it: by its name, and as where something is. */
export interface Somewhere {
  readonly name: string;
  readonly at: string;
}

/** What `field` says of each setting. */
function ofSettings(field: "expected" | "meaning"): Readonly<Record<RoomSettingName, string>> {
  const texts = Object.entries(ROOM_SETTINGS).map(([name, setting]) => [name, setting[field]]);
  // Each text has the name of its own setting.
  return Object.fromEntries(texts) as Record<RoomSettingName, string>;
}

const all = {
  /** What each command, and each group of them, is for, by its path. */
  summaries: {
    help: "What can be asked of the house, and how",
    persona: "Who lives here",
    "persona add": "Put a persona here, so that it lives in this place",
    "persona copy": "Make a character like another one",
    "persona create": "Make a new character, which can then be put anywhere here",
    "persona created": "A new character, as the form says",
    "persona delete": "Delete a character itself, wherever it lives here",
    "persona edit": "Change a part of a character; one of the house's is copied first",
    "persona edited": "A character, as the form says",
    "persona export": "A character as a file",
    "persona import": "Make a character from a file",
    "persona list": "Who lives here, and who could",
    "persona part": "How a persona takes part",
    "persona remove": "Take a persona from here; the character itself stays",
    "persona restore": "Bring a deleted character back, within 30 days",
    "persona show": "Who a persona is",
    post: "What a persona said",
    privacy: "What is kept of you",
    "privacy export": "Everything that is kept of you, as a file",
    "privacy forget-me": "Forget everything that you said, for good",
    "privacy opt-in": "Let personas hear you again",
    "privacy opt-out": "Keep nothing that you say, and forget what you said",
    resume: "Let personas here talk among themselves again",
    settings: "How personas behave here",
    "settings history": "Who changed what here",
    "settings reset": "Take a setting back, so that it is as it usually is",
    "settings set": "Change a setting",
    "settings show": "What holds here, who set it, and whom it binds",
    "settings undo": "Take the last change here back",
    setup: "Put a persona into a channel, step by step",
    stop: "Personas here stop talking among themselves; they still answer people",
    ...postsInEnglish.summaries,
    ...budgetInEnglish.summaries,
    ...scenesInEnglish.summaries,
  },

  /** What each option takes. */
  options: {
    channel: "Which channel; you choose below if you say nothing",
    copyName: "What the copy is called",
    file: "A persona as YAML or OVOS JSON",
    forThisAlone: "For this persona alone",
    format: "As which file",
    how: "How it takes part",
    part: "Which part of the character",
    setting: "Which setting",
    sure: "Do it without asking again",
    value: "The new value",
    where: "This channel (if you say nothing), this thread, or the whole workspace",
    which: "Who was deleted",
    who: "Who",
    whom: "Whom",
    ...postsInEnglish.options,
    ...budgetInEnglish.options,
    ...scenesInEnglish.options,
  },

  /** What people choose from, and what stands on buttons. */
  choices: {
    named: "Only when named",
    sometimes: "Now and then",
    lively: "Lively",
    yaml: "YAML, the house's own",
    ovos: "OVOS JSON",
    channel: "channel",
    thread: "thread",
    workspace: "workspace",
    "part name": "Name",
    "part who": "Who it is",
    "part talk": "How it talks",
    "part knowledge": "What it knows",
    "part aims": "What it wants",
    "part prompt": "Instructions for the model",
    "part avatar": "Picture",
    setUp: "Set up",
    anotherOne: "Set up another",
    openAgain: "Open the form again",
    forgetEverything: "Forget everything",
    ...postsInEnglish.choices,
    ...scenesInEnglish.choices,
  },

  /** Fields of forms. */
  fields: {
    newPersona: "A new persona",
    name: "Name",
    aliases: "Other names that it answers to",
    emoji: "Emoji",
    who: "Who it is",
    whoHint: "Keeps the tea house at the end of the pier",
    line: "In one line",
    gender: "Gender",
    age: "Age",
    occupation: "Occupation",
    hobbies: "Hobbies",
    talk: "How it talks",
    talkHint: "One thing a line: unhurried, answers a question with tea first",
    traits: "What it is like",
    behaviours: "What it tends to do",
    replies: "Lines that are typical of it",
    greetings: "How it may open a conversation",
    knowsAndNot: "What it knows, and what it does not",
    knowsAndNotHint: "One thing a line; begin with NOT where it knows nothing",
    knows: "What it knows",
    outside: "What lies outside its knowledge",
    declines: "How it declines what lies outside",
    goals: "What it wants",
    skills: "What it can do",
    scenario: "The situation",
    system: "In place of the house's opening instruction",
    postHistory: "Said after the recent messages",
    picture: "Picture",
    pictureHint: "An address that begins with https://; empty: drawn from the name",
    oneALine: "One a line",
    ...postsInEnglish.fields,
  },

  /** What stands in commands, by the word that names it everywhere. A platform may show another word for it. What a form sends is called like what opened it. */
  names: {
    add: "add",
    channel: "channel",
    copy: "copy",
    create: "create",
    created: "create",
    delete: "delete",
    edit: "edit",
    edited: "edit",
    export: "export",
    file: "file",
    "forget-me": "forget-me",
    format: "format",
    help: "help",
    history: "history",
    how: "how",
    import: "import",
    list: "list",
    name: "name",
    "opt-in": "opt-in",
    "opt-out": "opt-out",
    part: "part",
    persona: "persona",
    privacy: "privacy",
    remove: "remove",
    reset: "reset",
    restore: "restore",
    resume: "resume",
    set: "set",
    setting: "setting",
    settings: "settings",
    setup: "setup",
    show: "show",
    stop: "stop",
    sure: "sure",
    undo: "undo",
    value: "value",
    where: "where",
    which: "which",
    ...postsInEnglish.names,
    ...budgetInEnglish.names,
    ...scenesInEnglish.names,
  },

  /** What each setting means, and what a right value looks like. */
  meanings: ofSettings("meaning"),
  expected: ofSettings("expected"),

  /** Places, as they are meant where the command was given; `word` is what the platform calls a workspace. */
  places: {
    thread: (): Somewhere => ({ name: "this thread", at: "in this thread" }),
    channel: (): Somewhere => ({ name: "this channel", at: "in this channel" }),
    conversation: (): Somewhere => ({ name: "this conversation", at: "in this conversation" }),
    workspace: (word: string): Somewhere => ({ name: `this ${word}`, at: `in this ${word}` }),
    house: (): Somewhere => ({ name: "the whole house", at: "in the whole house" }),
    platform: (): Somewhere => ({ name: "everywhere on this platform", at: "everywhere on this platform" }),
    other: (name: string): Somewhere => ({ name, at: `in ${name}` }),
  },

  /** Sentences and their parts. */
  say: {
    // Whatever the command.
    complaint: (where: string, field: string | null, expected: string, got: string) =>
      `${where}: ${field === null ? "" : `${field}: `}expected ${expected}, got ${got}`,
    nothing: "nothing",
    closing: "The house is just closing: please ask again in a moment.",
    fault: "That did not work: something is wrong in the house itself, and its log says what.",
    forgotten: "This is too old to be answered any more: please give the command anew.",
    tooLate: "That took too long to open: please ask once more.",
    inFile: "The answer is long: it is in the file.",
    fileLost: "The file could not be fetched: please send it again.",
    noCommand: (command: string) => `There is no command ${command} any more; /help names all there are.`,
    onlyWho: (what: string, command: string) => `Only those who may manage ${what} can do this: ${command}`,
    everyoneLives: "Everyone of the house lives here already, and nothing can be set up for this place alone.",
    needs: {
      text: "a text",
      persona: "the name of a persona",
      personas: "names of personas",
      scene: "the name of a scene",
      setting: "the name of a setting",
      value: "a value",
      choice: "a choice",
      channel: "a channel",
      switch: "on or off",
      file: "a file",
    },
    oneOf: (list: readonly string[]) => `one of ${list.join(", ")}`,
    charsMax: (max: number) => `at most ${max} characters`,
    soMany: (count: number) => `${count} of them`,
    aPersona: (names: readonly string[]) =>
      names.length === 0 ? "a persona; none lives in this house yet" : `a persona such as ${names.join(", ")}`,
    aThread: "a thread to be in",
    noThread: "none here",
    aReach: (word: string) => `channel, thread or ${word}`,
    noneHere: (word: string) => `${word}, and this is none`,
    anotherOne: "another one",
    aButton: "one of the buttons",

    // /help
    helpHead:
      "Personas are characters with a voice of their own; each is an AI. Say a persona's name, or reply to what it said, and it answers.",
    helpItself: "This page",
    helpFoot:
      "`/persona add` puts a persona here and `/persona remove` takes it from here: neither changes the character itself. Where a thread has personas of its own, they talk there and not those of its channel; so has a channel before everything around it.\n`/ask` asks whoever takes part here; those who may manage the channel can ask anyone. What is asked privately only you see, and nothing of it is remembered.\nAnyone can end the talk of personas among themselves: `/stop`, the word stop, or 🛑 on what they said.",
    rightChannel: " (for those who may manage the channel)",
    rightWorkspace: " (for those who may manage everything here)",

    // /persona: who lives here.
    lives: (name: string, at: string, when: "already" | "now") =>
      `**${name}** ${when === "now" ? "lives" : "lived"} ${at} ${when}`,
    takesPart: (lives: string, part: string, name: string) => `${lives} and ${part}. How should ${name} take part?`,
    nearestWins: (around: Somewhere, names: string, here: Somewhere) =>
      `Those of ${around.name} (${names}) no longer talk ${here.at}, which has personas of its own from now on.`,
    nearerTalk: (name: string, at: string, names: string) =>
      `Not ${at}, though: personas of its own live there (${names}), and only they talk. /persona add puts ${name} beside them.`,
    partChosen: (name: string, at: string, part: string, by: string) =>
      `**${name}** lives ${at} and ${part} (${by} said so).`,
    partNamed: "answers only when named",
    partSometimes: "joins in now and then",
    partLively: "joins in readily",
    partList: "answers in turn with the others",
    partPooled: "answers unless it has just spoken",
    partManual: "answers only when asked by /ask",
    partOther: (talkativeness: number) => `joins in with a talkativeness of ${talkativeness}`,
    livesNotHere: (name: string, at: string) => `${name} does not live ${at}.`,
    livesElsewhere: (name: string, at: string, elsewhere: string) =>
      `${name} does not live ${at}, but ${elsewhere}: say so with \`where\`.`,
    removed: (name: string, at: string) =>
      `**${name}** no longer lives ${at}. The character itself stays: /persona add brings it back.`,
    everyoneHere: "Everyone of the house lives here:",
    nobodyHere: "Nobody lives here yet: /persona add puts somebody here.",
    whoLives: "Who lives here:",
    whoElse: (names: string) => `Who could be added: ${names}`,
    goneFromHouse: (name: string) => `${name}, who is gone from the house`,
    bound: (title: string, part: string, at: string, by: string) => `${title}: ${part}; ${at} by ${by}`,
    isAi: (title: string) => `${title}, a persona and an AI`,
    alsoCalled: (names: string) => `Also called: ${names}`,
    speaks: (languages: string) => `Speaks: ${languages}`,
    notHere: "Does not live here.",
    livesIn: (places: string) => `Lives ${places}.`,
    hereTakesPart: (name: string, part: string) => `Here ${name} ${part}.`,

    // /setup
    welcome:
      "Hello! I bring personas: characters with a voice of their own, each of them an AI. Whoever may manage a channel here can put one into it: that takes three choices. `/help` says what else there is.",
    whichChannel: "**1 of 3.** Where is a persona to live?",
    whichChannelMenu: "Choose a channel",
    whichPersona: (at: string) => `**2 of 3.** Who is to live ${at}?`,
    whichPersonaMenu: "Choose a persona",
    morePersonas: (count: number) =>
      ` There are ${count} more than fit into the menu: /setup with the option persona takes any of them.`,
    howTakesPart: (name: string, at: string) => `**3 of 3.** How is **${name}** to take part ${at}?`,
    settledIn: (name: string, at: string, part: string) =>
      `Done: **${name}** lives ${at} and ${part}. Say the name there, and it answers. /settings show says what else can be set.`,
    saysHello: (name: string) => ` ${name} says hello there.`,
    channelGone: "a channel that is still there and that the bot sees",
    noPersonas: "There is no persona in this house yet: /persona create makes one.",

    parked: (channel: string) =>
      `Personas have been asked to speak in ${channel} three times, and this server does not let me: I leave the channel alone for ten minutes at a time. Give my role **View Channel**, **Send Messages** and **Manage Webhooks** there, or take the personas out with /persona remove. I say this once a day.`,

    // /settings
    thisPlace: "this place",
    personaHere: (name: string) => `${name} in this place`,
    whatHolds: (about: string) => `What holds for ${about}:`,
    takes: (expected: string) => `It takes ${expected}.`,
    unset: "unset",
    usual: "as usual, set by nobody",
    everyone: "everyone",
    setFor: (whom: string, at: string, by: string, day: string) => `set for ${whom} ${at} by ${by}, ${day}`,
    forAll: (name: string) => `nobody, since ${name} holds for all who live in a place`,
    forWhom: (name: string) => ` for ${name}`,
    isSet: (name: string, value: string, whom: string, at: string) => `**${name}** is \`${value}\`${whom} ${at} now.`,
    itWas: (value: string) => ` It was \`${value}\`.`,
    staysNearer: (value: string, source: string) => ` Here it stays \`${value}\`, which is ${source}.`,
    undoHint: " /settings undo takes it back.",
    wasNotSet: (name: string, whom: string, at: string) => `**${name}** was not set${whom} ${at}.`,
    isUnset: (name: string, whom: string, at: string, was: string) =>
      `**${name}** is no longer set${whom} ${at}; it was \`${was}\`.`,
    nothingChanged: "Nothing was changed here yet.",
    changes: "What was changed, the newest first (times are UTC):",
    takenBack: (what: string, by: string, time: string) =>
      `Taken back: ${what}, by ${by} at ${time} UTC. Doing it again takes back the change before it.`,
    nothingToUndo: "There is no change here that could be taken back.",

    // /stop and /resume
    stopped: (who: string, at: string) =>
      `${who} stopped the talk of personas ${at}. They still answer people; /resume lets them talk again.`,
    stoppedAlready: (at: string) => `The talk ${at} is stopped already; personas answer people only.`,
    stoppedAround: "The talk is stopped in the whole channel of this thread: /resume there lets it go on.",
    nothingStopped: (at: string) => `Nothing is stopped ${at}.`,
    resumed: (who: string, at: string) => `${who} lets personas talk ${at} again, as its settings say.`,

    // /privacy
    optedOut:
      "Done. From now on nothing that you say is kept or sent to a model, so personas do not answer you, and what you said before is forgotten. /privacy opt-in takes this back.",
    optedOutAlready: "You have opted out already: nothing that you say is kept or sent to a model.",
    optedIn: "Welcome back: personas hear and answer you again.",
    optedInAlready: "You had not opted out: personas hear you.",
    nothingKept: "Nothing that you said is kept.",
    allKept: (count: number) =>
      `Everything that you said and that is kept is in the file: ${count} ${count === 1 ? "message" : "messages"}.`,
    someKept: (count: number) =>
      `The first ${count} messages of yours that are kept are in the file; there are more than one file can hold.`,
    willForget:
      "Everything that you said will be forgotten everywhere, for good. Messages that stand in channels stay there.",
    forgot: (count: number) =>
      `Forgotten: ${count} ${count === 1 ? "message" : "messages"}. What you say from now on is kept again; /privacy opt-out changes that.`,

    // Characters themselves.
    belongsTo: (word: string) => `A character belongs to a ${word}: make and change it there.`,
    putHere: (name: string) => `Put ${name} here`,
    isMade: (name: string, word: string) => `**${name}** is there for this ${word}, and lives nowhere yet.`,
    editMore: " /persona edit says more about the character.",
    nothingEdited: (name: string) => `Nothing about **${name}** was changed.`,
    isEdited: (name: string) => `**${name}** is changed.`,
    isCopied: (word: string) => ` This ${word} has its own copy from now on; the house's own stays as it is.`,
    formMax: (max: number) =>
      `at most ${max} characters in a form; /persona export and /persona import take longer ones`,
    pictureNeeds: "an address that begins with https://",
    nameNeeds: "a name that can be seen",
    asOpened: "the character as it was when you opened the form",
    changedMeanwhile: "a change by somebody else meanwhile",
    isCopy: (name: string, of: string) => `**${name}** is a copy of ${of}, and lives nowhere yet.`,
    faceLost: " The picture stays with the original: /persona edit gives the copy one of its own, by its address.",
    ofTheHouse: (name: string, word: string) =>
      `${name} belongs to the house and cannot be deleted from a ${word}. /persona remove takes it from here.`,
    willDelete: (name: string, word: string) =>
      `**${name}** itself will be deleted and live nowhere in this ${word} any more. For 30 days /persona restore brings it back.`,
    willDeleteCopy: (name: string, word: string) =>
      `This ${word}'s own copy of **${name}** will be deleted, and the house's own takes its place. For 30 days /persona restore brings the copy back.`,
    deleteIt: (name: string) => `Delete ${name}`,
    isDeleted: (name: string) =>
      `**${name}** is deleted. For 30 days /persona restore brings it back; where it lived has to be said again.`,
    isDeletedCopy: (name: string, word: string) =>
      `This ${word}'s own copy of **${name}** is deleted, and the house's own takes its place. For 30 days /persona restore brings the copy back.`,
    restoreIt: (name: string) => `Restore ${name}`,
    nobodyDeleted: "Nobody was deleted here in the last 30 days.",
    whoDeleted: "Who was deleted in the last 30 days:",
    isBack: (name: string) => `**${name}** is back, and lives nowhere yet.`,
    isBackCopy: (name: string) => `**${name}** is back, in place of the house's own.`,
    asOvos: (name: string) => `**${name}** as an OVOS persona.`,
    asYaml: (name: string) => `**${name}**, to be kept or sent on; /persona import takes it in.`,
    ...postsInEnglish.say,
    ...budgetInEnglish.say,
    ...scenesInEnglish.say,
  },
};

export type Words = typeof all;

/** A language beside English; what it lacks is said in English, and what English lacks is a mistake. */
export type Translation = { readonly [Section in keyof Words]: Partial<Words[Section]> };

export const english: Words = all;
