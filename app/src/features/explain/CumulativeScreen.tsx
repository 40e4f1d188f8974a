/** All income since the first day, month by month. */
import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { api } from "../../api/client";
import { Page } from "../../components/Page";
import { Loading, Refused, Shown } from "../../components/states";
import { addMonths, formatMonth } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { explain, places } from "../../lib/links";
import { type Failure, isFailure } from "../../lib/problem";
import type { ScreenProps } from "../../lib/router";
import { useGet } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";
import { type Part, Sum } from "./Sum";
import { NoIncome } from "./SumScreens";

export function CumulativeScreen({ params }: ScreenProps): VNode {
  const t = useText(zh, en);
  const fund = params["fund"] ?? "";
  const all = useGet("/v1/holdings/{fund}/income/total", { path: { fund } });
  return (
    <Page title={t.title} back={places.home()}>
      <Shown of={all} lines={6} height="30rem">
        {(data) => data.first_on && data.last_on
          ? <Months fund={fund} total={data.total.amount} first={data.first_on.slice(0, 7)} last={data.last_on.slice(0, 7)} />
          : <NoIncome fund={fund} />}
      </Shown>
    </Page>
  );
}

function Months({ fund, total, first, last }: { fund: string; total: string; first: string; last: string }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const [sums, setSums] = useState<readonly { month: string; fen: string }[]>();
  const [failure, setFailure] = useState<Failure>();
  const [tries, setTries] = useState(0);
  useEffect(() => {
    let isOver = false;
    setFailure(undefined);
    monthSums(fund, first, last).then(
      (found) => isOver || setSums(found),
      (error: unknown) => {
        if (!isFailure(error)) throw error;
        if (!isOver) setFailure(error);
      },
    );
    return () => ((isOver = true), undefined);
  }, [fund, first, last, total, tries]);
  if (failure) return <Refused failure={failure} retry={() => setTries(tries + 1)} quiet />;
  if (!sums) return <Loading lines={6} height="30rem" />;
  const parts: Part[] = [...sums].reverse().map(({ month, fen }) => ({ key: month, title: formatMonth(month, lang), fen, href: explain.month(fund, month) }));
  return <Sum signed label={t.cumulative.title} shown={total} parts={parts} here={explain.cumulative(fund)} note={t.cumulative.note} />;
}

/** Returns the income of each month, a few asked at once. */
async function monthSums(fund: string, first: string, last: string): Promise<{ month: string; fen: string }[]> {
  const months: string[] = [];
  for (let month = first; month <= last; month = addMonths(month, 1)) months.push(month);
  const found: { month: string; fen: string }[] = [];
  for (let i = 0; i < months.length; i += 6) {
    const part = months.slice(i, i + 6);
    const answers = await Promise.all(part.map((month) => api.get("/v1/holdings/{fund}/income", { path: { fund }, query: { month } })));
    answers.forEach((answer, n) => found.push({ month: part[n] ?? "", fen: answer.total.amount }));
  }
  return found;
}
