/** One shared value that screens can watch. */
import { useEffect, useState } from "preact/hooks";

export class State<T> {
  private readonly watchers = new Set<(value: T) => void>();

  constructor(private current: T) {}

  get value(): T {
    return this.current;
  }

  set(value: T): void {
    if (Object.is(value, this.current)) return;
    this.current = value;
    for (const watcher of [...this.watchers]) watcher(value);
  }

  /** Calls the watcher at each later change; returns how to stop. */
  watch(watcher: (value: T) => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }
}

/** Returns the value now, and draws the screen again when it changes. */
export function useValue<T>(state: State<T>): T {
  const [value, setValue] = useState<T>(() => state.value);
  useEffect(() => {
    setValue(() => state.value);
    return state.watch((next) => setValue(() => next));
  }, [state]);
  return value;
}
