import { signal } from '@preact/signals';
import { useId, useState } from 'preact/hooks';
import { Dialog } from '../kit/dialog';
import { Icon, type IconName } from '../kit/icon';
import { actions, useShortcut } from '../kit/shortcuts';
import { t } from '../strings';
import { go } from './router';
import { isInNavigation, routes } from './routes';

const isOpen = signal(false);

interface Choice {
  icon: IconName;
  label: string;
  keys: string | undefined;
  run: () => void;
}

/** Every page, and every action that has a key here. */
function choices(): Choice[] {
  const pages = routes.filter(isInNavigation);
  const places = pages.map(({ path, nav }) => ({
    icon: nav?.icon ?? 'people',
    label: nav?.label(t) ?? '',
    keys: nav?.shortcut,
    run: () => go(path),
  }));
  const known = new Set(places.map(({ keys }) => keys));
  const others = actions.value.filter(({ keys }) => keys !== 'mod+k' && !known.has(keys));
  return [...places, ...others.map(({ label, keys, run }) => ({ icon: 'key' as const, label, keys, run }))];
}

/** Goes anywhere and does anything by typing its name: Ctrl+K, or ⌘K. */
export function Palette() {
  useShortcut('mod+k', t.app.palette, () => (isOpen.value = true), { group: 'app' });
  if (!isOpen.value) return null;
  return (
    <Dialog title={t.app.palette} kind="palette" onClose={() => (isOpen.value = false)}>
      <Choices />
    </Dialog>
  );
}

function Choices() {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const id = useId();
  const words = text.toLocaleLowerCase().split(/\s+/);
  const found = choices().filter(({ label }) => words.every((word) => label.toLocaleLowerCase().includes(word)));
  const chosen = Math.min(at, found.length - 1);
  const run = (choice: Choice | undefined) => {
    isOpen.value = false;
    // The dialog gives the focus back first.
    if (choice) setTimeout(choice.run);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setAt((chosen + step + found.length) % found.length);
    else if (event.key === 'Enter') run(found[chosen]);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <input
        autofocus
        role="combobox"
        aria-expanded="true"
        aria-controls={id}
        aria-activedescendant={found[chosen] && `${id}-${chosen}`}
        aria-label={t.app.palette}
        placeholder={t.app.palettePlaceholder}
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <ul id={id} role="listbox" aria-label={t.app.palette}>
        {found.map((choice, index) => (
          <li
            key={choice.label}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === chosen}
            onClick={() => run(choice)}
          >
            <Icon name={choice.icon} />
            <span>{choice.label}</span>
            {choice.keys && <kbd>{choice.keys}</kbd>}
          </li>
        ))}
      </ul>
    </>
  );
}
