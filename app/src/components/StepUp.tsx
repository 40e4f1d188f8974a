/** Proves once more who is there, before money moves: a passkey first, the payment password else. */
import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { api } from "../api/client";
import { request } from "../lib/http";
import { PasskeyCancelled, passkeysWork, usePasskey as sign } from "../lib/passkeys";
import { type Failure, isFailure, Problem } from "../lib/problem";
import { useRead } from "../lib/store";
import { Button } from "./Button";
import { PasswordInput } from "./CodeInput";
import { Sheet } from "./Dialog";
import { Refused } from "./states";
import { useKitText } from "./text";

/** The very body that will be posted: the grant by passkey is good for this order alone. */
export interface OrderToSign {
  kind: "purchase" | "redemption";
  body: object;
}

interface Asked {
  order: OrderToSign | undefined;
  done: (grant: string | undefined) => void;
}

/** Returns `ask`, which gives a grant or undefined when the person turned away, and the sheet to draw. */
export function useStepUp(): { ask: (order?: OrderToSign) => Promise<string | undefined>; sheet: VNode | null } {
  const [asked, setAsked] = useState<Asked>();
  const ask = (order?: OrderToSign) => new Promise<string | undefined>((done) => setAsked({ order, done }));
  const end = (grant?: string) => {
    asked?.done(grant);
    setAsked(undefined);
  };
  return { ask, sheet: asked ? <StepUpSheet order={asked.order} onEnd={end} /> : null };
}

function StepUpSheet({ order, onEnd }: { order: OrderToSign | undefined; onEnd: (grant?: string) => void }): VNode {
  const t = useKitText();
  const [password, setPassword] = useState("");
  const [failure, setFailure] = useState<Failure>();
  const [busy, setBusy] = useState(false);
  const passkey = usePasskeyGrant(order, onEnd, setFailure);
  const entry = useRef<HTMLDivElement>(null);
  useEffect(() => entry.current?.querySelector("input")?.focus(), []);
  const send = async (code: string) => {
    if (busy) return;
    passkey.stop();
    setBusy(true);
    setFailure(undefined);
    try {
      onEnd((await api.post("/v1/step-ups", { body: { payment_password: code } })).grant);
    } catch (error) {
      if (!isFailure(error)) throw error;
      setPassword("");
      setFailure(error);
    } finally {
      setBusy(false);
    }
  };
  const problem = failure instanceof Problem ? failure : undefined;
  const words = problem && [problem.title, problem.detail].filter(Boolean).join(" · ");
  return (
    <Sheet open title={t.stepUpTitle} onClose={() => onEnd()}>
      {passkey.offered && <Button wide look="second" busy={passkey.busy} onPress={passkey.start}>{t.stepUpPasskey}</Button>}
      <div ref={entry}><PasswordInput label={t.paymentPassword} value={password} onInput={setPassword} onComplete={(code) => void send(code)} error={words} /></div>
      {failure && !problem && <Refused failure={failure} money />}
      <p class="small muted" role="status">{busy ? t.checking : ""}</p>
    </Sheet>
  );
}

interface PasskeyGrant {
  offered: boolean;
  busy: boolean;
  start: () => void;
  stop: () => void;
}

/** Opens the browser's dialog at once when this customer has a passkey; the password stays beside it. */
function usePasskeyGrant(order: OrderToSign | undefined, onEnd: (grant: string) => void, fail: (failure: Failure) => void): PasskeyGrant {
  const own = useRead<{ data: readonly unknown[] }>(passkeysWork() ? "/v1/passkeys" : undefined);
  const offered = !!own.data?.data.length;
  const [busy, setBusy] = useState(false);
  const running = useRef<AbortController>(undefined);
  const start = async () => {
    running.current?.abort();
    const abort = (running.current = new AbortController());
    setBusy(true);
    try {
      onEnd(await grantByPasskey(order, abort.signal));
    } catch (error) {
      if (isFailure(error)) fail(error);
      else if (!(error instanceof PasskeyCancelled) && !abort.signal.aborted) throw error;
    } finally {
      if (running.current === abort) setBusy(false);
    }
  };
  useEffect(() => {
    if (offered) void start();
    return () => running.current?.abort();
  }, [offered]);
  return { offered, busy, start: () => void start(), stop: () => running.current?.abort() };
}

async function grantByPasskey(order: OrderToSign | undefined, signal: AbortSignal): Promise<string> {
  const path = "/v1/step-ups/passkey";
  const { options } = await request<{ options: Record<string, unknown> }>("POST", `${path}/options`, { body: order ? { order } : {}, signal });
  const credential = await sign(options, signal);
  return (await request<{ grant: string }>("POST", path, { body: { credential }, signal })).grant;
}
