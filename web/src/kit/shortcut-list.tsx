import { signal } from '@preact/signals';
import { t } from '../strings';
import { Dialog } from './dialog';
import { actions, useShortcut, type Action } from './shortcuts';

const isOpen = signal(false);
const GROUPS: Action['group'][] = ['page', 'list', 'app'];

/** Keys as people read them: `mod+k` is Ctrl K, or ⌘ K. */
export function Keys({ keys }: { keys: string }) {
  const isMac = navigator.userAgent.includes('Mac OS');
  const parts = keys.split(/[ +]/).map((part) => (part === 'mod' ? (isMac ? '⌘' : 'Ctrl') : part));
  return (
    <span class="keys">
      {parts.map((part) => (
        <kbd key={part}>{part}</kbd>
      ))}
    </span>
  );
}

/** Lists all keys: `?`. */
export function ShortcutList() {
  useShortcut('?', t.app.keys, () => (isOpen.value = true), { group: 'app' });
  if (!isOpen.value) return null;
  const shown = [...new Map(actions.value.map((action) => [action.keys, action])).values()];
  return (
    <Dialog title={t.app.keys} onClose={() => (isOpen.value = false)}>
      {GROUPS.map((group) => {
        const here = shown.filter((action) => action.group === group);
        if (here.length === 0) return null;
        return (
          <section key={group} class="shortcuts">
            <h3>{t.app.keyGroups[group]}</h3>
            <dl>
              {here.map(({ keys, label }) => (
                <div key={keys}>
                  <dt>{label}</dt>
                  <dd>
                    <Keys keys={keys} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        );
      })}
    </Dialog>
  );
}
