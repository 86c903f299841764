// Colours: each name's own, and inks of it that can be read in light and dark.
import { hash } from "node:crypto";
import type { Persona } from "../domain/persona.ts";

type Rgb = readonly [number, number, number];

// The grounds that text stands on, from static/troupe.css: the less favourable of page and card in each scheme.
const LIGHT_GROUND: Rgb = [0xf6, 0xf1, 0xe9];
const DARK_GROUND: Rgb = [0x24, 0x20, 0x2c];

// WCAG 2.2, "Contrast (Minimum)": 4.5 to 1 for text.
const CONTRAST_MIN = 4.5;

/** The colour of a name: `#` and the first six hex digits of its MD5. */
export function colourOf(name: string): string {
  return `#${hash("md5", name).slice(0, 6)}`;
}

/** The name's colour for text, darkened on light ground and lightened on dark until it can be read. */
export function inksOf(colour: string): { readonly light: string; readonly dark: string } {
  const own = rgbOf(colour);
  return {
    light: hexOf(mixUntilRead(own, [0, 0, 0], LIGHT_GROUND)),
    dark: hexOf(mixUntilRead(own, [255, 255, 255], DARK_GROUND)),
  };
}

/** A pale shade of the colour, as the ground of a drawing in black. */
export function paleOf(colour: string): string {
  return hexOf(mix(rgbOf(colour), [255, 255, 255], 0.62));
}

/** Black or white, whichever reads better on the colour. */
export function onColour(colour: string): string {
  const own = rgbOf(colour);
  return contrast(own, [255, 255, 255]) >= contrast(own, [0, 0, 0]) ? "#ffffff" : "#000000";
}

/** How far apart two colours are, from 1 to 21 (WCAG 2.2, "contrast ratio"). */
export function contrastOf(one: string, other: string): number {
  return contrast(rgbOf(one), rgbOf(other));
}

/** The style sheet that gives each persona its colours: `.c-<handle>`. Handles are letters, digits, hyphens and underscores. */
export function colourSheet(personas: readonly Persona[]): string {
  const rows = personas.map(({ id, name }) => {
    const own = colourOf(name);
    const { light, dark } = inksOf(own);
    return `.c-${id}{--own:${own};--ink:light-dark(${light},${dark})}\n`;
  });
  return rows.join("");
}

function mixUntilRead(own: Rgb, toward: Rgb, ground: Rgb): Rgb {
  for (let share = 0; share < 1; share += 0.05) {
    const ink = mix(own, toward, share);
    if (contrast(ink, ground) >= CONTRAST_MIN) return ink;
  }
  return toward;
}

function mix(one: Rgb, other: Rgb, share: number): Rgb {
  const at = (index: 0 | 1 | 2): number => Math.round(one[index] * (1 - share) + other[index] * share);
  return [at(0), at(1), at(2)];
}

function contrast(one: Rgb, other: Rgb): number {
  const [high, low] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05);
}

function luminance([red, green, blue]: Rgb): number {
  const linear = (value: number): number => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

function rgbOf(hex: string): Rgb {
  const at = (from: number): number => Number.parseInt(hex.slice(from, from + 2), 16);
  return [at(1), at(3), at(5)];
}

function hexOf(rgb: Rgb): string {
  return `#${rgb.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}
