/** Arms one kind of fault: where, from when, how often, and its parameters. */
import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { api } from "../../api/client";
import { Button } from "../../components/Button";
import { Field, Select } from "../../components/Field";
import { Refused } from "../../components/states";
import { toast } from "../../components/Toast";
import { isProblem, useDoing, wordsOf } from "../../lib/doing";
import { useText } from "../../lib/i18n";
import type { Failure } from "../../lib/problem";
import { refresh } from "../../lib/store";
import type { Kind } from "./FaultsScreen";
import en from "./messages.en";
import zh from "./messages.zh";

const BANKS = ["ICBC", "ABC", "BOC", "CCB", "BCOM", "PSBC", "CMB", "CITIC", "CEB", "CMBC", "SPDB", "CIB"] as const;
const OF_TARGET = ["fault.target_unknown"];
type When = "now" | "times" | "at";

/** Which parameter the server found out of range. */
function parameterOf(failure: Failure | undefined): string | undefined {
  return isProblem(failure, "fault.parameter_out_of_range") ? String(failure.facts["parameter"]) : undefined;
}

export function ArmForm({ kind, onDone }: { kind: Kind; onDone: () => void }): VNode {
  const t = useText(zh, en);
  const box = useRef<HTMLFormElement>(null);
  const [target, setTarget] = useState("");
  const [when, setWhen] = useState<When>("now");
  const [times, setTimes] = useState("1");
  const [at, setAt] = useState("");
  const [params, setParams] = useState<Readonly<Record<string, string>>>({});
  const doing = useDoing();
  useEffect(() => box.current?.querySelector<HTMLElement>("select, input")?.focus(), []);
  const wrongTimes = when === "times" && !/^[1-9]\d{0,3}$/.test(times);
  const arm = () => void doing.run(async () => {
    if (wrongTimes || (when === "at" && !at)) return;
    const filled = Object.entries(params).filter(([, text]) => /^-?\d+$/.test(text)).map(([name, text]) => [name, parseInt(text, 10)] as const);
    await api.post("/v1/sandbox/faults", {
      body: {
        fault: kind.fault,
        target,
        params: Object.fromEntries(filled),
        ...(when === "times" ? { next_n: parseInt(times, 10) } : {}),
        ...(when === "at" ? { at: `${at}:00+08:00` } : {}),
      },
    });
    toast(t.isNowArmed);
    refresh("/v1/sandbox/faults");
    onDone();
  });
  const beside = isProblem(doing.failure, ...OF_TARGET);
  const wrongParam = parameterOf(doing.failure);
  const paramWords: Partial<Record<string, string>> = t.params;
  const targets = kind.party === "bank" ? BANKS : ["990001"];
  return (
    <form ref={box} class="stack-s dev-form" noValidate onSubmit={(event) => (event.preventDefault(), arm())}>
      <Select label={t.target} value={target} onChange={setTarget} error={beside ? wordsOf(doing.failure) : undefined}
        options={[{ value: "", text: t.everyone }, ...targets.map((one) => ({ value: one as string, text: one }))]} />
      <Select<When> label={t.when} value={when} onChange={setWhen}
        options={[{ value: "now", text: t.now }, { value: "times", text: t.nextTimes }, { value: "at", text: t.atTime }]} />
      {when === "times" && <Field label={t.howOften} value={times} inputMode="numeric" maxLength={4} onInput={setTimes} error={wrongTimes ? t.wrongTimes : undefined} />}
      {when === "at" && <Field label={t.atWhen} type="datetime-local" value={at} onInput={setAt} />}
      {Object.entries(kind.params).map(([name, [least, most]]) => (
        <Field key={name} label={name} hint={[paramWords[name], t.range(`${least}`, `${most}`)].filter(Boolean).join(" · ")} value={params[name] ?? ""} inputMode="numeric" maxLength={10}
          error={wrongParam === name ? t.outOfRange(`${least}`, `${most}`) : undefined} onInput={(text) => setParams({ ...params, [name]: text })} />
      ))}
      {doing.failure && !beside && !wrongParam && <Refused failure={doing.failure} />}
      <div class="row">
        <Button type="submit" busy={doing.busy}>{t.arm}</Button>
        <Button look="plain" onPress={onDone}>{t.notNow}</Button>
      </div>
    </form>
  );
}
