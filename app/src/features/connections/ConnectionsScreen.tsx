/** Twelve banks, the fund managers and the authority: who answers, what waits. */
import type { VNode } from "preact";
import type { Schemas } from "../../api/client";
import { shortAt } from "../../components/desk/orders";
import { Panel, TableBox, Tag, type Tone } from "../../components/desk/parts";
import { useWords, word } from "../../components/desk/words";
import { Page } from "../../components/Page";
import { Shown } from "../../components/states";
import { formatDayShort } from "../../lib/dates";
import { useLang, useText } from "../../lib/i18n";
import { useSources } from "../../lib/sources";
import { useGet } from "../../lib/store";
import { BankStatements } from "./BankStatements";
import { ManagerFiles } from "./ManagerFiles";
import en from "./messages.en";
import zh from "./messages.zh";

type Answer = Schemas["ConnectionsAnswer"];
type Faults = Answer["banks"][number]["faults"];
const TONES: Readonly<Record<string, Tone>> = { up: "good", silent: "warn", late: "warn", down: "bad" };

function State({ state }: { state: string }): VNode {
  const t = useText(zh, en);
  return <Tag tone={TONES[state] ?? "plain"}>{word(t.states, state)}</Tag>;
}

export function ConnectionsScreen(): VNode {
  const t = useText(zh, en);
  const found = useGet("/v1/staff/connections");
  const late = useGet("/v1/staff/manager-files", { query: { state: "late", limit: 100 } }).data?.data.length ?? 0;
  const refused = useGet("/v1/staff/bank-statements", { query: { state: "refused", limit: 100 } }).data?.data.length ?? 0;
  const troubled = found.data ? late + refused + [...found.data.banks, ...found.data.managers, found.data.authority].filter((one) => !["up", "unused"].includes(one.state)).length : undefined;
  return (
    <Page title={t.title} wide actions={troubled !== undefined && <Tag tone={troubled ? "warn" : "good"}>{troubled ? t.some(String(troubled)) : t.allUp}</Tag>}>
      <Shown of={found} lines={14} height="70vh">
        {(data) => (
          <>
            <ManagerFiles />
            {data.managers.map((manager) => <Manager key={manager.fund} manager={manager} />)}
            <Banks banks={data.banks} />
            <BankStatements />
            <Authority authority={data.authority} />
          </>
        )}
      </Shown>
    </Page>
  );
}

function Armed({ faults }: { faults: Faults }): VNode {
  const words = useWords();
  const armed = faults.filter((fault) => fault.state === "armed");
  if (armed.length === 0) return <span class="muted">{words.nobody}</span>;
  return <>{armed.map((fault) => <Tag key={fault.fault + fault.active_from} tone="warn">{fault.fault}{fault.remaining === null ? "" : ` ×${fault.remaining}`}</Tag>)}</>;
}

function Banks({ banks }: { banks: Answer["banks"] }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const count = (n: number) => <td class={n > 0 ? "num strong" : "num muted"}>{n}</td>;
  return (
    <Panel title={t.banks}>
      <TableBox label={t.banks}>
        <thead><tr><th scope="col">{t.bank}</th><th scope="col">{t.state}</th><th scope="col">{t.lastAnswer}</th><th scope="col">{t.lastSilence}</th><th scope="col">{t.retry}</th><th scope="col" class="num">{t.pending}</th><th scope="col" class="num">{t.unknown}</th><th scope="col" class="num">{t.cases}</th><th scope="col">{t.faults}</th></tr></thead>
        <tbody>
          {banks.map((bank) => (
            <tr key={bank.bank}>
              <th scope="row" class="nowrap">{lang === "en" ? bank.name_en : bank.name_zh} <span class="muted">{bank.bank}</span></th>
              <td class="nowrap"><State state={bank.state} />{bank.down_since && <span class="small muted"> {t.since(shortAt(bank.down_since, lang))}</span>}</td>
              <td class="nowrap">{shortAt(bank.last_answer_at, lang)}</td>
              <td class="nowrap">{shortAt(bank.last_silence_at, lang)}</td>
              <td class="nowrap">{shortAt(bank.retry_at, lang)}</td>
              {count(bank.pending_count)}{count(bank.unknown_count)}{count(bank.case_count)}
              <td><Armed faults={bank.faults} /></td>
            </tr>
          ))}
        </tbody>
      </TableBox>
    </Panel>
  );
}

function Manager({ manager }: { manager: Answer["managers"][number] }): VNode {
  const inWords = useSources();
  const t = useText(zh, en);
  const words = useWords();
  const lang = useLang();
  return (
    <Panel title={`${t.manager} · ${inWords(manager.manager)} · ${manager.fund}`} end={<span class="row">{manager.faults.length > 0 && <Armed faults={manager.faults} />}<State state={manager.state} /></span>}>
      <TableBox label={`${t.files} ${manager.fund}`}>
        <thead><tr><th scope="col">{t.files}</th><th scope="col">{t.state}</th><th scope="col">{t.done}</th><th scope="col">{t.expected}</th><th scope="col">{t.askedAgain}</th><th scope="col" class="num">{t.tries}</th><th scope="col">{t.answer}</th></tr></thead>
        <tbody>
          {manager.files.map((file) => (
            <tr key={file.kind}>
              <th scope="row" class="nowrap">{word(t.kinds, file.kind)}</th>
              <td><State state={file.state} /></td>
              <td class="nowrap">{formatDayShort(file.done_on, lang)}</td>
              <td class="nowrap">{shortAt(file.expected_at, lang)}</td>
              <td class="nowrap">{shortAt(file.asked_again_at, lang)}</td>
              <td class="num">{file.tries}</td>
              <td>{file.answer ? word(t.answers, file.answer) : words.nobody}</td>
            </tr>
          ))}
        </tbody>
      </TableBox>
    </Panel>
  );
}

function Authority({ authority }: { authority: Answer["authority"] }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  return (
    <Panel title={t.authority} end={<State state={authority.state} />}>
      <p class="small">{t.waiting(String(authority.pending_count))}{authority.waits_since && <> · {t.since(shortAt(authority.waits_since, lang))}</>}</p>
      {authority.retry_at && <p class="small muted">{t.retry} {shortAt(authority.retry_at, lang)}</p>}
    </Panel>
  );
}
