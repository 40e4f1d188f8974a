/** The four things that this browser remembers, and nothing else: no names, no amounts, no tokens. */
import { State } from "./state";

export type Lang = "zh-CN" | "en";
export type Theme = "system" | "light" | "dark";
export type Colours = "red-up" | "green-up";

/** Returns the language that the browser asks for. */
export function preferredLang(languages: readonly string[]): Lang {
  for (const language of languages) {
    if (/^zh\b/i.test(language)) return "zh-CN";
    if (/^en\b/i.test(language)) return "en";
  }
  return "en";
}

function remembered<T extends string>(key: string, allowed: readonly T[]): T | undefined {
  try {
    const value = localStorage.getItem(key);
    return allowed.find((candidate) => candidate === value);
  } catch {
    return undefined; // storage is switched off: the setting lives as long as the page
  }
}

function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // storage is switched off or full; nothing is lost but the memory of a setting
  }
}

const LANGS = ["zh-CN", "en"] as const;
const THEMES = ["system", "light", "dark"] as const;
const COLOURS = ["red-up", "green-up"] as const;

export const lang = new State<Lang>(
  remembered("huoqi.language", LANGS) ?? preferredLang(navigator.languages),
);
export const theme = new State<Theme>(remembered("huoqi.theme", THEMES) ?? "system");
/** What the customer chose, if anything; else the language decides: in China red is up. */
export const chosenColours = new State<Colours | undefined>(remembered("huoqi.colours", COLOURS));
export const amountsHidden = new State<boolean>(remembered("huoqi.hide", ["yes", "no"]) === "yes");

/** Writes the settings where the style sheet and screen readers find them, now and at each change. */
export function applySettings(root: HTMLElement = document.documentElement): void {
  const apply = () => {
    root.lang = lang.value;
    root.dataset["theme"] = theme.value;
    root.dataset["colours"] =
      chosenColours.value ?? (lang.value === "zh-CN" ? "red-up" : "green-up");
  };
  apply();
  lang.watch((value) => (remember("huoqi.language", value), apply()));
  theme.watch((value) => (remember("huoqi.theme", value), apply()));
  chosenColours.watch((value) => (value && remember("huoqi.colours", value), apply()));
  amountsHidden.watch((value) => remember("huoqi.hide", value ? "yes" : "no"));
}
