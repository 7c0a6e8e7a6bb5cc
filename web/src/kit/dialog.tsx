import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { t } from '../strings';
import { Button } from './button';

interface DialogProps {
  title: string;
  /** Called by Escape, by a click beside it, and by its button. */
  onClose: () => void;
  kind?: 'plain' | 'wide' | 'palette';
  children: ComponentChildren;
  /** Its buttons: the one that closes it first, the one that acts last. */
  footer?: ComponentChildren;
}

/** A dialog above the page, drawn for as long as it is open. The browser keeps the focus in it, and gives it back. */
export function Dialog({ title, onClose, kind = 'plain', children, footer }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const before = document.activeElement;
    const shown = dialog.current;
    shown?.showModal();
    shown?.querySelector<HTMLElement>('[autofocus]')?.focus();
    return () => {
      shown?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class={`dialog dialog-${kind}`}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onMouseDown={(event) => event.target === dialog.current && onClose()}
    >
      <div class="dialog-inner">
        <header class={kind === 'palette' ? 'hidden' : ''}>
          <h2 id={id}>{title}</h2>
          {kind !== 'palette' && <Button kind="quiet" icon="close" label={t.app.close} onClick={onClose} />}
        </header>
        <div class="dialog-body">{children}</div>
        {footer && <footer>{footer}</footer>}
      </div>
    </dialog>
  );
}
