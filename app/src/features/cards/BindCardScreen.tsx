/** Bind a debit card: number and mobile; name and ID are the account's own and are not asked again. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { api, type Answer } from "../../api/client";
import { Page } from "../../components/Page";
import { ownPath } from "../../lib/arrival";
import { type Doing, useDoing } from "../../lib/doing";
import { useText } from "../../lib/i18n";
import { places } from "../../lib/links";
import { CHANGED, useLive } from "../../lib/live";
import { Problem } from "../../lib/problem";
import { useQuery } from "../../lib/router";
import { refresh, useGet } from "../../lib/store";
import { CodeStep } from "./CodeStep";
import { BoundCard, RefusedCard, UnknownCard } from "./Ends";
import en from "./messages.en";
import zh from "./messages.zh";
import { NumberStep } from "./NumberStep";

export type CardView = Answer<"/v1/cards", "get">["data"][number];
const OVER = ["rejected", "unbound"];

export function BindCardScreen(): VNode {
  const t = useText(zh, en);
  const next = ownPath(useQuery().get("next"), "");
  const binding = useBinding();
  return (
    <Page title={t.title} back={next || places.home()}>
      <Stage binding={binding} next={next} />
    </Page>
  );
}

function Stage({ binding, next }: { binding: Binding; next: string }): VNode {
  const { card, refusal, doing } = binding;
  if (refusal || (card && OVER.includes(card.state)))
    return <RefusedCard problem={refusal} reason={card?.reason ?? null} onAgain={binding.again} />;
  if (!card) return <NumberStep doing={doing} onBind={binding.bind} />;
  if (card.state === "bound") return <BoundCard card={card} next={next} />;
  return card.state === "sms_sent" ? <CodeStep mobile={binding.mobile} doing={doing} refused={binding.refused} onCode={binding.confirm} /> : <UnknownCard />;
}

interface Binding {
  card: CardView | undefined;
  refusal: Problem | undefined;
  mobile: string;
  /** How many codes the bank did not take. */
  refused: number;
  doing: Doing;
  bind: (number: string, mobile: string) => void;
  confirm: (code: string) => void;
  again: () => void;
}

/** One try to bind a card, and what the bank says of it, also later. */
function useBinding(): Binding {
  const [made, setMade] = useState<CardView>();
  const [refusal, setRefusal] = useState<Problem>();
  const [mobile, setMobile] = useState("");
  const [refused, setRefused] = useState(0);
  const doing = useDoing();
  const cards = useGet(made ? "/v1/cards" : undefined);
  useLive(made ? "/v1/me/changes" : undefined, CHANGED, () => refresh("/v1/cards"));
  const told = async (work: () => Promise<{ card: CardView }>) => {
    try {
      const { card: after } = await work();
      setMade(after);
      refresh("/v1/cards");
      return after;
    } catch (error) {
      // What the bank says of the card ends this try; slips of the number stay beside the field.
      if (!(error instanceof Problem) || isSlip(error)) throw error;
      setRefusal(error);
    }
    return undefined;
  };
  const card = made && (cards.data?.data.find((one) => one.id === made.id) ?? made);
  return {
    card,
    refusal,
    mobile,
    refused,
    doing,
    bind: (number, phone) => void doing.run(async () => {
      setMobile(phone);
      await told(() => api.post("/v1/cards", { body: { number, mobile: phone } }));
    }),
    confirm: (code) => void doing.run(async () => {
      const after = card && (await told(() => api.post("/v1/cards/{card_id}/code", { path: { card_id: card.id }, body: { code } })));
      if (after?.state === "sms_sent") setRefused((before) => before + 1);
    }),
    again: () => {
      setMade(undefined);
      setRefusal(undefined);
      doing.clear();
    },
  };
}

const SLIPS = ["card.malformed", "card.checksum", "card.bank_unknown", "card.wrong_length", "card.not_debit", "identity.phone_malformed", "auth.code_wrong", "validation.failed"];

function isSlip(problem: Problem): boolean {
  return SLIPS.includes(problem.code) || problem.status === 401 || (problem.status >= 500 && problem.code !== "card.bank_down");
}
