import { signal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** Something that a key does here. */
export interface Action {
  /** A key, or two one after another, or with the command key: `e`, `g c`, `mod+k`. */
  keys: string;
  label: string;
  group: 'app' | 'list' | 'page';
  run: () => void;
}

/** All that keys do at present. */
export const actions = signal<Action[]>([]);

/** Time within which the second key of a pair follows the first. */
const PAIR_MS = 1000;

type Stroke = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/** The name of a stroke. Ctrl and ⌘ are one. */
export function nameOf({ key, ctrlKey, metaKey, altKey, shiftKey }: Stroke): string {
  const mod = ctrlKey || metaKey ? 'mod+' : '';
  const shift = shiftKey && key.length > 1 ? 'shift+' : '';
  return `${mod}${altKey ? 'alt+' : ''}${shift}${key.length === 1 ? key.toLowerCase() : key}`;
}

/** Reads strokes one after another, and says what the last one means. */
export function reader(): (stroke: string, now: number, known: readonly string[]) => string | undefined {
  let first = '';
  let since = 0;
  return (stroke, now, known) => {
    const pair = now - since < PAIR_MS && first ? `${first} ${stroke}` : '';
    first = '';
    if (known.includes(pair)) return pair;
    if (known.some((keys) => keys.startsWith(`${stroke} `))) {
      first = stroke;
      since = now;
    }
    return known.includes(stroke) ? stroke : undefined;
  };
}

const read = reader();

const FIELDS = 'textarea, select, input:not([type=checkbox], [type=radio]), [contenteditable]';

/** Letters that are typed into a field mean themselves. */
const isTyping = (target: EventTarget | null) => target instanceof Element && target.matches(FIELDS);

const isPressed = (target: EventTarget | null) =>
  target instanceof Element && target.matches('a, button, summary, input');

function onKeyDown(event: KeyboardEvent): void {
  const stroke = nameOf(event);
  if (event.defaultPrevented || event.isComposing) return;
  if (isTyping(event.target) && !stroke.startsWith('mod+') && stroke !== 'Escape') return;
  // What can be pressed takes Enter itself.
  if (stroke === 'Enter' && isPressed(event.target)) return;
  // A dialog has the keys that are registered within it only.
  const inDialog = document.querySelector('dialog[open]') !== null;
  const here = actions.peek().filter(({ keys }) => !inDialog || keys === 'mod+Enter');
  const meant = read(
    stroke,
    event.timeStamp,
    here.map(({ keys }) => keys),
  );
  // The last one that was registered is the innermost.
  const action = here.findLast(({ keys }) => keys === meant);
  if (!action) return;
  event.preventDefault();
  action.run();
}

if (typeof addEventListener !== 'undefined') addEventListener('keydown', onKeyDown);

/** Has a key do something for as long as the component is drawn; no key, nothing. */
export function useShortcut(
  keys: string | undefined | false,
  label: string,
  run: () => void,
  { group = 'page' }: { group?: Action['group'] } = {},
): void {
  const latest = useRef(run);
  latest.current = run;
  // Before the next key can come, which may be the one that what is drawn now promises.
  useLayoutEffect(() => {
    if (!keys) return undefined;
    const action: Action = { keys, label, group, run: () => latest.current() };
    actions.value = [...actions.peek(), action];
    return () => void (actions.value = actions.peek().filter((other) => other !== action));
  }, [keys, label, group]);
}
