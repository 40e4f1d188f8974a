/** From a step of the close to what it waits for: the manager's files, and the breaks of fund and banks. */
import type { VNode } from "preact";
import type { Schemas } from "../../api/client";
import { Tag, type Tone } from "../../components/desk/parts";
import { word } from "../../components/desk/words";
import { useText } from "../../lib/i18n";
import { consoleLinks } from "../../lib/links";
import { useGet } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";
import { bankBreaks, breaksOf, FILES, isOfBanks } from "./steps";

type Break = Schemas["QueuedBreakView"];
type File = Schemas["ManagerFileView"];
const TONES: Readonly<Partial<Record<File["state"], Tone>>> = { late: "warn", refused: "bad", accepted: "good", acknowledged: "good" };
const SHOWN = 6;

interface Props {
  step: string;
  fund: string;
  on: string;
}

export function Ways({ step, fund, on }: Props): VNode | null {
  const types = FILES[step];
  const files = useGet(types && "/v1/staff/manager-files", { query: { day: on, limit: 100 } }).data?.data ?? [];
  const breaks = useBreaks(fund, on);
  const own = files.filter((file) => types?.includes(file.type));
  const found = [...breaksOf(step, breaks), ...bankBreaks(step, useBankBreaks(on, isOfBanks(step)))];
  if (own.length === 0 && found.length === 0) return null;
  return (
    <ul class="ways">
      {own.map((file) => <FileWay key={file.id} file={file} />)}
      {found.slice(0, SHOWN).map((row) => <BreakWay key={row.id} row={row} />)}
      {found.length > SHOWN && <Rest fund={fund} count={found.length - SHOWN} />}
    </ul>
  );
}

/** Returns the breaks of a day, as far as the queue's first page has them. */
export function useBreaks(fund: string, on: string): readonly Break[] {
  const listed = useGet("/v1/breaks", { query: { fund, limit: 500 } });
  return (listed.data?.data ?? []).filter((row) => row.on === on);
}

/** Returns what nobody is through with of the banks' days of a date. */
function useBankBreaks(on: string, asked: boolean): readonly Break[] {
  const listed = useGet(asked ? "/v1/breaks" : undefined, { query: { limit: 500 } });
  return (listed.data?.data ?? []).filter((row) => row.on === on && (row.state === "open" || row.state === "resolving"));
}

function FileWay({ file }: { file: File }): VNode {
  const t = useText(zh, en);
  return (
    <li>
      <a class="cell-link" href={consoleLinks.managerFile(file.id)}>{t.file(file.type, word(t.files, file.type))}</a> <Tag tone={TONES[file.state] ?? "plain"}>{word(t.fileStates, file.state)}</Tag>
    </li>
  );
}

function BreakWay({ row }: { row: Break }): VNode {
  const t = useText(zh, en);
  return (
    <li>
      <a class="cell-link" href={consoleLinks.break(row.id)}>{word(t.why, row.kind)}</a>
      {isOfBank(row) && <span class="small muted"> {row.fund}</span>}{row.customer_no && <span class="small muted"> {t.account(row.customer_no)}</span>}
    </li>
  );
}

function isOfBank({ kind }: Break): boolean {
  return bankBreaks("breaks", [{ kind }]).length > 0;
}

function Rest({ fund, count }: { fund: string; count: number }): VNode {
  const t = useText(zh, en);
  return <li><a class="cell-link" href={consoleLinks.breaks(fund)}>{t.moreBreaks(String(count))}</a></li>;
}
