import { signal } from '@preact/signals';
import { ApiError } from '../api/errors';
import { t } from '../strings';
import { Button } from './button';
import { Dialog } from './dialog';
import { useShortcut } from './shortcuts';

interface Toast {
  text: string;
  kind: 'done' | 'failed';
  /** Takes back what the toast tells of. */
  undo?: () => Promise<unknown> | undefined;
}

interface Question {
  title: string;
  text?: string;
  /** Text of the button that agrees. */
  action: string;
  danger?: boolean;
  answer: (agreed: boolean) => void;
}

const TOAST_MS = 8000;

const current = signal<Toast | undefined>(undefined);
const question = signal<Question | undefined>(undefined);
const announcement = signal('');
let timer: ReturnType<typeof setTimeout> | undefined;

/** Tells what was done, for a few seconds; with `undo`, a button and the key `u` take it back. */
export function toast(
  text: string,
  { undo, kind = 'done' }: { undo?: Toast['undo']; kind?: Toast['kind'] } = {},
): void {
  clearTimeout(timer);
  current.value = undo ? { text, kind, undo } : { text, kind };
  timer = setTimeout(() => (current.value = undefined), undo ? 2 * TOAST_MS : TOAST_MS);
}

/** Says why something has failed. */
export const explain = (error: unknown): string =>
  error instanceof ApiError
    ? ((t.errors as Record<string, string>)[error.code] ?? error.message)
    : error instanceof Error
      ? error.message
      : String(error);

/** Shows an error as a toast. */
export const toastError = (error: unknown): void => toast(explain(error), { kind: 'failed' });

/** Asks before something that cannot be taken back. */
export const confirm = (asked: Omit<Question, 'answer'>): Promise<boolean> =>
  new Promise((resolve) => {
    question.value = {
      ...asked,
      answer: (agreed) => {
        question.value = undefined;
        resolve(agreed);
      },
    };
  });

/** Tells a screen reader what the eye sees by itself. */
export const announce = (text: string): void => void (announcement.value = text);

/** What lies above every page. */
export function Overlays() {
  return (
    <>
      <div class="hidden" role="status" aria-live="polite">
        {announcement.value}
      </div>
      <CurrentToast />
      <CurrentQuestion />
    </>
  );
}

function CurrentToast() {
  const shown = current.value;
  const undo = shown?.undo;
  const takeBack = () => {
    current.value = undefined;
    undo?.()?.then(() => toast(t.app.undone), toastError);
  };
  useShortcut(undo && 'u', t.app.undo, takeBack, { group: 'app' });
  return (
    <div class="toasts" role="status">
      {shown && (
        <div class={`toast toast-${shown.kind}`}>
          <span>{shown.text}</span>
          {undo && (
            <Button kind="quiet" keys="u" onClick={takeBack}>
              {t.app.undo}
            </Button>
          )}
          <Button kind="quiet" icon="close" label={t.app.close} onClick={() => (current.value = undefined)} />
        </div>
      )}
    </div>
  );
}

function CurrentQuestion() {
  const asked = question.value;
  if (!asked) return null;
  const { title, text, action, danger, answer } = asked;
  return (
    <Dialog
      title={title}
      onClose={() => answer(false)}
      footer={
        <>
          <Button onClick={() => answer(false)}>{t.app.cancel}</Button>
          <Button kind={danger ? 'danger' : 'primary'} onClick={() => answer(true)}>
            {action}
          </Button>
        </>
      }
    >
      {text && <p>{text}</p>}
    </Dialog>
  );
}
