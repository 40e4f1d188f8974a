/** One purchase: confirmed for this very content, sent once, found out when its answer was lost. */
import { useState } from "preact/hooks";
import type { VNode } from "preact";
import { api } from "../../api/client";
import { useStepUp } from "../../components/StepUp";
import { isProblem, useDoing, wordsOf } from "../../lib/doing";
import { once, settle, waiting } from "../../lib/keys";
import { places } from "../../lib/links";
import { wireFen } from "../../lib/money";
import { type Failure, NoAnswer, Problem, Unanswered } from "../../lib/problem";
import { navigate } from "../../lib/router";
import { refresh } from "../../lib/store";

export interface PurchaseBody {
  fund: string;
  amount: { amount: string; currency: "CNY" };
  card_id: string;
}

export interface Purchase {
  busy: boolean;
  failure: Failure | undefined;
  /** An earlier attempt whose answer never came. */
  unanswered: PurchaseBody | undefined;
  needsPassword: boolean;
  /** Returns whether the person turned away at the confirmation; then the review stays. */
  pay: (fen: bigint, cardId: string) => Promise<boolean>;
  check: () => void;
  clear: () => void;
  sheet: VNode | null;
}

const NAME = "buy";
const AT_AMOUNT = ["fund.below_minimum", "fund.purchase_cap", "card.single_limit"];

/** `agree` tells the server what the person has agreed to, before the order is confirmed. */
export function usePurchase(fund: string, agree: () => Promise<void>): Purchase {
  const { ask, sheet } = useStepUp();
  const doing = useDoing();
  const [unanswered, setUnanswered] = useState(() => waiting<PurchaseBody>(NAME));
  const send = async (body: PurchaseBody): Promise<boolean> => {
    let turnedAway = false;
    await doing.run(async () => {
      await agree();
      const grant = await ask({ kind: "purchase", body });
      if (grant === undefined) return void (turnedAway = true);
      try {
        const made = await once(NAME, body, (idempotencyKey, sent) => api.post("/v1/purchases", { body: sent, idempotencyKey, grant }));
        setUnanswered(undefined);
        refresh("/v1/holdings", "/v1/orders", "/v1/cards");
        navigate(places.bought(fund, made.order.id), { replace: true });
      } catch (error) {
        // The bank takes no connections: nothing was charged, so another card may be tried.
        if (error instanceof Problem && error.code === "card.bank_down") settle(NAME);
        if (error instanceof NoAnswer || error instanceof Unanswered) setUnanswered(waiting<PurchaseBody>(NAME));
        throw error;
      }
    });
    return turnedAway;
  };
  return {
    busy: doing.busy,
    failure: doing.failure,
    unanswered,
    needsPassword: isProblem(doing.failure, "payment_password.missing"),
    pay: (fen, cardId) => send({ fund, amount: wireFen(fen), card_id: cardId }),
    check: () => void (unanswered && send(unanswered)),
    clear: doing.clear,
    sheet,
  };
}

/** Returns the words of a refusal that belongs beside the amount. */
export function amountProblem(failure: Failure | undefined): string | undefined {
  return wordsOf(failure, AT_AMOUNT);
}

export function isAboutCard(failure: Failure): boolean {
  return failure instanceof Problem && failure.code.startsWith("card.");
}
