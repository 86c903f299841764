// The solver that always has a word for people: it says, in the persona's way, that it has no answer.
import type { PersonaId } from "../domain/ids.ts";
import { replaceMacros } from "../domain/macros.ts";
import type { Message } from "../domain/message.ts";
import type { Persona } from "../domain/persona.ts";
import { spokenName } from "../domain/spoken-name.ts";
import type { Language } from "../domain/language.ts";
import { languageOf } from "../domain/language.ts";
import type { Solver, SolverChunk, SolverKind, SolverRequest } from "./solver.ts";

/** Declines when a person asked, by one of the persona's own lines (`knowledge: declines`) or else by a plain sentence in the person's language; stays silent when nobody did, because unasked silence is better than a failure. */
export function failureKind(): SolverKind {
  return { name: "failure", open: async (persona) => solverFor(persona) };
}

function solverFor(persona: Persona): Solver {
  return {
    name: "failure",
    model: null,
    readiness: () => ({ kind: "free" }),
    solve: (request) => decline(request, persona),
  };
}

async function* decline(request: SolverRequest, persona: Persona): AsyncGenerator<SolverChunk> {
  const { act, heard } = request;
  if (act !== "answer" || heard === null) return;
  const names = { char: persona.name, user: spokenName(heard.author.name) };
  const own = persona.character.knowledge.declines.map((line) => replaceMacros(line, names).trim());
  const lines = own.filter((line) => line !== "");
  const choice = lines.length > 0 ? lines : PLAIN[languageOf(heard.text)];
  const unused = notSaidLately(choice, persona.id, await request.recent());
  const at = Math.floor(request.chance("decline") * unused.length);
  const text = unused[at];
  if (text === undefined) return;
  yield { kind: "matched", what: lines.length > 0 ? "the persona's own declines" : "the house's plain sentences" };
  yield { kind: "text", text };
}

/** The lines that the persona has not said among its recent messages; when it has said all of them, all but the last one it said. */
function notSaidLately(lines: readonly string[], persona: PersonaId, recent: readonly Message[]): readonly string[] {
  const said = recent.flatMap((message) => (message.spoken?.persona === persona ? [message.text.trim()] : []));
  const fresh = lines.filter((line) => !said.includes(line));
  if (fresh.length > 0) return fresh;
  const last = said.findLast((text) => lines.includes(text));
  const others = lines.filter((line) => line !== last);
  return others.length > 0 ? others : lines;
}

// Plain on purpose: true of any persona, and nothing that a model's answer could be mistaken for.
const PLAIN = {
  en: ["I have no answer to that, sorry.", "Sorry, that is one I cannot answer.", "I do not know what to say to that."],
  de: ["Darauf habe ich leider keine Antwort.", "Das kann ich leider nicht beantworten."],
  fr: ["Je n'ai pas de réponse à cela, désolé.", "Je ne sais pas quoi répondre à cela."],
  es: ["No tengo respuesta para eso, lo siento.", "No sé qué responder a eso."],
  it: ["Non ho una risposta a questo, mi dispiace.", "Non so cosa rispondere."],
  pt: ["Não tenho resposta para isso, desculpe.", "Não sei o que responder a isso."],
  nl: ["Daar heb ik helaas geen antwoord op.", "Dat kan ik helaas niet beantwoorden."],
  ru: ["К сожалению, у меня нет на это ответа.", "Не знаю, что на это ответить."],
  uk: ["На жаль, у мене немає на це відповіді.", "Не знаю, що на це відповісти."],
  el: ["Δυστυχώς δεν έχω απάντηση σε αυτό.", "Δεν ξέρω τι να απαντήσω σε αυτό."],
  ja: ["すみません、それには答えられません。", "それについては分かりません。"],
  zh: ["抱歉，这个我回答不了。", "这个我不知道怎么回答。"],
  ko: ["죄송하지만 그건 대답할 수 없어요.", "그건 뭐라고 답해야 할지 모르겠어요."],
  ar: ["آسف، ليس لدي جواب على ذلك.", "لا أعرف بماذا أجيب على ذلك."],
  he: ["מצטער, אין לי תשובה על זה.", "אני לא יודע מה לענות על זה."],
  hi: ["क्षमा करें, मेरे पास इसका उत्तर नहीं है।", "मुझे नहीं पता कि इस पर क्या कहूँ।"],
} as const satisfies Readonly<Record<Language, readonly string[]>>;
