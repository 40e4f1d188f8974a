/** One thing at a time that asks the server: busy, what went wrong, never twice at once. */
import { useRef, useState } from "preact/hooks";
import { type Failure, isFailure, Problem } from "./problem";

export interface Doing {
  busy: boolean;
  failure: Failure | undefined;
  /** Does it unless something is under way; a failure is kept for the screen. */
  run: (work: () => Promise<void>) => Promise<void>;
  clear: () => void;
}

export function useDoing(): Doing {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const running = useRef(false);
  const run = async (work: () => Promise<void>) => {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    setFailure(undefined);
    try {
      await work();
    } catch (error) {
      if (!isFailure(error)) throw error;
      setFailure(error);
    } finally {
      running.current = false;
      setBusy(false);
    }
  };
  return { busy, failure, run, clear: () => setFailure(undefined) };
}

/** Returns what the server says, for beside a field, if its code is one of these (all by default). */
export function wordsOf(failure: Failure | undefined, codes?: readonly string[]): string | undefined {
  if (!(failure instanceof Problem) || (codes && !codes.includes(failure.code))) return undefined;
  return [failure.title, failure.detail].filter(Boolean).join(" · ");
}

/** Tells whether the server refused with one of these codes. */
export function isProblem(failure: Failure | undefined, ...codes: string[]): failure is Problem {
  return failure instanceof Problem && codes.includes(failure.code);
}
