/** Where the platform's clock stands, and what comes next. */
import type { VNode } from "preact";
import { List, Row } from "../../components/List";
import { Page } from "../../components/Page";
import { Empty, Shown } from "../../components/states";
import { formatAt } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { useGet } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";

export function WorkbenchScreen(): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const clock = useGet("/v1/sandbox/clock");
  return (
    <Page title={t.title}>
      <Shown of={clock}>
        {(data) => (
          <section class="stack">
            <p class="strong">{formatAt(data.business_time, lang)}</p>
            <h2>{t.next}</h2>
            {data.next.length === 0 ? <Empty text={t.none} /> : (
              <List label={t.next}>
                {data.next.map((due) => (
                  <Row key={`${due.at}${due.kind}`} title={due.kind} note={due.detail} end={formatAt(due.at, lang)} />
                ))}
              </List>
            )}
          </section>
        )}
      </Shown>
    </Page>
  );
}
