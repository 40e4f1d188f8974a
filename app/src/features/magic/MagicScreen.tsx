/** Values that make simulated parties do something set, each with a sample to copy. */
import type { VNode } from "preact";
import type { Answer } from "../../api/client";
import { CopyButton } from "../../components/Copy";
import { Page } from "../../components/Page";
import { Shown } from "../../components/states";
import { useText } from "../../lib/i18n";
import { formatFen, plainYuan, whole } from "../../lib/money";
import { useGet } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";

type Value = Answer<"/v1/sandbox/magic-values", "get">["data"][number];
const PLACES = ["card", "national_id", "amount"] as const;

export function MagicScreen(): VNode {
  const t = useText(zh, en);
  const values = useGet("/v1/sandbox/magic-values");
  return (
    <Page title={t.title} wide>
      <p class="muted dev-lead">{t.why}</p>
      <Shown of={values} lines={12} height="50rem">
        {(all) => PLACES.map((where) => <Table key={where} where={where} values={all.data.filter((one) => one.where === where)} />)}
      </Shown>
    </Page>
  );
}

function Table({ where, values }: { where: (typeof PLACES)[number]; values: readonly Value[] }): VNode {
  const t = useText(zh, en);
  const does: Partial<Record<string, string>> = t.does;
  return (
    <section class="card" aria-labelledby={`magic-${where}`}>
      <h2 id={`magic-${where}`}>{t.places[where]}</h2>
      <div class="scroll-x" tabIndex={0} role="group" aria-label={t.places[where]}>
        <table class="dev-table">
          <thead><tr><th scope="col">{t.ending}</th><th scope="col">{t.effect}</th><th scope="col">{t.code}</th><th scope="col" class="num">{t.sample}</th><th scope="col"><span class="hidden-visually">{t.copy}</span></th></tr></thead>
          <tbody>
            {values.map((one) => (
              <tr key={one.ending}>
                <th scope="row" class="mono">{where === "amount" ? `.${one.ending}` : one.ending}</th>
                <td class="dev-wide">{does[`${one.name}${where}`] ?? does[one.name] ?? one.does}</td>
                <td class="mono small">{one.code ?? "–"}</td>
                <td class="num mono">{where === "amount" ? formatFen(one.sample) : one.sample}</td>
                <td class="num"><CopyButton text={where === "amount" ? plainYuan(whole(one.sample)) : one.sample} label={one.ending} /></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
