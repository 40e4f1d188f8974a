/** Number and mobile; the bank is named while the number is typed. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { Answer } from "../../api/client";
import { Field } from "../../components/Field";
import { Step } from "../../components/flow/Step";
import { Refused } from "../../components/states";
import { newcomer } from "../../lib/arrival";
import { type CardRange, cardDigits, groupCard, issuerOf, luhnFits } from "../../lib/card-number";
import { type Doing, wordsOf } from "../../lib/doing";
import { cleanDigits } from "../../lib/entries";
import { useLang, useText } from "../../lib/i18n";
import { useGet } from "../../lib/store";
import { BankList, BankMark, LimitLine } from "./Banks";
import en from "./messages.en";
import zh from "./messages.zh";

export type Bank = Answer<"/v1/banks", "get">["data"][number];
const AT_NUMBER = ["card.malformed", "card.checksum", "card.bank_unknown", "card.wrong_length", "card.not_debit"];

interface Props {
  doing: Doing;
  onBind: (number: string, mobile: string) => void;
}

export function NumberStep({ doing, onBind }: Props): VNode {
  const t = useText(zh, en);
  const banks = useGet("/v1/banks").data?.data ?? [];
  const [number, setNumber] = useState("");
  const [mobile, setMobile] = useState(newcomer.value?.phone ?? "");
  const [faults, setFaults] = useState<{ number?: string; mobile?: string }>({});
  const found = issuerOf(number, banks);
  const faultOf = (): string | undefined => {
    const fault = numberFault(number, found?.range, banks.length > 0);
    if (fault === "short") return t.faults.short(found?.range.length ?? 0);
    return fault && t.faults[fault];
  };
  const send = () => {
    const atNumber = faultOf();
    const found = findFaults(atNumber, /^1[3-9]\d{9}$/.test(mobile) ? undefined : t.mobileFault);
    setFaults(found);
    if (Object.keys(found).length === 0) onBind(number, mobile);
  };
  const beside = wordsOf(doing.failure, AT_NUMBER);
  const atMobile = wordsOf(doing.failure, ["identity.phone_malformed", "validation.failed"]);
  return (
    <Step title={t.numberTitle} why={t.numberWhy} next={t.bind} busy={doing.busy} onNext={send} others={<BankList banks={banks} />}>
      <div class="stack-s">
        <Field
          label={t.number}
          inputMode="numeric"
          autocomplete="cc-number"
          value={groupCard(number)}
          hint={t.scanHint}
          error={faults.number ?? beside}
          onInput={(typed) => {
            setNumber(cardDigits(typed));
            setFaults({});
            doing.clear();
          }}
        />
        <Recognised bank={found?.bank} />
      </div>
      <Own />
      <Field
        label={t.mobile}
        type="tel"
        inputMode="numeric"
        autocomplete="tel-national"
        hint={t.mobileHint}
        value={mobile}
        error={faults.mobile ?? atMobile}
        onInput={(typed) => {
          setMobile(cleanDigits(typed, 11));
          setFaults({});
          doing.clear();
        }}
      />
      <Other doing={doing} shown={beside ?? atMobile} retry={send} />
    </Step>
  );
}

/** One fault at a time: the focus goes to its field. */
function findFaults(number: string | undefined, mobile: string | undefined): { number?: string; mobile?: string } {
  if (number) return { number };
  return mobile ? { mobile } : {};
}

type NumberFault = "malformed" | "unknown" | "notDebit" | "short" | "checksum";

/** Returns what is wrong with a number, before it is sent; `range` is where it begins. */
function numberFault(number: string, range: CardRange | undefined, knowsBanks: boolean): NumberFault | undefined {
  if (number.length < 12) return "malformed";
  if (!range) return knowsBanks ? "unknown" : undefined;
  if (range.kind !== "debit") return "notDebit";
  if (range.length !== number.length) return "short";
  return luhnFits(number) ? undefined : "checksum";
}

/** What went wrong and belongs to no field. */
function Other({ doing, shown, retry }: { doing: Doing; shown: string | undefined; retry: () => void }): VNode | null {
  return doing.failure && !shown ? <Refused failure={doing.failure} retry={retry} /> : null;
}

function Recognised({ bank }: { bank: Bank | undefined }): VNode {
  const lang = useLang();
  return (
    <div class="bank-found" role="status">
      {bank && (
        <>
          <BankMark code={bank.bank} />
          <span class="grow"><span class="strong">{lang === "en" ? bank.name_en : bank.name_zh}</span><LimitLine bank={bank} /></span>
        </>
      )}
    </div>
  );
}

/** Two of the four elements are known: shown, not asked. */
function Own(): VNode {
  const t = useText(zh, en);
  const me = useGet("/v1/me").data;
  return (
    <dl class="facts own-facts">
      <div><dt>{t.holder}</dt><dd lang={me && "zh-CN"}>{me?.name_masked ?? t.masked}</dd></div>
      <div><dt>{t.nationalId}</dt><dd>{me?.national_id_masked ?? t.masked}</dd></div>
    </dl>
  );
}
