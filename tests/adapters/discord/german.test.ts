// A server whose people speak German: from the welcome to the menu of a post everything is said in German, by the whole house.
import { expect, test } from "vitest";
import { fakeDiscord } from "./rig.ts";
import { openHouseOn } from "./whole-house.ts";

/** A house on the Discord of a German server, with Mira, who manages its channels, and Tom, who does not. */
async function openTeahouse() {
  const fake = await fakeDiscord({ limits: { faster: 50 } });
  const guild = fake.guild("Teehaus", { bot: "not yet", locale: "de" });
  const lobby = fake.channel(guild, "diele");
  await openHouseOn(fake);
  fake.invite(guild);
  fake.member(guild, "Mira", { may: ["ManageChannels"] });
  fake.member(guild, "Tom");
  for (const name of ["Mira", "Tom"]) fake.hasClientIn(name, "de");
  const welcome = await fake.until(() => fake.messages(lobby)[0]);
  const command = async (who: string, name: string, options: Parameters<typeof fake.command>[3] = {}) =>
    (await fake.command(lobby, who, name, options, { even: "if hidden" }).said()).text;
  return { fake, lobby, welcome, command };
}

test("setting up, settings, help and stop are German where the clients are", async () => {
  const { fake, lobby, welcome, command } = await openTeahouse();
  expect(welcome.text).toContain("Hallo! Ich bringe Personas mit");
  const where = await fake.press(welcome, "Mira", "Einrichten").said();
  expect(where.text).toBe("**1 von 3.** Wo soll eine Persona leben?");
  expect(await command("Mira", "persona add", { persona: "ada" })).toBe(
    "**Ada** lebt jetzt in diesem Kanal und antwortet nur, wenn der Name fällt. Wie soll sich Ada beteiligen?",
  );
  const added = fake.messages(lobby).findLast(({ text }) => text.includes("lebt jetzt"));
  expect(added?.controls.map(({ label }) => label)).toEqual(["Nur auf den Namen", "Ab und zu", "Lebhaft"]);
  expect(await command("Mira", "settings set", { setting: "window", value: "10" })).toBe(
    "**window** ist jetzt `10` in diesem Kanal. /einstellungen zurücknehmen macht das ungeschehen.",
  );
  expect(await command("Mira", "settings set", { setting: "window", value: "viele" })).toBe(
    '/einstellungen ändern: window: erwartet: eine Zahl von 1 bis 100; bekommen: "viele"',
  );
  expect(await command("Tom", "settings show", { setting: "window" })).toMatch(
    /^wie viele der letzten Nachrichten eine Persona vor sich hat\n- \*\*window\*\*: `10` · gesetzt für alle in diesem Kanal von Mira, \d{4}-\d\d-\d\d\nMöglich ist: eine Zahl von 1 bis 100\.$/u,
  );
  expect(await command("Mira", "settings history")).toMatch(
    /^Was geändert wurde, das Neueste zuerst \(Zeiten in UTC\):\n- .* Mira: einstellungen ändern window nicht gesetzt → `10` \(dieser Kanal\)\n- .* Mira: persona holen ada \(dieser Kanal\)$/u,
  );
  const help = await command("Tom", "help");
  expect(help).toContain("`/persona holen` Eine Persona hierher holen");
  expect(await command("Tom", "stop")).toBe(
    "Tom hat das Reden der Personas in diesem Kanal beendet. Menschen antworten sie weiter; /weiter lässt sie wieder reden.",
  );
  expect(await command("Tom", "resume")).toContain("Das kann nur, wer hier die Rechte zum Verwalten hat");
});

/** A command, a subcommand, an option or a choice, as Discord has it. */
interface Node {
  readonly name: string;
  readonly name_localizations?: Readonly<Record<string, string>> | null;
  readonly description?: string;
  readonly description_localizations?: Readonly<Record<string, string>> | null;
  readonly options?: readonly Node[];
  readonly choices?: readonly Node[];
}

test("every command of the house is registered in German, within what Discord takes", async () => {
  const { fake } = await openTeahouse();
  const look = (node: Node, path: string): void => {
    const said = `${path} ${node.name}`;
    const name = node.name_localizations?.["de"];
    expect(name, said).toBeDefined();
    if (node.description !== undefined && node.description !== "") {
      // "Application Command Naming": lower case where there is one, without spaces.
      expect(name, said).toMatch(/^[-_\p{Ll}\p{N}]{1,32}$/u);
      expect(node.description_localizations?.["de"], said).toMatch(/^.{1,100}$/u);
    }
    for (const inner of [node.options ?? [], node.choices ?? []]) {
      const names = inner.map((each) => each.name_localizations?.["de"]);
      expect(new Set(names).size, said).toBe(names.length);
      for (const each of inner) look(each, said);
    }
  };
  const commands = fake.books.commands as unknown as readonly Node[];
  expect(commands.length).toBeGreaterThan(10);
  look({ name: "", name_localizations: { de: "" }, options: commands }, "");
});

test("the menu of a post is German, and what it answers", async () => {
  const { fake, lobby, command } = await openTeahouse();
  await command("Mira", "persona add", { persona: "ada" });
  fake.say(lobby, "Tom", "Ada, wer bist du?");
  const post = await fake.until(() => fake.messages(lobby).find(({ author }) => author === "Ada"));
  const menu = async (label: string) => fake.messageMenu(post, "Tom", label).said();
  expect((await menu("Why?")).text).toMatch(
    /^Ada wurde genannt: Im Text steht „Ada“\.\nEs ist eine Antwort auf Tom\.\nEs kam von /u,
  );
  expect((await menu("About")).text).toContain("eine Persona (ada) und eine KI: Kein Mensch hat das geschrieben.");
  const panel = await menu("Edit or delete");
  expect(panel.controls.map(({ label }) => label)).toEqual(["Bearbeiten", "Löschen"]);
  const opened = fake.press(panel, "Tom", "Bearbeiten");
  const form = await opened.answered();
  expect(form.kind === "modal" && form.modal).toMatchObject({
    title: "Was Ada gesagt hat",
    fields: [{ label: "Text" }],
  });
  const changed = await fake.fill(opened, { Text: "Ich bin Ada." }).said();
  expect(changed.text).toBe("Dort steht jetzt Fassung 2/2.");
  expect((await menu("Why?")).text).toContain("Der Text wurde von Hand geändert");
  expect((await menu("Continue")).text).toBe("Ada redet gleich hier weiter.");
});
