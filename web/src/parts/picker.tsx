import { useEffect, useId, useState } from 'preact/hooks';
import { Field } from '../kit/fields';

/** What can be picked. */
export interface Option {
  /** Empty for what was typed and does not exist yet. */
  id: string;
  name: string;
  detail?: string | null | undefined;
}

export interface PickerProps {
  label: string;
  hint?: string;
  error?: string | undefined;
  bare?: boolean;
  placeholder?: string;
  autofocus?: boolean;
  onPick: (option: Option) => void;
  /** Offers what was typed itself; returns how the offer reads. */
  create?: (text: string) => string;
  /** What was typed comes before what was found, so that Enter takes it. */
  free?: boolean;
}

interface Props extends PickerProps {
  find: (text: string, signal: AbortSignal) => Promise<Option[]>;
}

/** Pause after a key before the server is asked. */
const TYPING_MS = 100;

/** A field that offers what is found by the text in it. What is picked is the caller's to keep: the field is empty then. */
export function Picker({ find, onPick, create, free, placeholder, autofocus, ...field }: Props) {
  const [text, setText] = useState('');
  const [found, setFound] = useState<Option[]>([]);
  const [at, setAt] = useState(0);
  const [isOpen, setOpen] = useState(false);
  const list = useId();
  const typed = text.trim();
  useEffect(() => {
    if (!isOpen) return undefined;
    const asked = new AbortController();
    const timer = setTimeout(() => find(typed, asked.signal).then(setFound, () => undefined), typed ? TYPING_MS : 0);
    return () => {
      clearTimeout(timer);
      asked.abort();
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- what it finds depends on the text alone
  }, [typed, isOpen]);
  const isNew = create && typed && !found.some(({ name }) => name.toLowerCase() === typed.toLowerCase());
  const own = isNew ? [{ id: '', name: typed }] : [];
  const options: Option[] = free ? [...own, ...found] : [...found, ...own];
  const isShown = isOpen && options.length > 0;
  const chosen = Math.min(at, options.length - 1);
  const pick = (option: Option | undefined) => {
    if (!option) return;
    setText('');
    setFound([]);
    setOpen(false);
    onPick(option);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      setOpen(true);
      setAt((chosen + step + options.length) % (options.length || 1));
    } else if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey && isShown) pick(options[chosen]);
    else if (event.key === 'Escape' && isShown) setOpen(false);
    else return;
    event.preventDefault();
  };
  return (
    <div class="picker">
      <Field {...field}>
        {(described) => (
          <input
            {...described}
            // What else the field needs is the same for all.
            {...({ placeholder, autofocus, autoComplete: 'off', dir: 'auto' } as object)}
            role="combobox"
            aria-autocomplete="list"
            aria-expanded={isShown}
            aria-controls={list}
            aria-activedescendant={isShown ? `${list}-${chosen}` : undefined}
            value={text}
            onInput={(event) => {
              setText(event.currentTarget.value);
              setOpen(true);
              setAt(0);
            }}
            onFocus={() => setOpen(true)}
            onBlur={() => setOpen(false)}
            onKeyDown={onKeyDown}
          />
        )}
      </Field>
      <ul id={list} role="listbox" aria-label={field.label} hidden={!isShown}>
        {options.map((option, index) => (
          <li
            key={option.id || '+'}
            id={`${list}-${index}`}
            role="option"
            aria-selected={index === chosen}
            // The field keeps the focus.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => pick(option)}
          >
            <bdi>{option.id ? option.name : create?.(option.name)}</bdi>
            {option.detail && <bdi class="dim">{option.detail}</bdi>}
          </li>
        ))}
      </ul>
    </div>
  );
}
