/** What the sandbox's own receiver got, believed or not, and why not; and bad messages to try. */
import type { VNode } from "preact";
import { api, type Answer } from "../../api/client";
import { Button } from "../../components/Button";
import { Empty, Refused, Shown } from "../../components/states";
import { toast } from "../../components/Toast";
import { formatClockFull } from "../../lib/dates";
import { useDoing } from "../../lib/doing";
import { useText } from "../../lib/i18n";
import { isFailure } from "../../lib/problem";
import { refresh, useGet } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";

type Received = Answer<"/v1/sandbox/webhook-inbox", "get">["data"][number];
const INBOX = "/v1/sandbox/webhook-inbox";
const TONES = { applied: "badge badge-good", seen_before: "badge", refused: "badge badge-bad" } as const;

export function Inbox(): VNode {
  const t = useText(zh, en);
  const inbox = useGet("/v1/sandbox/webhook-inbox");
  const last = inbox.data?.data.find((one) => one.verdict !== "refused" && one.webhook_id);
  return (
    <section class="stack" aria-labelledby="hooks-inbox">
      <h2 id="hooks-inbox">{t.inbox}</h2>
      <p class="small muted">{t.inboxWhy}</p>
      {last && <Tries last={last} />}
      <Shown of={inbox} lines={6} height="20rem">
        {(all) => all.data.length === 0 ? <Empty text={t.inboxEmpty} /> : (
          <ol class="dev-rows dev-scroll" aria-label={t.inbox} tabIndex={0}>
            {all.data.map((one) => <Message key={one.number} one={one} />)}
          </ol>
        )}
      </Shown>
    </section>
  );
}

function Message({ one }: { one: Received }): VNode {
  const t = useText(zh, en);
  const clue = one.facts["clue"];
  const clues: Partial<Record<string, string>> = t.clues;
  return (
    <li>
      <span class="grow">
        <span class="mono small">{one.type || t.nameless}</span> <span class={TONES[one.verdict]}>{t.verdicts[one.verdict]}</span>
        <span class="list-note mono">{[one.seq && `#${one.seq}`, formatClockFull(one.at)].filter(Boolean).join(" · ")}</span>
        {one.code && <span class="list-note bad">{one.title}{": "}{typeof clue === "string" ? (clues[clue] ?? clue) : one.detail}</span>}
      </span>
    </li>
  );
}

/** Sends what came last again, spoiled: the inbox says what is wrong with it. */
function Tries({ last }: { last: Received }): VNode {
  const t = useText(zh, en);
  const doing = useDoing();
  const post = async (body: string, signature: string) => {
    const headers: Record<string, string> = { "Content-Type": "application/json", "Huoqi-Webhook": last.webhook_id ?? "" };
    if (signature) headers["Huoqi-Signature"] = signature;
    // Not through the client: it would not send other people's headers.
    await fetch(INBOX, { method: "POST", body, headers, credentials: "omit" });
    refresh(INBOX);
  };
  const spoil = (body: string, signature: string) => void doing.run(() => post(body, signature));
  const older = last.signature.replace(/t=(\d+)/, (_, at: string) => `t=${BigInt(at) - 301n}`);
  const again = () => void doing.run(async () => {
    try {
      await api.post("/v1/events/{event_id}/resend", { path: { event_id: last.event_id } });
      toast(t.resent);
    } catch (error) {
      if (!isFailure(error)) throw error;
      await post(last.body, last.signature);
    }
  });
  return (
    <div class="stack-s">
      <h3>{t.tries}</h3>
      <div class="row">
        <Button look="second" onPress={() => spoil(last.body.replace(/"type":"./, '"type":"X'), last.signature)}>{t.changeByte}</Button>
        <Button look="second" onPress={() => spoil(last.body, older)}>{t.makeOld}</Button>
        <Button look="second" onPress={() => spoil(last.body, "")}>{t.noSignature}</Button>
        <Button look="second" onPress={again}>{t.twice}</Button>
      </div>
      {doing.failure && <Refused failure={doing.failure} />}
    </div>
  );
}
