/** The frame of the console: navigation at the side, who works here, sign-in before anything else. */
import type { VNode } from "preact";
import { LazyBar } from "../bar/LazyBar";
import { Button } from "../components/Button";
import { Tag } from "../components/desk/parts";
import { useWords, word } from "../components/desk/words";
import { Mark } from "../components/icons";
import { LanguageButton } from "../components/Shell";
import { Loading } from "../components/states";
import { useKitText } from "../components/text";
import { Toasts } from "../components/Toast";
import { SignInScreen } from "../features/people/SignInScreen";
import { askBrowser, browser } from "../lib/browser";
import { forgetAll } from "../lib/forget";
import { online, request } from "../lib/http";
import { useText } from "../lib/i18n";
import { liveNow } from "../lib/live";
import { amountsHidden } from "../lib/settings";
import { useStaff } from "../lib/staff";
import { useValue } from "../lib/state";
import { useConsoleKeys } from "./keys";
import { pendingApprovals, useConsoleLive } from "./live";
import en from "./messages.en";
import zh from "./messages.zh";
import { ConsoleNav } from "./Nav";

export function ConsoleFrame({ children }: { children: VNode }): VNode {
  const kit = useKitText();
  const view = useValue(browser);
  const isOnline = useValue(online);
  const isIn = view?.staff.signed_in === true;
  const sandbox = view?.mode === "sandbox";
  useConsoleLive(isIn);
  useConsoleKeys();
  return (
    <div class={isIn ? "shell shell-side desk compact" : "shell desk compact"}>
      <a class="skip" href="#main">{kit.skip}</a>
      {sandbox && <LazyBar />}
      <Top isIn={isIn} sandbox={sandbox} />
      {!isOnline && <p class="offline-line" role="status">{navigator.onLine ? kit.noAnswerRead : kit.offline}</p>}
      {isIn && <ConsoleNav />}
      <main id="main" tabIndex={-1}>
        {isIn ? children : view ? <SignInScreen sandbox={sandbox} /> : <div class="page"><Loading lines={6} height="60vh" /></div>}
      </main>
      <Toasts />
    </div>
  );
}

function Top({ isIn, sandbox }: { isIn: boolean; sandbox: boolean }): VNode {
  const t = useText(zh, en);
  const kit = useKitText();
  return (
    <div class="shell-top">
      <a class="brand" href="/console/"><Mark size={28} /><span>{kit.brand} · {t.console}</span></a>
      {sandbox && <span class="badge badge-warn">{kit.sandboxShort}</span>}
      {isIn && <LiveMark />}
      <span class="desk-who">
        {isIn && <Who />}
        <LanguageButton />
      </span>
    </div>
  );
}

function LiveMark(): VNode {
  const words = useWords();
  const live = useValue(liveNow);
  return <Tag tone={live ? "good" : "warn"}><span class={live ? "live-dot" : "live-dot off"} aria-hidden="true" />{live ? words.live : words.notLive}</Tag>;
}

function Who(): VNode {
  const t = useText(zh, en);
  const words = useWords();
  const staff = useStaff();
  const hidden = useValue(amountsHidden);
  const leave = async () => {
    await request("DELETE", "/v1/staff/sessions/current");
    forgetAll();
    pendingApprovals.set(undefined);
    await askBrowser();
  };
  return (
    <>
      {hidden && <Button look="plain" onPress={() => amountsHidden.set(false)}>{t.showAmounts}</Button>}
      <span class="small who-name"><span class="strong">{staff.label}</span> · {staff.roles.map((role) => word(words.roles, role)).join(", ")}</span>
      <Button look="plain" onPress={() => void leave()}>{t.signOut}</Button>
    </>
  );
}
