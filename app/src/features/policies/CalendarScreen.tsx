/** How far the trading calendar reaches, when it has to be extended, and its days without a session. */
import type { VNode } from "preact";
import { ButtonLink } from "../../components/Button";
import { Panel, Stat, Stats, Tag } from "../../components/desk/parts";
import { Page } from "../../components/Page";
import { Shown } from "../../components/states";
import { formatDay, formatDayTiny } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { consoleLinks } from "../../lib/links";
import { useStaff } from "../../lib/staff";
import { useSources } from "../../lib/sources";
import { useGet } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";

export function CalendarScreen(): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const inWords = useSources();
  const found = useGet("/v1/calendar");
  const isOperator = useStaff().is("operator");
  const actions = isOperator && <><ButtonLink look="second" href={consoleLinks.propose("calendar")}>{t.extend}</ButtonLink><ButtonLink look="second" href={consoleLinks.propose("closures")}>{t.callOff}</ButtonLink></>;
  return (
    <Page title={t.calendar} wide actions={actions}>
      <Shown of={found} lines={10} height="50vh">
        {(data) => (
          <>
            <div class={data.needs_extension ? "alarm alarm-bad" : "alarm alarm-good"} role="status"><p>{data.needs_extension ? t.calendarAlarm : t.calendarOk}</p></div>
            <Stats>
              <Stat name={t.reaches}><span class="small">{formatDay(data.last_loaded_on, lang)}</span></Stat>
              <Stat name={t.daysLeft}>{t.days(data.days_left.toLocaleString("en"))}</Stat>
              <Stat name={t.alarmOn}><span class="small">{formatDay(data.alarm_on, lang)}</span></Stat>
              <Stat name={t.exchange} note={<><span translate={false}>{inWords(data.source)}</span> · {t.version} {data.version}</>}><span class="small">{data.exchange}</span></Stat>
            </Stats>
            <Panel title={t.closed}>
              {years(data.closed_on).map(([year, days]) => (
                <div key={year} class="stack-s"><h3>{year}</h3><div class="row">{days.map((on) => <Tag key={on}>{formatDayTiny(on, lang)}</Tag>)}</div></div>
              ))}
            </Panel>
          </>
        )}
      </Shown>
    </Page>
  );
}

function years(days: readonly string[]): [string, string[]][] {
  const found = new Map<string, string[]>();
  for (const on of days) found.set(on.slice(0, 4), [...(found.get(on.slice(0, 4)) ?? []), on]);
  return [...found];
}
