/** Make the simulated parties fail: what each fault does, what should happen, and what is armed. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { api, type Answer } from "../../api/client";
import { Button } from "../../components/Button";
import { Page } from "../../components/Page";
import { Empty, Refused, Shown } from "../../components/states";
import { toast } from "../../components/Toast";
import { formatAt } from "../../lib/dates";
import { useDoing } from "../../lib/doing";
import { useLang, useText } from "../../lib/i18n";
import { refresh, useGet } from "../../lib/store";
import { ArmForm } from "./ArmForm";
import en from "./messages.en";
import zh from "./messages.zh";

export type Kind = Answer<"/v1/sandbox/fault-kinds", "get">["data"][number];
type Fault = Answer<"/v1/sandbox/faults", "get">["data"][number];
const GROUPS = ["bank", "fund-manager", "files"] as const;
type GroupName = (typeof GROUPS)[number];

/** Faults of the manager's files stand by themselves: they need a manager that is spoken to in files. */
function groupOf(kind: Kind): GroupName {
  return kind.needs_files ? "files" : kind.party === "bank" ? "bank" : "fund-manager";
}

export function FaultsScreen(): VNode {
  const t = useText(zh, en);
  const kinds = useGet("/v1/sandbox/fault-kinds");
  const faults = useGet("/v1/sandbox/faults");
  return (
    <Page title={t.title} wide>
      <p class="muted dev-lead">{t.why}</p>
      <section class="card stack-s" aria-labelledby="faults-armed">
        <h2 id="faults-armed">{t.armed}</h2>
        <Shown of={faults} lines={2}>
          {(all) => <Armed all={all.data.filter((one) => one.state !== "over")} />}
        </Shown>
      </section>
      <Shown of={kinds} lines={10} height="40rem">
        {(all) => GROUPS.map((group) => <Group key={group} group={group} kinds={all.data.filter((kind) => groupOf(kind) === group)} />)}
      </Shown>
      <section class="card stack-s" aria-labelledby="faults-over">
        <h2 id="faults-over">{t.history}</h2>
        <Shown of={faults} lines={2}>
          {(all) => <History all={all.data.filter((one) => one.state === "over")} />}
        </Shown>
      </section>
    </Page>
  );
}

function Group({ group, kinds }: { group: GroupName; kinds: readonly Kind[] }): VNode {
  const t = useText(zh, en);
  const isOff = kinds.some((kind) => !kind.can_be_armed);
  return (
    <section class="stack-s" aria-labelledby={`faults-${group}`}>
      <h2 id={`faults-${group}`}>{t.parties[group]}</h2>
      {group === "files" && (isOff
        ? <div class="notice small"><p>{t.withoutFiles}</p><p class="mono">{t.startFiles}</p></div>
        : <p class="small muted"><a href="/console/connections">{t.monitor}</a></p>)}
      <ul class="dev-cards">{kinds.map((kind) => <KindCard key={kind.fault} kind={kind} />)}</ul>
    </section>
  );
}

function KindCard({ kind }: { kind: Kind }): VNode {
  const t = useText(zh, en);
  const [open, setOpen] = useState(false);
  const words: Partial<Record<string, readonly [string, string, string]>> = t.kinds;
  const [name, does, expected] = words[kind.fault] ?? [kind.fault, kind.does, ""];
  return (
    <li class="card dev-card">
      <div><h3>{name}</h3><p class="mono tiny muted">{kind.fault}</p></div>
      <p class="small">{does}</p>
      {expected && <p class="small muted"><span class="strong">{t.expected}</span> {expected}</p>}
      {open ? <ArmForm kind={kind} onDone={() => setOpen(false)} /> : kind.can_be_armed && <Button look="second" label={`${t.arm}: ${name}`} onPress={() => setOpen(true)}>{t.arm}</Button>}
    </li>
  );
}

function useName(): (fault: string) => string {
  const t = useText(zh, en);
  const words: Partial<Record<string, readonly [string, string, string]>> = t.kinds;
  return (fault) => words[fault]?.[0] ?? fault;
}

function Armed({ all }: { all: readonly Fault[] }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const nameOf = useName();
  const doing = useDoing();
  const cancel = (one: Fault) => void doing.run(async () => {
    await api.delete("/v1/sandbox/faults/{fault_id}", { path: { fault_id: one.id } });
    toast(t.cancelled);
    refresh("/v1/sandbox/faults");
  });
  if (all.length === 0) return <Empty text={t.noneArmed} />;
  return (
    <>
      {doing.failure && <Refused failure={doing.failure} />}
      <ul class="dev-rows">
        {all.map((one) => (
          <li key={one.id}>
            <span class="grow">
              <span class="strong">{nameOf(one.fault)}</span> <span class={one.state === "armed" ? "badge badge-bad" : "badge badge-warn"}>{one.state === "armed" ? t.isArmed : t.waits}</span>
              <span class="list-note">{[one.target || t.everyone, t.from(formatAt(one.active_from, lang)), one.active_until ? t.until(formatAt(one.active_until, lang)) : "", one.remaining === null ? "" : t.times(one.remaining), ...Object.entries(one.params).map(([name, value]) => `${name} = ${value}`)].filter(Boolean).join(" · ")}</span>
            </span>
            <Button look="plain" busy={doing.busy} label={`${t.cancel}: ${nameOf(one.fault)}`} onPress={() => cancel(one)}>{t.cancel}</Button>
          </li>
        ))}
      </ul>
    </>
  );
}

function History({ all }: { all: readonly Fault[] }): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const nameOf = useName();
  if (all.length === 0) return <p class="small muted">{t.noneOver}</p>;
  return (
    <ul class="dev-rows">
      {[...all].reverse().slice(0, 30).map((one) => (
        <li key={one.id}>
          <span class="grow"><span>{nameOf(one.fault)}</span><span class="list-note">{[one.target || t.everyone, formatAt(one.active_from, lang)].join(" · ")}</span></span>
          <span class="badge">{t.over}</span>
        </li>
      ))}
    </ul>
  );
}
