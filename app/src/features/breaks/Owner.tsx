/** Who looks after a break: taken with one tap, given back with another. */
import type { VNode } from "preact";
import { api } from "../../api/client";
import { Button } from "../../components/Button";
import { Stat } from "../../components/desk/parts";
import { useWords } from "../../components/desk/words";
import { Refused } from "../../components/states";
import { useDoing } from "../../lib/doing";
import { useText } from "../../lib/i18n";
import { useStaff } from "../../lib/staff";
import { refresh } from "../../lib/store";
import { type Break, nameOf } from "./columns";
import en from "./messages.en";
import zh from "./messages.zh";

export function Owner({ data }: { data: Break }): VNode {
  const t = useText(zh, en);
  const words = useWords();
  const staff = useStaff();
  const doing = useDoing();
  const isMine = data.owner === staff.actor;
  const assign = (owner: string | null) => void doing.run(async () => {
    await api.post("/v1/breaks/{break_id}/assign", { path: { break_id: data.id }, body: { owner } });
    refresh("/v1/breaks");
  });
  return (
    <Stat name={t.owner}>
      <span class="row-apart">
        <span class="small">{data.owner ? nameOf(data.owner) : words.nobody}</span>
        {staff.is("operator", "finance") && <Button look="plain" busy={doing.busy} onPress={() => assign(isMine ? null : "staff:me")}>{isMine ? t.giveBack : t.take}</Button>}
      </span>
      {doing.failure && <Refused failure={doing.failure} quiet />}
    </Stat>
  );
}
