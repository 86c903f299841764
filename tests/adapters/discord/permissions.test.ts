// What somebody may do, as Discord documents it and as the fake holds it.
import { OverwriteType } from "discord.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Overwrite } from "../../../src/adapters/discord/permissions.ts";
import {
  guildOf,
  may,
  memberOf,
  overwritesOf,
  PERMISSIONS,
  rightsIn,
} from "../../../src/adapters/discord/permissions.ts";
import { guildShape } from "../../fakes/discord/guild-shapes.ts";
import { channelPermissions } from "../../fakes/discord/permissions.ts";
import { fakeDiscord } from "./rig.ts";

const ALL = Object.values(PERMISSIONS).reduce((all, bit) => all | bit, 0n);
const { viewChannel, sendMessages, attachFiles, embedLinks } = PERMISSIONS;

const role = (id: string, ...bits: readonly bigint[]) => [id, bits.reduce((all, bit) => all | bit, 0n)] as const;
const guild = {
  id: "1",
  owner: "9",
  roles: new Map([
    role("1", viewChannel, sendMessages, attachFiles),
    role("2", embedLinks),
    role("3", PERMISSIONS.administrator),
  ]),
};
const over = (id: string, of: Overwrite["of"], allow: bigint, deny: bigint): Overwrite => ({ id, of, allow, deny });
const tom = { user: "7", roles: ["2"] };

test("roles add up; the owner and who administers may do everything, whatever a channel takes", () => {
  expect(rightsIn(guild, tom, [])).toBe(viewChannel | sendMessages | attachFiles | embedLinks);
  const taken = [over("1", "role", 0n, ALL), over("7", "member", 0n, ALL), over("9", "member", 0n, ALL)];
  expect(rightsIn(guild, { user: "9", roles: [] }, taken)).toBe(ALL);
  expect(rightsIn(guild, { user: "7", roles: ["3"] }, taken)).toBe(ALL);
});

test("what a channel takes from everyone a role gives back, and what is said of the person comes last", () => {
  const everyone = over("1", "role", 0n, sendMessages);
  expect(may(rightsIn(guild, tom, [everyone]), "sendMessages")).toBe(false);
  const given = [over("2", "role", sendMessages, 0n), everyone];
  expect(may(rightsIn(guild, tom, given), "sendMessages")).toBe(true);
  expect(may(rightsIn(guild, tom, [...given, over("7", "member", 0n, sendMessages)]), "sendMessages")).toBe(false);
  expect(may(rightsIn(guild, tom, [over("8", "member", 0n, sendMessages)]), "sendMessages")).toBe(true);
});

test("who does not see a channel may do nothing there, and who may not send can neither embed nor attach", () => {
  expect(rightsIn(guild, tom, [over("1", "role", 0n, viewChannel)])).toBe(0n);
  expect(rightsIn(guild, tom, [over("1", "role", 0n, sendMessages)])).toBe(viewChannel);
});

test("whatever overwrites there are, it comes to the same as at Discord", async () => {
  const fake = await fakeDiscord();
  const server = fake.guild("Tea House");
  const channel = fake.channel(server, "general");
  const who = fake.member(server, "Tom");
  fake.role(server, "Regulars", { members: [who] });
  const strangers = fake.role(server, "Strangers");
  const record = fake.books.guild(server.id);
  const raw = guildShape(record);
  const roles = record.members.get(who.id)?.roles ?? [];
  const member = memberOf({ user: { id: who.id }, roles });
  const read = guildOf(raw);
  if (member === null || read === null) throw new Error("nobody there");
  const bits = fc.bigInt({ min: 0n, max: ALL }).map((mask) => mask & ALL);
  const id = fc.constantFrom(server.id, who.id, strangers.id, ...roles);
  const one = fc.record({ id, allow: bits, deny: bits });
  fc.assert(
    fc.property(fc.uniqueArray(one, { selector: (each) => each.id, maxLength: 5 }), (list) => {
      const overwrites = list.map((each) => ({
        ...each,
        type: each.id === who.id ? OverwriteType.Member : OverwriteType.Role,
      }));
      const set = { ...fake.books.channel(channel.id), overwrites };
      const theirs = channelPermissions(fake.books, set, who.id) & ALL;
      const shaped = {
        permission_overwrites: overwrites.map((each) => ({
          ...each,
          allow: String(each.allow),
          deny: String(each.deny),
        })),
      };
      const sees = (theirs & viewChannel) !== 0n;
      const sends = (theirs & sendMessages) !== 0n;
      const held = sees ? (sends ? theirs : theirs & ~(attachFiles | embedLinks)) : 0n;
      expect(rightsIn(read, member, overwritesOf(shaped)) & ALL).toBe(held);
    }),
  );
});
