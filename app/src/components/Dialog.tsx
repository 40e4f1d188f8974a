/** Dialogs and sheets on the browser's own <dialog>: it traps the focus, Escape closes it. */
import type { ComponentChildren, VNode } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { Button, IconButton } from "./Button";
import { CloseIcon } from "./icons";
import { useKitText } from "./text";

interface Props {
  open: boolean;
  onClose: () => void;
  title: string;
  children: ComponentChildren;
  /** Buttons at the bottom, outside of what scrolls. */
  footer?: ComponentChildren;
}

const DOUBLE_TAP_MS = 500;

/** In the middle of the screen: for a decision. */
export function Dialog(props: Props): VNode | null {
  return <Modal {...props} look="dialog" />;
}

/** From the bottom on phones: for a choice or an entry. */
export function Sheet(props: Props): VNode | null {
  return <Modal {...props} look="sheet" />;
}

function Modal({ open, onClose, title, children, footer, look }: Props & { look: "dialog" | "sheet" }): VNode | null {
  const t = useKitText();
  const id = useId();
  const element = useRef<HTMLDialogElement>(null);
  const openedAt = useRef(0);
  // At once, not after the next frame: what is inside takes the focus in effects of its own.
  useLayoutEffect(() => {
    const dialog = element.current;
    if (!open || !dialog) return undefined;
    const before = document.activeElement;
    if (!dialog.open) dialog.showModal();
    openedAt.current = performance.now();
    return () => {
      dialog.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, [open]);
  if (!open) return null;
  return (
    <dialog
      ref={element}
      class={`modal modal-${look}`}
      aria-labelledby={id}
      onCancel={(event) => (event.preventDefault(), onClose())}
      // The second of two quick taps on what opened this is not meant for it.
      onClick={(event) => event.target === element.current && event.timeStamp - openedAt.current > DOUBLE_TAP_MS && onClose()}
    >
      <div class="modal-inner">
        <header class="modal-head">
          <h2 id={id}>{title}</h2>
          <IconButton label={t.close} onPress={onClose}><CloseIcon /></IconButton>
        </header>
        <div class="modal-body">{children}</div>
        {footer !== undefined && <footer class="modal-foot">{footer}</footer>}
      </div>
    </dialog>
  );
}

interface ConfirmProps {
  open: boolean;
  title: string;
  text: string;
  confirm: string;
  danger?: boolean;
  busy?: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks once before something that is hard to take back. */
export function Confirm({ open, title, text, confirm, danger, busy, onConfirm, onClose }: ConfirmProps): VNode {
  const t = useKitText();
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={title}
      footer={
        <>
          <Button look="second" onPress={onClose}>{t.cancel}</Button>
          <Button look={danger ? "danger" : "primary"} busy={busy ?? false} onPress={onConfirm}>{confirm}</Button>
        </>
      }
    >
      <p>{text}</p>
    </Dialog>
  );
}
