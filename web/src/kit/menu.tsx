import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { Icon, type IconName } from './icon';

export interface MenuItem {
  label: string;
  icon?: IconName;
  /** Of an item that is on or off. */
  checked?: boolean;
  danger?: boolean;
  onSelect: () => void;
}

interface MenuProps {
  label: string;
  icon?: IconName;
  /** Shows the label beside the icon. */
  labelled?: boolean;
  items: (MenuItem | false | undefined)[];
}

/** A button that opens a list of actions. Items that are on or off keep it open. */
export function Menu({ label, icon = 'more', labelled, items }: MenuProps) {
  const [isOpen, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const id = useId();
  const shown = items.filter((item): item is MenuItem => Boolean(item));
  const close = () => {
    setOpen(false);
    box.current?.querySelector<HTMLElement>('.btn')?.focus();
  };
  useEffect(() => {
    if (!isOpen) return undefined;
    box.current?.querySelector<HTMLElement>('[role^=menuitem]')?.focus();
    const outside = (event: Event) => {
      if (!box.current?.contains(event.target as Node)) setOpen(false);
    };
    addEventListener('pointerdown', outside);
    return () => removeEventListener('pointerdown', outside);
  }, [isOpen]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && isOpen) close();
    else if (event.key === 'Tab') return setOpen(false);
    else if (!move(box.current, event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div ref={box} class="menu" onKeyDown={isOpen ? onKeyDown : undefined}>
      <button
        type="button"
        class={`btn btn-quiet${labelled ? '' : ' btn-icon'}`}
        aria-label={label}
        title={labelled ? undefined : label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setOpen(!isOpen)}
      >
        <Icon name={icon} />
        {labelled && label}
      </button>
      {isOpen && (
        <ul id={id} role="menu" aria-label={label}>
          {shown.map((item) => (
            <li key={item.label} role="none">
              <button
                type="button"
                role={item.checked === undefined ? 'menuitem' : 'menuitemcheckbox'}
                aria-checked={item.checked}
                class={item.danger ? 'danger' : ''}
                tabIndex={-1}
                onClick={() => {
                  if (item.checked === undefined) close();
                  item.onSelect();
                }}
              >
                {item.checked !== undefined ? (
                  <Icon name="check" class={item.checked ? '' : 'unseen'} />
                ) : (
                  item.icon && <Icon name={item.icon} />
                )}
                {item.label}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Moves the focus among the items; returns false for keys that do not. */
function move(box: HTMLElement | null, key: string): boolean {
  const items = [...(box?.querySelectorAll<HTMLElement>('[role^=menuitem]') ?? [])];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[key];
  if (next === undefined) return false;
  items.at(next >= items.length ? 0 : next)?.focus();
  return true;
}
