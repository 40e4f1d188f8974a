/** The fund's documents, each with its version. */
import type { VNode } from "preact";
import { FileIcon } from "../../components/icons";
import { List, Row } from "../../components/List";
import { formatDay } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { places } from "../../lib/links";
import documentsEn from "./documents/messages.en";
import documentsZh from "./documents/messages.zh";
import en from "./messages.en";
import zh from "./messages.zh";

export const DOCUMENTS = ["summary", "risk"] as const;

export function Documents({ fund }: { fund: string }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const documents = lang === "en" ? documentsEn : documentsZh;
  return (
    <section class="stack-s">
      <h2>{t.documents}</h2>
      <List label={t.documents}>
        {DOCUMENTS.map((name) => {
          const { title, version, from } = documents[name];
          return <Row key={name} icon={<FileIcon />} title={title} note={t.version(version, formatDay(from, lang))} href={places.document(fund, name)} />;
        })}
      </List>
    </section>
  );
}
