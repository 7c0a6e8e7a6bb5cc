import type { ComponentChildren, InputHTMLAttributes } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { t } from '../strings';
import { Button } from './button';

interface FieldProps {
  label: string;
  hint?: string;
  /** What the server has said about it. */
  error?: string | undefined;
  /** Shows no label, because what is around the field says what it is. A screen reader says it. */
  bare?: boolean;
}

interface Described {
  id: string;
  'aria-invalid': true | undefined;
  'aria-describedby': string | undefined;
}

/** A label, a field, a hint and an error that belong together. */
export function Field(props: FieldProps & { children: (described: Described) => ComponentChildren }) {
  const { label, hint, error, bare, children } = props;
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  return (
    <div class="field">
      <label for={id} class={bare ? 'hidden' : ''}>
        {label}
      </label>
      {children({ id, 'aria-invalid': error ? true : undefined, 'aria-describedby': described || undefined })}
      {hint && (
        <p id={`${id}-hint`} class="field-hint">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} class="field-error">
          {error}
        </p>
      )}
    </div>
  );
}

interface TextFieldProps extends FieldProps {
  value: string;
  onChange: (value: string) => void;
  type?: 'text' | 'email' | 'tel' | 'url' | 'password' | 'search' | 'date' | 'datetime-local';
  autoComplete?: InputHTMLAttributes['autoComplete'];
  placeholder?: string;
  required?: boolean;
  autofocus?: boolean;
  list?: string;
  maxLength?: number;
}

export function TextField(props: TextFieldProps) {
  const {
    value,
    onChange,
    type = 'text',
    autoComplete = 'off',
    placeholder,
    required,
    autofocus,
    list,
    maxLength,
  } = props;
  const input = useRef<HTMLInputElement>(null);
  // The browser heeds the attribute in a dialog, and as the page is loaded.
  useEffect(() => {
    if (autofocus) input.current?.focus();
  }, [autofocus]);
  return (
    <Field {...props}>
      {(described) => (
        <input
          ref={input}
          {...described}
          // Which attributes go with which type is the caller's knowledge.
          {...({ type, value, autoComplete, placeholder, required, autofocus, list, maxLength } as object)}
          dir="auto"
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

export function TextArea(props: FieldProps & { value: string; onChange: (value: string) => void; rows?: number }) {
  const { value, onChange, rows = 4 } = props;
  return (
    <Field {...props}>
      {(described) => (
        <textarea
          {...described}
          rows={rows}
          value={value}
          dir="auto"
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

interface SelectProps<Value extends string> extends FieldProps {
  value: Value;
  options: { value: Value; label: string }[];
  onChange: (value: Value) => void;
}

export function Select<Value extends string>(props: SelectProps<Value>) {
  const { value, options, onChange } = props;
  return (
    <Field {...props}>
      {(described) => (
        <select {...described} value={value} onChange={(event) => onChange(event.currentTarget.value as Value)}>
          {options.map((option) => (
            <option key={option.value} value={option.value} selected={option.value === value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

interface CheckboxProps {
  label: string;
  checked: boolean;
  onChange: (checked: boolean, event: MouseEvent) => void;
  bare?: boolean;
  mixed?: boolean;
  tabIndex?: number;
}

export function Checkbox({ label, checked, onChange, bare, mixed = false, tabIndex }: CheckboxProps) {
  return (
    <label class="checkbox">
      <input
        type="checkbox"
        checked={checked}
        tabIndex={tabIndex}
        indeterminate={mixed}
        aria-label={bare ? label : undefined}
        onClick={(event) => onChange(event.currentTarget.checked, event)}
      />
      {!bare && <span>{label}</span>}
    </label>
  );
}

interface ListFieldProps<Item> {
  /** What all of them are, such as "E-mail addresses". */
  label: string;
  items: Item[];
  onChange: (items: Item[]) => void;
  /** A new item, before anything is typed. */
  blank: () => Item;
  add: string;
  children: (item: Item, change: (item: Item) => void, index: number) => ComponentChildren;
}

/** Several of a kind, the first of which is the primary one: each can be removed, and moved up. */
export function ListField<Item>({ label, items, onChange, blank, add, children }: ListFieldProps<Item>) {
  const replace = (index: number) => (item: Item) => onChange(items.map((other, at) => (at === index ? item : other)));
  const first = (index: number) => {
    const [item] = items.slice(index, index + 1);
    if (item !== undefined) onChange([item, ...items.filter((_, at) => at !== index)]);
  };
  return (
    <fieldset class="listfield">
      <legend>{label}</legend>
      {items.map((item, index) => (
        // Items have no identity of their own.
        <div key={index} class="listfield-item">
          <div class="listfield-fields">{children(item, replace(index), index)}</div>
          {index > 0 && <Button kind="quiet" icon="up" label={t.app.makePrimary} onClick={() => first(index)} />}
          <Button
            kind="quiet"
            icon="close"
            label={t.app.remove}
            onClick={() => onChange(items.filter((_, at) => at !== index))}
          />
        </div>
      ))}
      <Button kind="quiet" icon="add" onClick={() => onChange([...items, blank()])}>
        {add}
      </Button>
    </fieldset>
  );
}
