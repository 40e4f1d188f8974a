/** What has to be agreed to before buying, each text in its version in force. */
import type { VNode } from "preact";
import type { Answer } from "../../api/client";
import { FileIcon } from "../../components/icons";
import { List, Row } from "../../components/List";
import { Shown } from "../../components/states";
import { formatDay } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { places } from "../../lib/links";
import { useGet } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";

export type Agreement = Answer<"/v1/funds/{fund}/agreements", "get">["data"][number];

export function Documents({ fund }: { fund: string }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const agreements = useGet("/v1/funds/{fund}/agreements", { path: { fund } });
  return (
    <section class="stack-s">
      <h2>{t.documents}</h2>
      <Shown of={agreements} lines={4} height="16rem">
        {({ data }) => (
          <List label={t.documents}>
            {data.map((one) => (
              <Row key={one.code} icon={<FileIcon />} title={lang === "en" ? one.title_en : one.title_zh}
                note={t.version(one.version, formatDay(one.effective_from, lang))} href={places.document(fund, one.code)} />
            ))}
          </List>
        )}
      </Shown>
    </section>
  );
}
