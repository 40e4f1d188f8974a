/** Starts one of the three entries: settings, who is here, routes, frame. */
import { type ComponentType, render, type VNode } from "preact";
import { Loading, Refused } from "../components/states";
import { Missing } from "../components/Missing";
import { askBrowser, browserUnknown } from "./browser";
import { type Door, useDoor } from "./http";
import { isFailure, NoAnswer } from "./problem";
import { preload, Router, type Route } from "./router";
import { applySettings } from "./settings";

interface Entry {
  door: Door;
  home: string;
  routes: readonly Route[];
  Frame: ComponentType<{ children: VNode }>;
}

/** How long the first drawing waits to know who is here and whether this is the sandbox. */
const PATIENCE_MS = 800;
/** How long it waits for the screen's own code, so that what is drawn is drawn once. */
const SCREEN_PATIENCE_MS = 100;

const after = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

/** Draws the entry into #app, once it is known who is here: frame and bar then never move again. */
export function startEntry({ door, home, routes, Frame }: Entry): void {
  useDoor(door);
  applySettings();
  const root = document.getElementById("app");
  if (!root) throw new Error("the page has no #app");
  const draw = () => {
    render(
      <Frame>
        <Router
          routes={routes}
          loading={<div class="page"><Loading lines={6} height="60vh" /></div>}
          missing={<Missing home={home} />}
          failed={(retry) => <div class="page"><Refused failure={new NoAnswer()} retry={retry} /></div>}
        />
      </Frame>,
      root,
    );
  };
  const asked = askBrowser().catch((error: unknown) => {
    // Offline: screens show their dated copies; who is here stays unknown.
    if (!isFailure(error)) throw error;
    browserUnknown();
  });
  const screen = preload(location.pathname, routes);
  void Promise.race([asked, after(PATIENCE_MS)]).then(() => Promise.race([screen, after(SCREEN_PATIENCE_MS)])).then(draw);
}
