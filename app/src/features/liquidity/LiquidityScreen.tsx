/** The line behind fast redemptions: used, left, by the hour, and where midnight will find it. */
import type { VNode } from "preact";
import type { Schemas } from "../../api/client";
import { Amount } from "../../components/Amount";
import { ButtonLink } from "../../components/Button";
import { Chart, type Point } from "../../components/Chart";
import { Meter, Panel, Stat, Stats, Tag, type Tone } from "../../components/desk/parts";
import { word } from "../../components/desk/words";
import { Select } from "../../components/Field";
import { Page } from "../../components/Page";
import { Shown } from "../../components/states";
import { formatAt, formatClock, formatDayShort } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { consoleLinks } from "../../lib/links";
import { formatCompact, whole } from "../../lib/money";
import { navigate, type ScreenProps } from "../../lib/router";
import { useStaff } from "../../lib/staff";
import { useSources } from "../../lib/sources";
import { useGet } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";

type Line = Schemas["LiquidityAnswer"];
const TONES: Readonly<Record<string, Tone>> = { open: "good", unlimited: "good", low: "warn", exhausted: "bad" };

export function LiquidityScreen({ params }: ScreenProps): VNode {
  const t = useText(zh, en);
  const funds = useGet("/v1/funds");
  const names = (funds.data?.data ?? []).map((one) => one.fund);
  const fund = params["fund"] ?? names[0];
  const isOperator = useStaff().is("operator");
  return (
    <Page title={t.title} wide actions={isOperator && fund && <ButtonLink look="second" href={consoleLinks.propose("line", { fund })}>{t.propose}</ButtonLink>}>
      {names.length > 1 && fund && <div class="filters"><Select label={t.fund} value={fund} options={names.map((value) => ({ value, text: value }))} onChange={(one) => navigate(consoleLinks.liquidity(one))} /></div>}
      {fund ? <OfFund fund={fund} /> : <Shown of={funds} lines={10} height="60vh">{() => null}</Shown>}
    </Page>
  );
}

function OfFund({ fund }: { fund: string }): VNode {
  const line = useGet("/v1/staff/liquidity/{fund}", { path: { fund } });
  return (
    <Shown of={line} lines={10} height="60vh">
      {(data) => (
        <>
          <Throttle line={data} />
          <Figures line={data} />
          <div class="split even"><Hours line={data} /><Projection line={data} /></div>
        </>
      )}
    </Shown>
  );
}

function Throttle({ line }: { line: Line }): VNode {
  const t = useText(zh, en);
  const tone = TONES[line.throttle] ?? "plain";
  return (
    <div class={`alarm alarm-${tone === "plain" ? "good" : tone}`} role={tone === "bad" ? "alert" : "status"}>
      <p><span class="strong">{t.fund} {line.fund} · {word(t.throttles, line.throttle)}</span> · {word(t.throttleNotes, line.throttle)}</p>
      {line.projection.runs_out_at && line.throttle !== "exhausted" && <p class="strong">{t.runsOut(formatClock(line.projection.runs_out_at))}</p>}
    </div>
  );
}

function Figures({ line }: { line: Line }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const here = consoleLinks.liquidity(line.fund);
  const inWords = useSources();
  const advances = "/console/ledger/accounts?kind=advance_receivable&asset=1";
  const percent = shareOf(line);
  const { cap, left, limit, projection } = line;
  return (
    <Stats>
      <Stat name={t.limit}>{limit ? <Amount fen={limit.amount} explain={here} /> : t.unlimited}</Stat>
      <Stat name={t.used} note={percent !== undefined && <><Meter label={t.used} percent={percent} tone={TONES[line.throttle] === "bad" ? "bad" : TONES[line.throttle] === "warn" ? "warn" : "brand"} />{t.share(String(percent))}</>}><Amount fen={line.used.amount} explain={advances} /></Stat>
      <Stat name={t.left}>{left ? <Amount fen={left.amount} explain={here} /> : t.unlimited}</Stat>
      <Stat name={t.today}><Amount fen={line.today.amount} explain={`/console/orders?fund=${line.fund}`} /></Stat>
      <Stat name={t.midnight} note={<>{t.rest} <Amount fen={projection.rest.amount} explain={here} size="s" /></>}><Amount fen={projection.used_at_midnight.amount} explain={here} /></Stat>
      {cap && <Stat name={t.cap} note={`${t.from(formatDayShort(cap.effective_from, lang))} · ${inWords(cap.source)}`}>
        {cap.max_amount ? <Amount fen={cap.max_amount.amount} explain="/console/policies?rule=fund.fast_redemption" /> : t.unlimited} <span class="small muted">{cap.max_count !== null && t.capText(String(cap.max_count))}</span>
      </Stat>}
      <Stat name={t.throttle} note={t.resets(formatAt(line.quota_resets_at, lang))}><Tag tone={TONES[line.throttle] ?? "plain"}>{word(t.throttles, line.throttle)}</Tag></Stat>
    </Stats>
  );
}

function shareOf({ limit, used }: Line): number | undefined {
  if (!limit || whole(limit.amount) === 0n) return undefined;
  const percent = (whole(used.amount) * 100n) / whole(limit.amount);
  return percent > 100n ? 100 : parseInt(percent.toString(), 10);
}

const hourName = (hour: number) => `${String(hour).padStart(2, "0")}:00`;

function Hours({ line }: { line: Line }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const byHour = new Map(line.by_hour.map((hour) => [formatClock(hour.begins_at), whole(hour.amount.amount)]));
  const points: Point[] = Array.from({ length: 24 }, (_, hour) => ({ name: hourName(hour), value: byHour.get(hourName(hour)) ?? 0n }));
  return (
    <Panel title={t.hours}>
      {line.by_hour.length === 0
        ? <p class="small muted">{t.none}</p>
        : <Chart kind="bars" title={t.hours} points={points} format={(fen) => formatCompact(fen, lang)} nameHeading={t.hour} valueHeading={t.amount} />}
    </Panel>
  );
}

function Projection({ line }: { line: Line }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const { by_hour_end: ends, days_before: days } = line.projection;
  const points: Point[] = ends.map((money, hour) => ({ name: hourName(hour + 1), value: whole(money.amount) }));
  return (
    <Panel title={t.midnight}>
      {whole(line.projection.day.amount) === 0n
        ? <p class="small muted">{t.none}</p>
        : <Chart kind="line" title={t.projected} points={points} format={(fen) => formatCompact(fen, lang)} nameHeading={t.hour} valueHeading={t.amount} />}
      <p class="small muted">{days > 0 ? t.basis(String(days)) : t.noBasis}</p>
    </Panel>
  );
}
