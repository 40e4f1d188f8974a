// Measures each pair of text and ground in the tokens; below 4.5:1 (marks 3:1) the check fails.
import { readFile } from "node:fs/promises";

const file = new URL("../src/design/tokens.css", import.meta.url);
const GROUNDS = ["surface", "surface-2"];
const TEXTS = ["ink", "ink-2", "neutral", "red", "green", "warn", "bad", "good", "brand", "brand-2"];
const PAIRS = [
  ...TEXTS.flatMap((text) => GROUNDS.map((ground) => [text, ground, 4.5])),
  ...["ink", "ink-2"].map((text) => [text, "surface-3", 4.5]),
  ...["brand", "ink", "ink-2", "red", "green"].map((text) => [text, "brand-ground", 4.5]),
  ["warn", "warn-ground", 4.5],
  ["bad", "bad-ground", 4.5],
  ["ink", "bad-ground", 4.5],
  ["ink-2", "bad-ground", 4.5],
  ["brand", "bad-ground", 4.5],
  ["on-brand", "brand", 4.5],
  ["on-brand", "brand-2", 4.5],
  ["on-danger", "bad", 4.5],
  ["surface-2", "ink", 4.5],
  ...GROUNDS.flatMap((ground) => [["line-2", ground, 3], ["focus", ground, 3]]),
];

const channel = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);

export function luminance(hex) {
  const [r, g, b] = [1, 3, 5].map((at) => channel(Number.parseInt(hex.slice(at, at + 2), 16) / 255));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

export function contrast(one, other) {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

/** Returns the nearest colour to the wanted one that passes, by steps towards black or white. */
export function nearest(hex, ground, least) {
  const towards = luminance(ground) > 0.18 ? 0 : 255;
  for (let step = 0; step <= 100; step++) {
    const mixed = [1, 3, 5].map((at) => {
      const part = Number.parseInt(hex.slice(at, at + 2), 16);
      return Math.round(part + ((towards - part) * step) / 100).toString(16).padStart(2, "0");
    });
    const candidate = `#${mixed.join("")}`;
    if (contrast(candidate, ground) >= least) return candidate;
  }
  return towards ? "#ffffff" : "#000000";
}

function colours(block) {
  return Object.fromEntries([...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/g)].map(([, name, hex]) => [name, hex]));
}

/** Returns one line for each pair that cannot be read well enough. */
export function faults(css) {
  const [light = "", dark = ""] = [/^:root \{([^}]*--red:[^}]*)\}/m, /^:root\[data-theme="dark"\] \{([^}]*)\}/m].map((one) => one.exec(css)?.[1]);
  const system = colours(/prefers-color-scheme: dark\) \{\s*:root[^{]*\{([^}]*)\}/.exec(css)?.[1] ?? "");
  const differing = Object.keys(colours(dark)).filter((name) => system[name] !== colours(dark)[name]);
  const unequal = differing.map((name) => `dark: --${name} differs between the chosen and the device's dark theme`);
  const unread = Object.entries({ light: colours(light), dark: colours(dark) }).flatMap(([theme, have]) =>
    PAIRS.flatMap(([text, ground, least]) => {
      if (!have[text] || !have[ground]) return [`${theme}: --${have[text] ? ground : text} is missing`];
      const ratio = contrast(have[text], have[ground]);
      if (ratio >= least) return [];
      return [`${theme}: --${text} on --${ground} is ${ratio.toFixed(2)}:1, needs ${least}; nearest ${nearest(have[text], have[ground], least)}`];
    }),
  );
  return [...unequal, ...unread];
}

export const contrastFaults = async () => faults(await readFile(file, "utf8"));
