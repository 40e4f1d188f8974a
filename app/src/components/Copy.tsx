/** Something to copy: a line of code or a value, whole in the clipboard in one tap. */
import type { VNode } from "preact";
import { Button } from "./Button";
import { useKitText } from "./text";
import { toast } from "./Toast";

function copy(text: string, done: string): void {
  void navigator.clipboard?.writeText(text).then(() => toast(done), () => undefined);
}

export function CopyButton({ text, label }: { text: string; label?: string | undefined }): VNode {
  const t = useKitText();
  return <Button look="plain" label={label ? `${t.copy}: ${label}` : undefined} onPress={() => copy(text, t.copied)}>{t.copy}</Button>;
}

/** Lines of code under a title. */
export function Snippet({ title, code }: { title: string; code: string }): VNode {
  return (
    <figure class="snippet">
      <figcaption class="row-apart"><span class="small strong">{title}</span><CopyButton text={code} label={title} /></figcaption>
      <pre tabIndex={0} aria-label={title}>{code}</pre>
    </figure>
  );
}
