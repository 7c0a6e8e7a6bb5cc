import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { Button } from '../kit/button';
import { Dialog } from '../kit/dialog';
import { useShortcut } from '../kit/shortcuts';
import { Notice } from '../kit/states';
import { t } from '../strings';

interface FormProps {
  title: string;
  /** Text of the button that sends it. */
  action: string;
  onSubmit: () => void;
  onClose: () => void;
  busy: boolean;
  /** Why it was refused, where no field is at fault. */
  problem?: string;
  wide?: boolean;
  children: ComponentChildren;
}

/** A form above the page. Enter in a field sends it, Ctrl+Enter from anywhere. */
export function FormDialog({ title, action, onSubmit, onClose, busy, problem, wide, children }: FormProps) {
  const id = useId();
  useShortcut('mod+Enter', action, onSubmit);
  return (
    <Dialog
      title={title}
      kind={wide ? 'wide' : 'plain'}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t.app.cancel}</Button>
          <Button type="submit" form={id} kind="primary" busy={busy}>
            {action}
          </Button>
        </>
      }
    >
      <form
        id={id}
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        {problem && <Notice kind="bad">{problem}</Notice>}
        {children}
      </form>
    </Dialog>
  );
}
