/** Messages: one object a language, strings or functions of what they tell; nothing is looked up. */
import { type Lang, lang } from "./settings";
import { useValue } from "./state";

/** The shape that the second language must have to be complete. */
export type Same<T> = {
  [K in keyof T]: T[K] extends string
    ? string
    : T[K] extends (...args: infer A) => string
      ? (...args: A) => string
      : T[K] extends object
        ? Same<T[K]>
        : never;
};

/** Returns the messages in the language of the page; changes when the language does. */
export function useText<T extends object>(zh: T, en: Same<T>): Same<T> {
  return useLang() === "en" ? en : (zh as Same<T>);
}

/** Returns the messages in the language of the page, outside of a component. */
export function textNow<T extends object>(zh: T, en: Same<T>): Same<T> {
  return lang.value === "en" ? en : (zh as Same<T>);
}

export function useLang(): Lang {
  return useValue(lang);
}

/** Returns the English noun for a count: plural(1, "order", "orders"). */
export function plural(count: number | bigint, one: string, other: string): string {
  return `${count} ${BigInt(count) === 1n ? one : other}`;
}
