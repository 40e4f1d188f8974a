/** The form of a redemption; one tap makes one order, whatever is lost on the way. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { api, type Answer } from "../../api/client";
import { Amount } from "../../components/Amount";
import { Button } from "../../components/Button";
import { AmountInput } from "../../components/Keypad";
import { Rich } from "../../components/Rich";
import { Refused } from "../../components/states";
import { useStepUp } from "../../components/StepUp";
import { isProblem, useDoing, wordsOf } from "../../lib/doing";
import { useText } from "../../lib/i18n";
import { once, waiting } from "../../lib/keys";
import { explain } from "../../lib/links";
import { formatFen, parseYuan, plainYuan } from "../../lib/money";
import { navigate } from "../../lib/router";
import type { Failure } from "../../lib/problem";
import { refresh } from "../../lib/store";
import { CardChoice, Effects, SpeedChoice } from "./parts";
import en from "./messages.en";
import zh from "./messages.zh";
import { bodyOf, fastObstacle, type Holding, most, type Quota, type Speed } from "./rules";

type Card = Answer<"/v1/cards", "get">["data"][number];
type Body = ReturnType<typeof bodyOf>;

interface Props {
  fund: string;
  holding: Holding;
  quota: Quota;
  cards: readonly Card[];
  state: { state: string } | undefined;
}

const BESIDE = ["redeem.fast_cap", "redeem.insufficient_units", "redeem.pool_exhausted", "redeem.fast_count"];

export function RedeemForm({ fund, holding, quota, cards, state }: Props): VNode {
  const t = useText(zh, en);
  const obstacle = fastObstacle(quota, state);
  const [wanted, setSpeed] = useState<Speed>("fast");
  const speed = obstacle ? "normal" : wanted;
  const [entry, setEntry] = useState<{ typed: string; all: boolean }>({ typed: "", all: false });
  const [fault, setFault] = useState<string>();
  const [cardId, setCardId] = useState(() => (cards.find((card) => card.is_default) ?? cards[0])?.id ?? "");
  const sending = useSending();
  const ceiling = most(speed, quota, holding);
  const amount = entry.all ? ceiling.fen : parseYuan(entry.typed);
  const afresh = () => (setFault(undefined), sending.clear());
  const submit = () => {
    const wrong = faultOf(t, amount, ceiling);
    setFault(wrong);
    if (!wrong && amount) sending.send(bodyOf(fund, speed, amount, entry.all, cardId));
  };
  if (sending.earlier) return <Earlier busy={sending.busy} failure={sending.failure} check={sending.check} sheet={sending.sheet} />;
  const beside = wordsOf(sending.failure, BESIDE);
  return (
    <form class="stack" noValidate onSubmit={(event) => (event.preventDefault(), submit())}>
      <SpeedChoice fund={fund} speed={speed} obstacle={obstacle} onChange={(next) => (afresh(), setSpeed(next))} />
      <div class="redeem-amount">
        <p class="small muted redeem-most">
          <span><Rich text={t.upTo} parts={{ amount: <Amount fen={ceiling.fen} size="s" explain={ceiling.by === "units" ? explain.balance(fund) : explain.quota(fund)} /> }} /></span>
          <Button look="plain" onPress={() => (afresh(), setEntry({ typed: "", all: true }))}>{t.all}</Button>
        </p>
        <AmountInput
          label={t.amount}
          value={entry.all ? plainYuan(ceiling.fen) : entry.typed}
          onInput={(typed) => (afresh(), setEntry({ typed, all: false }))}
          error={fault ?? beside}
        />
      </div>
      <CardChoice cards={cards} value={cardId} onChange={setCardId} />
      <Effects fund={fund} speed={speed} quota={quota} />
      <Failed failure={sending.failure} beside={beside} retry={submit} toNormal={speed === "fast" ? () => (afresh(), setSpeed("normal")) : undefined} />
      <div class="redeem-send">
        <Button type="submit" wide busy={sending.busy}>{amount ? t.sendAmount(formatFen(amount)) : t.send}</Button>
        <p class="tiny muted center" role="status">{sending.busy ? t.sending : t.beijing}</p>
      </div>
      {sending.sheet}
    </form>
  );
}

interface FailedProps {
  failure: Failure | undefined;
  beside: string | undefined;
  retry: () => void;
  toNormal: (() => void) | undefined;
}

/** What stands under the form; what belongs beside the amount stands there. */
function Failed({ failure, beside, retry, toNormal }: FailedProps): VNode | null {
  const t = useText(zh, en);
  if (!failure) return null;
  if (!beside) return <Refused failure={failure} money retry={retry} />;
  const helps = toNormal && isProblem(failure, "redeem.pool_exhausted", "redeem.fast_count", "redeem.fast_cap");
  return helps ? <Button look="second" wide onPress={toNormal}>{t.toNormal}</Button> : null;
}

function faultOf(t: typeof zh | typeof en, amount: bigint | undefined, ceiling: ReturnType<typeof most>): string | undefined {
  if (!amount) return t.faults.empty;
  return amount > ceiling.fen ? t.faults[ceiling.by](formatFen(ceiling.fen)) : undefined;
}

/** Asks who is there, sends once, and goes on to the order. */
function useSending() {
  const doing = useDoing();
  const { ask, sheet } = useStepUp();
  const [earlier, setEarlier] = useState(() => waiting<Body>("redeem"));
  const run = (body: Body) => doing.run(async () => {
    const grant = await ask({ kind: "redemption", body });
    if (!grant) return;
    try {
      const made = await once("redeem", body, (idempotencyKey, sent) => api.post("/v1/redemptions", { body: sent, idempotencyKey, grant }));
      refresh("/v1/holdings", "/v1/orders", "/v1/cards");
      navigate(`${explain.order(made.order.id)}?made=1`, { replace: true });
    } catch (error) {
      setEarlier(waiting<Body>("redeem"));
      throw error;
    }
  });
  return {
    busy: doing.busy,
    failure: doing.failure,
    clear: doing.clear,
    sheet,
    earlier,
    send: (body: Body) => void run(body),
    check: () => earlier && void run(earlier),
  };
}

type EarlierProps = Pick<ReturnType<typeof useSending>, "busy" | "failure" | "check" | "sheet">;

/** A request went out and no answer came: its outcome first, never a second one. */
function Earlier({ busy, failure, check, sheet }: EarlierProps): VNode {
  const t = useText(zh, en);
  return (
    <section class="notice notice-warn">
      <h2>{t.earlier}</h2>
      <p>{t.earlierText}</p>
      <Button wide busy={busy} onPress={check}>{t.earlierCheck}</Button>
      {failure && <Refused failure={failure} money />}
      {sheet}
    </section>
  );
}
