/** A dated rule of a fund: what it says, since when, where it is written. */
import type { VNode } from "preact";
import { Amount } from "../../components/Amount";
import { Fact, Facts } from "../../components/List";
import { Page } from "../../components/Page";
import { useRuleWords } from "../../components/rules/words";
import { useSources } from "../../lib/sources";
import { Empty, Shown } from "../../components/states";
import { formatDay } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { explain, places } from "../../lib/links";
import type { ScreenProps } from "../../lib/router";
import { useGet } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";

/** Returns the word for a name; a name without a word stands for itself. */
function said(words: Readonly<Record<string, string>>, name: string): string {
  return words[name] ?? name;
}

export function RuleScreen({ params }: ScreenProps): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const { fund = "", rule: name = "" } = params;
  const words = useRuleWords();
  const inWords = useSources();
  const terms = useGet("/v1/funds/{fund}", { path: { fund } });
  return (
    <Page title={t.rule.title} back={places.product(fund)}>
      <Shown of={terms} lines={5} height="20rem">
        {({ rules }) => {
          const rule = rules.find((one) => one.rule === name);
          if (!rule) return <Empty text={t.rule.unknown} action={{ text: t.rule.all, href: places.product(fund) }} />;
          return (
            <section class="card">
              <h2>{said(words.rules, rule.rule)}</h2>
              <Facts>
                {Object.entries(rule.value).map(([key, value]) => (
                  <Fact key={key} name={said(words.fields, key)}>
                    {key.endsWith("_fen") && value ? <Amount fen={value} explain={explain.rule(fund, name)} label={said(words.fields, key)} /> : value === null ? t.rule.none : said(words.values, value)}
                  </Fact>
                ))}
                <Fact name={t.rule.effective}>{formatDay(rule.effective_from, lang)}</Fact>
                <Fact name={t.rule.source}>{inWords(rule.source)}</Fact>
              </Facts>
            </section>
          );
        }}
      </Shown>
    </Page>
  );
}
