/** Kept states of the whole company: make one, go on with another, go back, forget. */
import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { api } from "../api/client";
import { Button } from "../components/Button";
import { Confirm } from "../components/Dialog";
import { Field } from "../components/Field";
import { Loading, Refused } from "../components/states";
import { toast } from "../components/Toast";
import { formatAt } from "../lib/dates";
import { type Doing, isProblem, useDoing, wordsOf } from "../lib/doing";
import { useLang, useText } from "../lib/i18n";
import { asDeveloper, goTo, type Snapshot } from "./machine";
import en from "./messages.en";
import zh from "./messages.zh";

const OF_NAME = ["branch.name_malformed", "branch.exists", "validation.failed", "validation.too_short"];
type Asked = { kind: "rewind" | "drop"; name: string };

export function Branches({ busy }: { busy: boolean }): VNode {
  const t = useText(zh, en);
  const [kept, setKept] = useState<readonly Snapshot[]>();
  const [asked, setAsked] = useState<Asked>();
  const making = useDoing();
  const doing = useDoing();
  const load = async () => setKept((await asDeveloper(() => api.get("/v1/sandbox/branches"))).data);
  useEffect(() => void doing.run(load), []);
  const go = (kind: "switch" | "rewind", name: string) => void doing.run(async () => {
    setAsked(undefined);
    await goTo(kind, name);
    toast(kind === "switch" ? t.switched(name) : t.rewound(name));
    await load();
  });
  const drop = (name: string) => void doing.run(async () => {
    setAsked(undefined);
    await asDeveloper(() => api.delete("/v1/sandbox/branches/{name}", { path: { name } }));
    await load();
  });
  const off = busy || doing.busy || making.busy;
  return (
    <section class="stack-s" aria-labelledby="time-branches">
      <h3 id="time-branches">{t.branches}</h3>
      <NewBranch making={making} off={off} onMade={load} />
      {doing.failure && <Refused failure={doing.failure} retry={() => void doing.run(load)} />}
      {doing.busy && kept && <p class="small muted" role="status"><span class="spinner bar-inline" aria-hidden="true" /> {t.working}</p>}
      {kept ? (
        <ul class="bar-branches">
          {[...kept].reverse().map((one) => (
            <Branch key={one.name + one.kind} one={one} off={off} onSwitch={() => go("switch", one.name)} onAsk={setAsked} />
          ))}
        </ul>
      ) : !doing.failure && <Loading lines={2} />}
      {asked && <Sure asked={asked} onClose={() => setAsked(undefined)} onYes={() => (asked.kind === "drop" ? drop(asked.name) : go("rewind", asked.name))} />}
    </section>
  );
}

function Sure({ asked, onYes, onClose }: { asked: Asked; onYes: () => void; onClose: () => void }): VNode {
  const t = useText(zh, en);
  const isDrop = asked.kind === "drop";
  return (
    <Confirm
      open
      title={isDrop ? t.dropTitle : t.rewindTitle}
      text={isDrop ? t.dropText(asked.name) : t.rewindText(asked.name)}
      confirm={isDrop ? t.drop : t.rewind}
      danger
      onConfirm={onYes}
      onClose={onClose}
    />
  );
}

function NewBranch({ making, off, onMade }: { making: Doing; off: boolean; onMade: () => Promise<void> }): VNode {
  const t = useText(zh, en);
  const [name, setName] = useState("");
  const make = () => void making.run(async () => {
    await asDeveloper(() => api.post("/v1/sandbox/branches", { body: { name: name.trim() }, timeoutMs: 120_000 }));
    toast(t.made(name.trim()));
    setName("");
    await onMade();
  });
  const beside = isProblem(making.failure, ...OF_NAME);
  return (
    <>
      <form class="bar-form" noValidate onSubmit={(event) => (event.preventDefault(), off || make())}>
        <Field label={t.name} hint={t.nameHint} value={name} maxLength={40} onInput={setName} error={beside ? wordsOf(making.failure) : undefined} />
        <Button type="submit" look="second" off={off} busy={making.busy}>{t.make}</Button>
      </form>
      {making.failure && !beside && <Refused failure={making.failure} />}
    </>
  );
}

interface BranchProps {
  one: Snapshot;
  off: boolean;
  onSwitch: () => void;
  onAsk: (asked: Asked) => void;
}

function Branch({ one, off, onSwitch, onAsk }: BranchProps): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const name = <span class="strong">{one.name}</span>;
  return (
    <li class="bar-branch">
      <span class="grow">
        {name} {one.is_current && <span class="badge badge-brand">{t.here}</span>}
        {one.kind === "checkpoint" && <span class="badge">{t.checkpoint}</span>}
        <span class="list-note bar-when">{formatAt(one.business_at, lang)}</span>
      </span>
      {!one.is_current && (
        <span class="bar-acts">
          {one.kind === "branch" && <Button look="plain" off={off} onPress={onSwitch} label={`${t.switch}: ${one.name}`}>{t.switch}</Button>}
          <Button look="plain" off={off} onPress={() => onAsk({ kind: "rewind", name: one.name })} label={`${t.rewind}: ${one.name}`}>{t.rewind}</Button>
          <Button look="plain" off={off} onPress={() => onAsk({ kind: "drop", name: one.name })} label={`${t.drop}: ${one.name}`}>{t.drop}</Button>
        </span>
      )}
    </li>
  );
}
