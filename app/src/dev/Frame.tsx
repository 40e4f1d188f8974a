/** The frame of the developer pages: they open their own session first, since all they show needs it. */
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { LazyBar } from "../bar/LazyBar";
import { BellIcon, ClockIcon, CopyIcon, FileIcon, ListIcon, PersonIcon, ShieldIcon } from "../components/icons";
import { Shell } from "../components/Shell";
import { Empty, Loading, Refused } from "../components/states";
import { api } from "../api/client";
import { askBrowser, browser } from "../lib/browser";
import { useDoing } from "../lib/doing";
import { useText } from "../lib/i18n";
import { devPlaces } from "../lib/links";
import { useValue } from "../lib/state";
import en from "./messages.en";
import zh from "./messages.zh";

export function DevFrame({ children }: { children: VNode }): VNode {
  const t = useText(zh, en);
  const view = useValue(browser);
  const sandbox = view?.mode === "sandbox";
  const items = [
    { href: devPlaces.start(), also: ["/dev"], text: t.start, icon: <ClockIcon /> },
    { href: devPlaces.personas(), text: t.personas, icon: <PersonIcon /> },
    { href: devPlaces.faults(), text: t.faults, icon: <ShieldIcon /> },
    { href: devPlaces.magic(), text: t.magic, icon: <CopyIcon /> },
    { href: devPlaces.events(), text: t.events, icon: <ListIcon /> },
    { href: devPlaces.webhooks(), text: t.webhooks, icon: <BellIcon /> },
    { href: "/docs", text: t.reference, icon: <FileIcon /> },
  ];
  return (
    <Shell nav="side" items={items} home={devPlaces.start()} sandbox={sandbox} bar={sandbox && <LazyBar />}>
      <Door>{children}</Door>
    </Shell>
  );
}

function Door({ children }: { children: VNode }): VNode {
  const t = useText(zh, en);
  const view = useValue(browser);
  const doing = useDoing();
  const isIn = view?.developer.signed_in === true;
  const isHere = view?.mode === "sandbox";
  const enter = () => void doing.run(async () => {
    await api.post("/v1/sandbox/developer-session");
    await askBrowser();
  });
  useEffect(() => {
    if (isHere && !isIn) enter();
  }, [isHere, isIn]);
  if (isIn) return children;
  if (view && !isHere) return <div class="page"><Empty text={t.sandboxOnly} action={{ text: t.reference, href: "/docs" }} /></div>;
  if (doing.failure) return <div class="page"><Refused failure={doing.failure} retry={enter} /></div>;
  return <div class="page"><Loading lines={8} height="60vh" /></div>;
}
