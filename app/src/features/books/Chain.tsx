/** Recomputes the hash chain of the journal, shard by shard. */
import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { api, type Schemas } from "../../api/client";
import { Button } from "../../components/Button";
import { Code, Panel, TableBox, Tag } from "../../components/desk/parts";
import { Refused } from "../../components/states";
import { formatSpan } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { type Failure, isFailure } from "../../lib/problem";
import en from "./messages.en";
import zh from "./messages.zh";

const LONGEST_MS = 600_000;

export function Chain(): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const [answer, setAnswer] = useState<Schemas["VerifyAnswer"]>();
  const [failure, setFailure] = useState<Failure>();
  const [since, setSince] = useState<number>();
  const elapsed = useElapsed(since);
  const verify = async () => {
    setSince(performance.now());
    setFailure(undefined);
    setAnswer(undefined);
    try {
      setAnswer(await api.post("/v1/ledger/verify", { timeoutMs: LONGEST_MS }));
    } catch (error) {
      if (!isFailure(error)) throw error;
      setFailure(error);
    } finally {
      setSince(undefined);
    }
  };
  return (
    <Panel title={t.chain} tone={answer && !answer.sound ? "bad" : undefined} end={<Button look="second" busy={since !== undefined} onPress={() => void verify()}>{t.verify}</Button>}>
      <p class="small muted">{t.chainNote}</p>
      {failure && <Refused failure={failure} />}
      {since !== undefined && (
        <div class="stack-s"><div class="meter running" role="progressbar" aria-label={t.verify}><span /></div><p class="small" role="status">{t.verifying(formatSpan(elapsed, lang))}</p></div>
      )}
      {answer && <Answered answer={answer} />}
    </Panel>
  );
}

function Answered({ answer }: { answer: Schemas["VerifyAnswer"] }): VNode {
  const t = useText(zh, en);
  const broken = answer.shards.find((shard) => shard.first_broken !== null);
  return (
    <>
      <div class={answer.sound ? "alarm alarm-good" : "alarm alarm-bad"} role="status"><p class="strong">{answer.sound ? t.sound : t.broken(broken?.first_broken ?? "")}</p></div>
      <TableBox label={t.chain}>
        <thead><tr><th scope="col" class="num">{t.shard}</th><th scope="col" class="num">{t.batches}</th><th scope="col" class="num">{t.transfers}</th><th scope="col">{t.head}</th><th scope="col">{t.state}</th></tr></thead>
        <tbody>
          {answer.shards.map((shard) => (
            <tr key={shard.shard}>
              <td class="num">{shard.shard}</td><td class="num">{shard.batches}</td><td class="num">{shard.transfers}</td>
              <td><Code text={shard.head} length={24} /></td>
              <td>{shard.first_broken === null ? <Tag tone="good">{t.ok}</Tag> : <Tag tone="bad">{t.broken(shard.first_broken)} {shard.fault}</Tag>}</td>
            </tr>
          ))}
        </tbody>
      </TableBox>
    </>
  );
}

/** Returns how long something has been under way, told once a second. */
function useElapsed(since: number | undefined): number {
  const [now, setNow] = useState(0);
  useEffect(() => {
    if (since === undefined) return undefined;
    setNow(since);
    const timer = setInterval(() => setNow(performance.now()), 1_000);
    return () => clearInterval(timer);
  }, [since]);
  return since === undefined ? 0 : Math.max(0, now - since);
}
