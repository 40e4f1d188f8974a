/** Pushed updates: one stream an address, shared by all who listen; resumes where it broke off. */
import { useEffect, useRef } from "preact/hooks";
import { State } from "./state";

type Listener = (data: unknown) => void;

interface Stream {
  source: EventSource | undefined;
  /** The types that the present source is listened to for. */
  attached: Set<string>;
  listeners: Map<string, Set<Listener>>;
  retryMs: number;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** What makes a screen ask again: something changed, much did, or it was not told until just now. */
export const CHANGED: readonly string[] = ["open", "message", "reset"];

/** Tells screens whether what they show is pushed right now. */
export const liveNow = new State<boolean>(false);

const streams = new Map<string, Stream>();
const RETRY_FIRST_MS = 2_000;
const RETRY_MAX_MS = 30_000;

/** Calls back for each pushed event of a type (`message` for those without one) until stopped. */
export function listen(url: string, type: string, listener: Listener): () => void {
  const stream = streams.get(url) ?? { source: undefined, attached: new Set(), listeners: new Map(), retryMs: RETRY_FIRST_MS, timer: undefined };
  streams.set(url, stream);
  const set = stream.listeners.get(type) ?? new Set();
  stream.listeners.set(type, set.add(listener));
  if (!stream.source) open(url, stream);
  else attach(stream, stream.source, type, set);
  return () => {
    set.delete(listener);
    if ([...stream.listeners.values()].every((left) => left.size === 0)) close(url, stream);
  };
}

/** Listens while the screen is shown. */
export function useLive(url: string | undefined, types: readonly string[], listener: Listener): void {
  const latest = useRef(listener);
  latest.current = listener;
  const list = types.join(" ");
  useEffect(() => {
    if (url === undefined || !("EventSource" in globalThis)) return undefined;
    const stops = list.split(" ").map((type) => listen(url, type, (data) => latest.current(data)));
    return () => stops.forEach((stop) => stop());
  }, [url, list]);
}

function open(url: string, stream: Stream): void {
  // The browser resumes by itself with Last-Event-ID; only a refusal needs a new stream.
  const source = new EventSource(url);
  stream.source = source;
  stream.attached = new Set();
  source.onopen = () => ((stream.retryMs = RETRY_FIRST_MS), liveNow.set(true));
  source.onerror = () => {
    liveNow.set(false);
    if (source.readyState !== EventSource.CLOSED) return;
    stream.timer = setTimeout(() => open(url, stream), stream.retryMs);
    stream.retryMs = Math.min(stream.retryMs * 2, RETRY_MAX_MS);
  };
  for (const [type, set] of stream.listeners) attach(stream, source, type, set);
}

function attach(stream: Stream, source: EventSource, type: string, set: Set<Listener>): void {
  if (stream.attached.has(type)) return;
  stream.attached.add(type);
  source.addEventListener(type, (event: MessageEvent<string>) => {
    if (event.data === undefined) return; // the browser's own "open": only the server knows since when it tells
    let data: unknown = event.data;
    try {
      data = JSON.parse(event.data);
    } catch {
      // a plain word; listeners get it as it came
    }
    for (const listener of [...set]) listener(data);
  });
}

function close(url: string, stream: Stream): void {
  clearTimeout(stream.timer);
  stream.source?.close();
  streams.delete(url);
  liveNow.set(false);
}
