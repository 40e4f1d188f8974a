/** The evidence pack of a day: taken, compared with its hash, saved, and how to prove it elsewhere. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { Button } from "../../components/Button";
import { Code, Panel } from "../../components/desk/parts";
import { Field } from "../../components/Field";
import { Refused } from "../../components/states";
import { addDays, dayOf } from "../../lib/dates";
import { useDoing } from "../../lib/doing";
import { businessTime } from "../../lib/http";
import { useText } from "../../lib/i18n";
import { useValue } from "../../lib/state";
import en from "./messages.en";
import zh from "./messages.zh";
import { type Pack, save, takePack } from "./pack";

export function Evidence(): VNode {
  const t = useText(zh, en);
  const now = useValue(businessTime);
  const yesterday = now ? addDays(dayOf(now), -1) : "";
  const [chosen, setChosen] = useState("");
  const [pack, setPack] = useState<Pack>();
  const doing = useDoing();
  const on = chosen || yesterday;
  const take = () => void doing.run(async () => {
    setPack(undefined);
    const taken = await takePack(on);
    setPack(taken);
    save(taken);
  });
  return (
    <Panel title={t.evidence} tone={pack && !isSound(pack) ? "bad" : undefined}>
      <p class="small muted">{t.evidenceNote}</p>
      <form class="filters" onSubmit={(event) => (event.preventDefault(), take())}>
        <Field label={t.evidenceDay} type="date" value={on} onInput={setChosen} />
        <Button type="submit" look="second" busy={doing.busy} off={on === ""}>{t.evidenceTake}</Button>
      </form>
      {doing.failure && <Refused failure={doing.failure} />}
      {pack && <Taken pack={pack} />}
    </Panel>
  );
}

function isSound(pack: Pack): boolean {
  return pack.faults === 0 && (pack.sha256 === undefined || pack.sha256 === pack.told);
}

function Taken({ pack }: { pack: Pack }): VNode {
  const t = useText(zh, en);
  const same = pack.sha256 === undefined ? t.evidenceUnhashed : pack.sha256 === pack.told ? t.evidenceSame : t.evidenceOther;
  return (
    <>
      <div class={isSound(pack) ? "alarm alarm-good" : "alarm alarm-bad"} role="status">
        <p class="strong">{pack.faults === 0 ? t.evidenceSound : t.evidenceFaults(pack.faults)}</p>
        <p class="small">{t.evidenceSize(pack.lines, Math.ceil(pack.bytes / 1024))} {same}</p>
      </div>
      <p class="small">{t.evidenceHash} <Code text={pack.told} length={32} /></p>
      <p class="small">{t.evidenceOffline} <Code text={t.evidenceCommand(pack.name)} length={80} /></p>
    </>
  );
}
