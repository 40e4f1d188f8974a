/** What is done about a break: options, why, confirm to the fen; then a second person decides. */
import type { ComponentChildren, VNode } from "preact";
import { useState } from "preact/hooks";
import { api } from "../../api/client";
import { Button } from "../../components/Button";
import { Panel } from "../../components/desk/parts";
import { Field } from "../../components/Field";
import { RadioCards } from "../../components/Radio";
import { Refused } from "../../components/states";
import { toast } from "../../components/Toast";
import { useDoing } from "../../lib/doing";
import { useText } from "../../lib/i18n";
import { parseYuan, plainYuan, whole, wireFen } from "../../lib/money";
import { useStaff } from "../../lib/staff";
import { refresh } from "../../lib/store";
import { ACTIONS, type Action } from "./seven";
import { Likes } from "./BankSides";
import type { Answer } from "./BreakScreen";
import { Confirm } from "./Confirm";
import { Decided, Waiting } from "./Decided";
import en from "./messages.en";
import zh from "./messages.zh";
import { useWhy, Why, type WhyState } from "./Why";

export function Resolve({ answer }: { answer: Answer }): VNode {
  const t = useText(zh, en);
  const { state } = answer.data;
  if (state === "resolving") return <Waiting answer={answer} />;
  if (state === "resolved" || state === "waived" || state === "cleared") return <Decided answer={answer} />;
  return <Panel title={t.flow.title}><Flow key={answer.data.version} answer={answer} /></Panel>;
}

type Stage = "options" | "why" | "confirm";

interface Wish {
  action: Action | undefined;
  choose: (action: Action) => void;
  why: WhyState;
  income: Income;
  /** The order that a bank's line shall be linked to, and the choice of it. */
  order: string | undefined;
  chooseOrder: (id: string) => void;
}

function Flow({ answer }: { answer: Answer }): VNode {
  const t = useText(zh, en);
  const staff = useStaff();
  const [stage, setStage] = useState<Stage>("options");
  const [action, choose] = useState<Action | undefined>((answer.suggested_action ?? undefined) as Action | undefined);
  const income = useIncome(answer);
  const why = useWhy();
  const [order, chooseOrder] = useState<string | undefined>(answer.bank?.orders_like_it[0]?.id);
  const wish: Wish = { action, choose, why, income, order, chooseOrder };
  if (!staff.is("operator", "finance")) return <p class="small muted">{t.notYours}</p>;
  return (
    <div class="stack-s">
      <Stages now={stage} />
      {stage === "options" && <Options answer={answer} wish={wish} next={() => setStage("why")} />}
      {stage === "why" && <Reasons answer={answer} wish={wish} back={() => setStage("options")} next={() => setStage("confirm")} />}
      {stage === "confirm" && <Send answer={answer} wish={wish} back={() => setStage("why")} />}
    </div>
  );
}

function Reasons({ answer, wish, back, next }: { answer: Answer; wish: Wish; back: () => void; next: () => void }): VNode {
  const t = useText(zh, en);
  const { action, why, income } = wish;
  const isCorrection = action === "edit_by_reversal" && !answer.bank;
  const go = () => {
    if (why.check() && (!isCorrection || income.check())) next();
  };
  return (
    <form class="stack-s" noValidate onSubmit={(event) => (event.preventDefault(), go())}>
      {action && <p class="strong">{answer.bank ? t.bank.names[action] : t.actionNames[action]}</p>}
      {answer.bank && action === "link_to_order" && <Likes bank={answer.bank} value={wish.order} onChange={wish.chooseOrder} />}
      {isCorrection && <Field label={t.flow.income} hint={t.flow.incomeHint} inputMode="decimal" value={income.text} onInput={income.set} error={income.isWrong ? t.flow.incomeWrong : undefined} />}
      <Why why={why} />
      <Back to={back}><Button type="submit">{t.flow.toConfirm}</Button></Back>
    </form>
  );
}

function Send({ answer, wish, back }: { answer: Answer; wish: Wish; back: () => void }): VNode | null {
  const t = useText(zh, en);
  const doing = useDoing();
  const { action, why, income } = wish;
  if (!action) return null;
  const send = () => void doing.run(async () => {
    const said = why.check();
    if (!said) return;
    const linked = answer.bank && action === "link_to_order" && wish.order ? { order_id: wish.order } : {};
    const corrected = !answer.bank && action === "edit_by_reversal" && income.fen !== undefined ? { income: wireFen(income.fen) } : {};
    await api.post("/v1/breaks/{break_id}/resolutions", { path: { break_id: answer.data.id }, body: { action, ...said, ...corrected, ...linked } });
    toast(t.flow.sent);
    refresh("/v1/breaks", "/v1/approvals", "/v1/close");
  });
  return (
    <>
      <Confirm answer={answer} action={action} said={why.said} income={income.fen} order={action === "link_to_order" ? wish.order : undefined} />
      {doing.failure && <Refused failure={doing.failure} />}
      <Back to={back}><Button busy={doing.busy} onPress={send}>{t.flow.send}</Button></Back>
    </>
  );
}

function Back({ to, children }: { to: () => void; children: ComponentChildren }): VNode {
  const t = useText(zh, en);
  return <div class="row">{children}<Button look="plain" onPress={to}>{t.flow.back}</Button></div>;
}

function Stages({ now }: { now: Stage }): VNode {
  const t = useText(zh, en);
  const names = ["options", "why", "confirm"] as const;
  return (
    <ol class="stages small">
      {names.map((name) => <li key={name} aria-current={name === now ? "step" : undefined}>{t.flow.stages[name]}</li>)}
      <li>{t.flow.second}</li>
    </ol>
  );
}

/** All seven, each with what it does, or why it cannot be taken here. */
function Options({ answer, wish, next }: { answer: Answer; wish: Wish; next: () => void }): VNode {
  const t = useText(zh, en);
  const reasons: Readonly<Partial<Record<string, string>>> = t.refusals;
  const [names, notes] = answer.bank ? [t.bank.names, t.bank.notes] : [t.actionNames, t.actionNotes];
  const options = ACTIONS.map((value) => {
    const no = answer.offers.find((offer) => offer.action === value)?.refusal;
    const text = value === answer.suggested_action ? t.flow.suggested(names[value]) : names[value];
    return { value, text, note: no ? (reasons[no] ?? no) : notes[value], off: Boolean(no) };
  });
  const sorted = [...options.filter((one) => !one.off), ...options.filter((one) => one.off)];
  return (
    <>
      <RadioCards legend={t.flow.options} hideLegend value={wish.action} options={sorted} onChange={wish.choose} />
      {options.some((one) => !one.off) && <div><Button off={!wish.action} onPress={next}>{t.flow.next}</Button></div>}
    </>
  );
}

interface Income {
  text: string;
  set: (text: string) => void;
  /** Undefined: the figure that was found counts. */
  fen: bigint | undefined;
  isWrong: boolean;
  check: () => boolean;
}

function useIncome(answer: Answer): Income {
  const found = answer.theirs?.income?.amount;
  const [text, setText] = useState(found ? plainYuan(whole(found)) : "");
  const [isWrong, setWrong] = useState(false);
  const fen = parseSigned(text);
  const check = () => {
    setWrong(fen === undefined);
    return fen !== undefined;
  };
  return { text, set: (typed) => (setText(typed), setWrong(false)), fen, isWrong, check };
}

function parseSigned(text: string): bigint | undefined {
  const typed = text.trim().replace("−", "-");
  const size = parseYuan(typed.replace(/^-/, ""));
  return size === undefined ? undefined : typed.startsWith("-") ? -size : size;
}
