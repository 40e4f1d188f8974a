/** The seal of a closed day: who signed, who is missing and why, and the root to compare with. */
import type { VNode } from "preact";
import { api, type Schemas } from "../../api/client";
import { Button } from "../../components/Button";
import { Code, Tag, type Tone } from "../../components/desk/parts";
import { Fact, Facts } from "../../components/List";
import { Refused } from "../../components/states";
import { toast } from "../../components/Toast";
import { formatAt } from "../../lib/dates";
import { useDoing } from "../../lib/doing";
import { useLang, useText } from "../../lib/i18n";
import { consoleLinks } from "../../lib/links";
import { navigate } from "../../lib/router";
import { useStaff } from "../../lib/staff";
import { refresh } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";

type Day = Schemas["CloseDayAnswer"];
const SIGNERS = ["platform", "fund_manager", "custodian"] as const;
type Signer = (typeof SIGNERS)[number];

export function Seal({ day }: { day: Day }): VNode | null {
  const t = useText(zh, en);
  const lang = useLang();
  const { seal } = day;
  if (day.state !== "done") return null;
  return (
    <div class="stack-s">
      <Facts>
        {SIGNERS.map((signer) => <Fact key={signer} name={t.signers[signer]}><SignerState seal={seal} signer={signer} /></Fact>)}
        <Fact name={t.sealRoot}>{seal.root ? <Code text={seal.root} length={28} /> : <span class="muted">{t.notSealed}</span>}</Fact>
        {seal.sealed_at && <Fact name={t.sealedAt}>{formatAt(seal.sealed_at, lang)}</Fact>}
        {seal.again_at && <Fact name={t.sealAgain}>{formatAt(seal.again_at, lang)}</Fact>}
      </Facts>
      <p class="small muted">{t.simulated}</p>
      {seal.state !== "done" && <Ask day={day} />}
    </div>
  );
}

function SignerState({ seal, signer }: { seal: Day["seal"]; signer: Signer }): VNode {
  const t = useText(zh, en);
  const [missing, doubt = ""] = (seal.missing ?? "").split(":");
  const doubts: Readonly<Partial<Record<string, string>>> = t.doubts;
  const [tone, text]: [Tone, string] = seal.signers.includes(signer) ? ["good", t.signed] : missing === signer ? ["bad", doubts[doubt] ?? doubt] : ["plain", t.notSigned];
  return <Tag tone={tone}>{text}</Tag>;
}

/** Asks the three now; where the platform's own signature takes two people, proposes it. */
function Ask({ day }: { day: Day }): VNode | null {
  const t = useText(zh, en);
  const staff = useStaff();
  const doing = useDoing();
  const path = { fund: day.fund, on: day.on };
  const needsTwo = day.seal.missing === "platform:approval";
  if (!staff.is("operator")) return null;
  const ask = () => void doing.run(async () => {
    const { seal } = await api.post("/v1/close/{fund}/{on}/seal", { path, timeoutMs: 600_000 });
    toast(seal.state === "done" ? t.sealedNow : t.stillMissing);
    refresh("/v1/close");
  });
  const propose = () => void doing.run(async () => {
    const { approval } = await api.post("/v1/close/{fund}/{on}/seal-approval", { path });
    navigate(consoleLinks.approval(approval.id));
  });
  return (
    <>
      {doing.failure && <Refused failure={doing.failure} />}
      <div><Button look="second" busy={doing.busy} onPress={needsTwo ? propose : ask}>{needsTwo ? t.proposeSeal : t.askSigners}</Button></div>
    </>
  );
}
