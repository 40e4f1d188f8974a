/** The funds on sale. */
import type { VNode } from "preact";
import { FundIcon } from "../../components/icons";
import { List, Row } from "../../components/List";
import { Page } from "../../components/Page";
import { useSources } from "../../lib/sources";
import { Shown } from "../../components/states";
import { useLang, useText } from "../../lib/i18n";
import { places } from "../../lib/links";
import { useGet } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";

export function FundsScreen(): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const inWords = useSources();
  const funds = useGet("/v1/funds");
  return (
    <Page title={t.funds} back={places.home()}>
      <Shown of={funds} height="6rem">
        {({ data }) => (
          <List label={t.funds}>
            {data.map((one) => (
              <Row key={one.fund} icon={<FundIcon />} title={lang === "en" ? one.name_en : one.name_zh} note={`${t.manager(inWords(one.manager))} · ${t.risk}`} href={places.product(one.fund)} />
            ))}
          </List>
        )}
      </Shown>
    </Page>
  );
}
