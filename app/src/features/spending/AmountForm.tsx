/** How much and from where: the part that paying and sending share; one tap moves money once. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { Amount } from "../../components/Amount";
import { Button } from "../../components/Button";
import { AmountInput } from "../../components/Keypad";
import { RadioCards } from "../../components/Radio";
import { Refused, Shown } from "../../components/states";
import { useStepUp } from "../../components/StepUp";
import { useDoing } from "../../lib/doing";
import { useText } from "../../lib/i18n";
import { once, waiting } from "../../lib/keys";
import { explain } from "../../lib/links";
import { formatFen, parseYuan } from "../../lib/money";
import { refresh, useGet } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";

export interface Spend {
  amount: { amount: string; currency: "CNY" };
  /** Null pays from cash. */
  fund: string | null;
}

interface Props<T extends Spend> {
  /** What the request is called while its answer is awaited. */
  what: string;
  who: string;
  text: { effect: string; done: string };
  bodyOf: (spend: Spend) => T;
  post: (body: T, idempotencyKey: string, grant: string) => Promise<unknown>;
}

interface Sources {
  fund: { fund: string; advanceable: { units: string } } | undefined;
  cash: string;
}

export function AmountForm<T extends Spend>(props: Props<T>): VNode {
  const holdings = useGet("/v1/holdings");
  const [done, setDone] = useState(false);
  if (done) return <p class="notice" role="status">{props.text.done}</p>;
  return (
    <Shown of={holdings} lines={6} height="30rem">
      {(data) => <Form {...props} fund={data.data.find((one) => one.advanceable.units !== "0")} cash={data.cash.amount} onDone={() => setDone(true)} />}
    </Shown>
  );
}

function Form<T extends Spend>({ what, who, text, bodyOf, post, fund, cash, onDone }: Props<T> & Sources & { onDone: () => void }): VNode {
  const t = useText(zh, en);
  const [source, setSource] = useState<"fund" | "cash">(fund ? "fund" : "cash");
  const [typed, setTyped] = useState("");
  const [fault, setFault] = useState<string>();
  const [earlier, setEarlier] = useState(() => waiting<T>(what));
  const { ask, sheet } = useStepUp();
  const doing = useDoing();
  const from = source === "fund" ? fund : undefined;
  const most = BigInt(from ? from.advanceable.units : cash);
  const amount = parseYuan(typed);
  const run = (body: T) => doing.run(async () => {
    const grant = await ask();
    if (!grant) return;
    try {
      await once(what, body, (key, sent) => post(sent, key, grant));
      refresh("/v1/holdings", "/v1/orders", "/v1/transfers", "/v1/merchant-payments");
      onDone();
    } catch (error) {
      setEarlier(waiting<T>(what));
      throw error;
    }
  });
  const submit = () => {
    if (earlier) return void run(earlier);
    setFault(!amount || amount > most ? t.upTo(formatFen(most)) : undefined);
    if (amount && amount <= most) void run(bodyOf({ amount: { amount: String(amount), currency: "CNY" }, fund: from?.fund ?? null }));
  };
  return (
    <form class="stack" noValidate onSubmit={(event) => (event.preventDefault(), submit())}>
      <h2 lang="zh-CN">{who}</h2>
      {earlier ? <p class="notice notice-warn">{t.waiting}</p> : (
        <>
          <RadioCards
            legend={t.source}
            value={source}
            onChange={setSource}
            options={[{ value: "fund", text: t.fund, off: !fund }, { value: "cash", text: t.cash, off: cash === "0" }]}
          />
          <p class="small muted"><Amount fen={most} size="s" explain={from ? explain.balance(from.fund) : explain.cash()} /></p>
          <AmountInput label={t.amount} value={typed} error={fault} onInput={(next) => (setFault(undefined), setTyped(next))} />
        </>
      )}
      <p class="small muted">{text.effect}</p>
      {doing.failure && <Refused failure={doing.failure} money retry={submit} />}
      <Button type="submit" wide busy={doing.busy}>{earlier ? t.check : t.confirm(formatFen(amount ?? 0n))}</Button>
      {sheet}
    </form>
  );
}
