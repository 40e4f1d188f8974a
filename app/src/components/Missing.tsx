/** There is no such page. */
import type { VNode } from "preact";
import { Page } from "./Page";
import { Empty } from "./states";
import { useKitText } from "./text";

export function Missing({ home }: { home: string }): VNode {
  const t = useKitText();
  return (
    <Page title={t.missing}>
      <Empty text={t.missingText} action={{ text: t.missingAction, href: home }} />
    </Page>
  );
}
