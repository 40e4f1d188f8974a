/** What the customer is told, newest first; seen ones are marked on every device. */
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { api } from "../../api/client";
import { Amount } from "../../components/Amount";
import { Button } from "../../components/Button";
import { CalendarIcon, ListIcon, ShieldIcon } from "../../components/icons";
import { List, Row } from "../../components/List";
import { useOrderText } from "../../components/orders/words";
import { Page } from "../../components/Page";
import { Empty, Loading, Refused } from "../../components/states";
import { formatAt, formatDayShort } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { places } from "../../lib/links";
import { CHANGED, useLive } from "../../lib/live";
import { usePages } from "../../lib/pages";
import { isFailure } from "../../lib/problem";
import { refresh } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";
import { Settings } from "./Settings";
import { addressOf, fenOf, type Notice, titleOf } from "./words";

const ROWS = 30;

export function NoticesScreen(): VNode {
  const t = useText(zh, en);
  const notices = usePages<Notice>("/v1/me/notifications", {}, ROWS);
  useLive("/v1/me/changes", CHANGED, () => refresh("/v1/me/notifications"));
  useSeen(notices.rows[0]);
  return (
    <Page title={t.title} back={places.home()}>
      {notices.loading && <Loading lines={8} height="36rem" retry={notices.reload} />}
      {notices.error && <Refused failure={notices.error} retry={notices.reload} quiet />}
      {!notices.loading && !notices.error && notices.rows.length === 0 && <Empty text={t.empty} action={{ text: t.home, href: places.home() }} />}
      {notices.rows.length > 0 && <List label={t.title}>{notices.rows.map((one) => <NoticeRow key={one.id} notice={one} />)}</List>}
      {notices.cursor && <Button look="second" wide onPress={notices.next}>{t.more}</Button>}
      <Settings />
    </Page>
  );
}

/** Marks what was seen; the list in front of the reader keeps its marks until the next visit. */
function useSeen(newest: Notice | undefined): void {
  const told = useRef<string>(undefined);
  useEffect(() => {
    if (!newest || newest.read || told.current === newest.id) return;
    told.current = newest.id;
    api.post("/v1/me/notifications/read", { body: { up_to: newest.at } }).catch((error: unknown) => {
      if (!isFailure(error)) throw error; // it stays unread, which harms nobody
    });
  }, [newest?.id]);
}

function NoticeRow({ notice }: { notice: Notice }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const orders = useOrderText();
  const fen = fenOf(notice);
  const isIncome = notice.kind === "income";
  const on = notice.facts["on"];
  const day = typeof on === "string" ? formatDayShort(on, lang) : "";
  const title = isIncome ? (fen?.startsWith("-") ? t.lossOf(day) : t.incomeOf(day)) : titleOf(t, orders, notice);
  const icon = isIncome ? <CalendarIcon /> : notice.kind === "order" ? <ListIcon /> : <ShieldIcon />;
  return (
    <Row
      icon={icon}
      title={notice.read ? title : <><span class="unread" />{title}<span class="hidden-visually"> {t.unread}</span></>}
      note={formatAt(notice.at, lang)}
      href={addressOf(notice)}
      end={fen ? <Amount fen={fen} sign={isIncome ? "always" : "auto"} explain="inside" /> : undefined}
    />
  );
}
