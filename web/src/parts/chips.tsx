import type { ComponentChildren } from 'preact';
import { Icon } from '../kit/icon';
import { t } from '../strings';

interface ChipsProps {
  label: string;
  names: string[];
  onRemove: (index: number) => void;
  /** The field that adds one. */
  children: ComponentChildren;
}

/** Several short things, such as tags, each of which can be taken away. */
export function Chips({ label, names, onRemove, children }: ChipsProps) {
  return (
    <fieldset class="listfield">
      <legend>{label}</legend>
      {names.length > 0 && (
        <ul class="chips">
          {names.map((name, index) => (
            <li key={name} class="badge">
              <bdi>{name}</bdi>
              <button type="button" aria-label={`${t.app.remove}: ${name}`} onClick={() => onRemove(index)}>
                <Icon name="close" />
              </button>
            </li>
          ))}
        </ul>
      )}
      {children}
    </fieldset>
  );
}
