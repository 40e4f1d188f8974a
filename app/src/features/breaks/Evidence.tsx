/** Both sides of a break beside each other: how we come to our figure, where theirs stands. */
import type { VNode } from "preact";
import type { Schemas } from "../../api/client";
import { Amount } from "../../components/Amount";
import { Difference } from "../../components/desk/Difference";
import { Code, Panel } from "../../components/desk/parts";
import { useWords } from "../../components/desk/words";
import { Fact, Facts } from "../../components/List";
import { formatAt } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { consoleLinks } from "../../lib/links";
import { formatPer10kFull, formatUnits, whole } from "../../lib/money";
import { useSources } from "../../lib/sources";
import { BankSides } from "./BankSides";
import type { Answer } from "./BreakScreen";
import en from "./messages.en";
import zh from "./messages.zh";

export function Evidence({ answer }: { answer: Answer }): VNode {
  if (answer.bank) return <BankSides answer={answer} bank={answer.bank} />;
  return <div class="sides"><Ours answer={answer} /><Theirs answer={answer} /></div>;
}

function Ours({ answer: { data, ours } }: { answer: Answer }): VNode {
  const t = useText(zh, en);
  const here = consoleLinks.closeDay(data.fund, data.on);
  return (
    <Panel title={t.ours}>
      <Facts>
        <Fact name={t.side.figure}><Difference unit={data.unit} figure={data.ours} explain={here} /></Fact>
        {ours && <Fact name={t.side.income}><Amount fen={ours.income.amount} explain={here} size="s" sign="always" /></Fact>}
        {ours?.rule && <RuleFacts rule={ours.rule} />}
      </Facts>
      {!ours && <p class="small muted">{t.side.fromBooks}</p>}
    </Panel>
  );
}

/** The rule's own figures: whoever multiplies and cuts gets the same. */
function RuleFacts({ rule }: { rule: Schemas["RuleSteps"] }): VNode {
  const t = useText(zh, en);
  const isRate = rule.mode === "rate";
  const by = whole(rule.denominator);
  const rest = (text: string) => (by === 0n ? "0" : `${((whole(text) * 100_000_000n) / by).toString().padStart(8, "0")}`);
  return (
    <>
      <Fact name={t.side.units}>{formatUnits(rule.units_e2)}</Fact>
      {isRate && <Fact name={t.side.rate}>{formatPer10kFull(rule.numerator)}</Fact>}
      <Fact name={t.side.floor}>{t.side.fen(rule.floor_fen)}</Fact>
      <Fact name={t.side.remainder}><span class="mono small">{t.side.against(`0.${rest(rule.remainder)}`, `0.${rest(rule.theta)}`)}</span></Fact>
      <Fact name={t.side.odd}>{rule.plus_one_fen ? t.side.oddYes : t.side.oddNo}</Fact>
    </>
  );
}

function Theirs({ answer: { data, theirs, report } }: { answer: Answer }): VNode {
  const t = useText(zh, en);
  const here = consoleLinks.closeDay(data.fund, data.on);
  return (
    <Panel title={t.theirs}>
      <Facts>
        <Fact name={t.side.figure}><Difference unit={data.unit} figure={data.theirs} explain={here} /></Fact>
        {theirs && <RegisterFacts row={theirs} here={here} />}
        {report && <ReportFacts report={report} here={here} />}
      </Facts>
      {!report && <p class="small muted">{t.noReport}</p>}
    </Panel>
  );
}

function RegisterFacts({ row, here }: { row: Schemas["RegisterEvidence"]; here: string }): VNode {
  const t = useText(zh, en);
  const words = useWords();
  return (
    <>
      {row.income && <Fact name={t.side.means}><Amount fen={row.income.amount} explain={here} size="s" sign="always" /></Fact>}
      <Fact name={t.side.file}><span class="mono small">{row.source || words.nobody}</span></Fact>
      <Fact name={t.side.record}>{row.record_no ?? t.side.noRecord}</Fact>
      {row.sha256 && <Fact name={t.side.sha}><Code text={row.sha256} length={20} /></Fact>}
    </>
  );
}

function ReportFacts({ report, here }: { report: Schemas["ReportEvidence"]; here: string }): VNode {
  const t = useText(zh, en);
  const words = useWords();
  const lang = useLang();
  const inWords = useSources();
  return (
    <>
      <Fact name={t.report}><span class="mono small">{inWords(report.source)}</span></Fact>
      <Fact name={t.received}>{formatAt(report.received_at, lang)}</Fact>
      <Fact name={t.totalUnits}>{formatUnits(report.total_units_e2)}</Fact>
      <Fact name={t.totalIncome}>{report.total_income_fen === null ? words.nobody : <Amount fen={report.total_income_fen} explain={here} size="s" />}</Fact>
    </>
  );
}
