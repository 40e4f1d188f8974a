/** The days that are closed, newest first. */
import type { VNode } from "preact";
import { List, Row } from "../../components/List";
import { Page } from "../../components/Page";
import { Empty, Shown } from "../../components/states";
import { formatDay } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { consoleLinks } from "../../lib/links";
import { useGet } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";

export function OfficeScreen(): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const close = useGet("/v1/close");
  return (
    <Page title={t.title} wide>
      <Shown of={close}>
        {(data) =>
          data.days.length === 0 ? <Empty text={t.none} /> : (
            <List label={t.title}>
              {data.days.map((day) => (
                <Row
                  key={`${day.fund}${day.on}`}
                  title={`${day.fund} · ${formatDay(day.on, lang)}`}
                  note={<span class="mono">{t.root(day.root.slice(0, 16))}</span>}
                  href={consoleLinks.closeDay(day.fund, day.on)}
                />
              ))}
            </List>
          )
        }
      </Shown>
    </Page>
  );
}
