import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from './icon';

interface Common {
  icon?: IconName;
  /** `primary` once a page at most; `quiet` in rows and toolbars. */
  kind?: 'primary' | 'plain' | 'quiet' | 'danger';
  /** Its name, where it shows an icon alone. */
  label?: string;
  /** The key that does the same, as in `useShortcut`. */
  keys?: string;
  children?: ComponentChildren;
}

interface ButtonProps extends Common {
  onClick?: (event: MouseEvent) => void;
  type?: 'button' | 'submit';
  disabled?: boolean;
  /** Shows that what it began is still running. */
  busy?: boolean;
  pressed?: boolean;
  form?: string;
}

const classes = ({ kind = 'plain', children }: Common) => `btn btn-${kind}${children ? '' : ' btn-icon'}`;
const title = ({ label, keys, children }: Common) =>
  children ? keys && `(${keys})` : [label, keys && `(${keys})`].filter(Boolean).join(' ');

export function Button(props: ButtonProps) {
  const { icon, label, onClick, type = 'button', disabled, busy, pressed, form, children } = props;
  return (
    <button
      type={type}
      class={classes(props)}
      aria-label={children ? undefined : label}
      title={title(props) || undefined}
      aria-pressed={pressed}
      aria-busy={busy || undefined}
      disabled={disabled || busy}
      form={form}
      onClick={onClick}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

/** A link that looks like a button: it goes somewhere, or downloads. */
export function ButtonLink(props: Common & { href: string; download?: boolean }) {
  const { icon, label, href, download, children } = props;
  return (
    <a
      class={classes(props)}
      href={href}
      download={download}
      aria-label={children ? undefined : label}
      title={title(props) || undefined}
    >
      {icon && <Icon name={icon} />}
      {children}
    </a>
  );
}
