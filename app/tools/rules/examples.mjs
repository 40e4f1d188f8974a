// What each rule accepts and what it refuses; run by rules.test.mjs.
const SCREEN = "/app/src/features/fund/BuyScreen.tsx";

export const examples = {
  boundaries: {
    good: [
      { file: SCREEN, code: 'import { Amount } from "../../components/Amount";' },
      { file: "/app/src/customer/routes.tsx", code: 'import("../features/fund/BuyScreen");' },
    ],
    bad: [
      { file: SCREEN, code: 'import { CardRow } from "../cards/CardRow";' },
      { file: SCREEN, code: 'import("../cards/CardRow");' },
      { file: "/app/src/components/Amount.tsx", code: 'import { rate } from "../features/fund/rate";' },
      { file: "/app/src/lib/money.ts", code: 'import { Amount } from "../components/Amount";' },
    ],
  },
  untranslated: {
    good: [
      { file: SCREEN, code: "const a = <p>{t.buy}</p>;" },
      { file: SCREEN, code: "const a = <p>· {t.buy} — 1</p>;" },
      { file: "/app/src/features/fund/messages.zh.ts", code: 'const zh = { buy: "买入" };' },
    ],
    bad: [
      { file: SCREEN, code: "const a = <p>Buy now</p>;" },
      { file: SCREEN, code: 'const a = <p>{"Buy now"}</p>;' },
      { file: SCREEN, code: 'const a = <button aria-label="Close" />;' },
      { file: SCREEN, code: 'const name = "买入";' },
    ],
  },
  "exact-money": {
    good: [
      { file: SCREEN, code: "const a = BigInt(order.amount.amount);" },
      { file: SCREEN, code: "const days = Number(count);" },
    ],
    bad: [
      { file: SCREEN, code: "const a = parseFloat(order.amount.amount);" },
      { file: SCREEN, code: "const a = Number(fen) / 100;" },
      { file: SCREEN, code: "const a = +row.income_fen;" },
      { file: SCREEN, code: "const a = amount.toFixed(2);" },
    ],
  },
  "no-storage": {
    good: [{ file: "/app/src/lib/settings.ts", code: 'localStorage.setItem("huoqi.theme", "dark");' }],
    bad: [
      { file: SCREEN, code: 'localStorage.setItem("huoqi.theme", "dark");' },
      { file: SCREEN, code: 'sessionStorage.setItem("phone", phone);' },
      { file: SCREEN, code: "document.cookie = name;" },
      { file: "/app/src/lib/settings.ts", code: 'localStorage.setItem("huoqi.token", token);' },
    ],
  },
  "no-markup": {
    good: [{ file: SCREEN, code: "const a = <p>{text}</p>;" }],
    bad: [
      { file: SCREEN, code: "const a = <p dangerouslySetInnerHTML={{ __html: text }} />;" },
      { file: SCREEN, code: "element.innerHTML = text;" },
    ],
  },
  "no-barrel": {
    good: [{ file: "/app/src/lib/money.ts", code: "export const a = 1;" }],
    bad: [
      { file: "/app/src/components/index.ts", code: 'export * from "./Amount";' },
      { file: "/app/src/components/index.ts", code: 'export { Amount } from "./Amount";' },
    ],
  },
  "own-keys": {
    good: [{ file: "/app/src/lib/keys.ts", code: "const key = crypto.randomUUID();" }],
    bad: [{ file: SCREEN, code: "const key = crypto.randomUUID();" }],
  },
};
