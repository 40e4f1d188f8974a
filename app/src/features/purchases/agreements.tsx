/** What a purchase asks to agree to: links to the texts, a box that nobody ticked beforehand, and what is posted. */
import type { VNode } from "preact";
import { api } from "../../api/client";
import { Check } from "../../components/Field";
import { useLang, useText } from "../../lib/i18n";
import { places } from "../../lib/links";
import { refresh, useGet } from "../../lib/store";
import en from "./messages.en";
import zh from "./messages.zh";

/** Returns what tells the server that the person agrees to the texts that were shown; again does nothing. */
export function useAgreeing(fund: string): () => Promise<void> {
  const shown = useGet("/v1/funds/{fund}/agreements", { path: { fund } }).data?.data;
  const left = useGet("/v1/me/agreements", { query: { fund } }).data?.outstanding;
  return async () => {
    const agreements = (shown ?? []).map(({ code, version }) => ({ code, version }));
    if (agreements.length === 0 || left?.length === 0) return;
    await api.post("/v1/me/agreements", { body: { fund, agreements } });
    refresh("/v1/me/agreements");
  };
}

interface Props {
  fund: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
  error: string | undefined;
}

export function Agreements({ fund, checked, onChange, error }: Props): VNode {
  const t = useText(zh, en);
  const lang = useLang();
  const shown = useGet("/v1/funds/{fund}/agreements", { path: { fund } }).data?.data ?? [];
  return (
    <div class="stack-s">
      <p class="small muted agreements">
        {t.read}{" "}
        {shown.map((one) => <a key={one.code} href={places.document(fund, one.code)}>{lang === "en" ? one.title_en : one.title_zh}</a>)}
      </p>
      <Check label={t.agree} checked={checked} onChange={onChange} error={error} />
    </div>
  );
}
