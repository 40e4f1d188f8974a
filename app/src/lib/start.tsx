/** Starts one of the three entries: settings, who is here, routes, frame. */
import { type ComponentType, render, type VNode } from "preact";
import { Loading, Refused } from "../components/states";
import { Missing } from "../components/Missing";
import { askBrowser, browserUnknown } from "./browser";
import { type Door, useDoor } from "./http";
import { isFailure, NoAnswer } from "./problem";
import { Router, type Route } from "./router";
import { applySettings } from "./settings";

interface Entry {
  door: Door;
  home: string;
  routes: readonly Route[];
  Frame: ComponentType<{ children: VNode }>;
}

/** Draws the entry into #app; the first answer about the browser comes while it is drawn. */
export function startEntry({ door, home, routes, Frame }: Entry): void {
  useDoor(door);
  applySettings();
  const root = document.getElementById("app");
  if (!root) throw new Error("the page has no #app");
  askBrowser().catch((error: unknown) => {
    // Offline: screens show their dated copies; who is here stays unknown.
    if (!isFailure(error)) throw error;
    browserUnknown();
  });
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
}
