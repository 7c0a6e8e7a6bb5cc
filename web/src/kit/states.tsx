import type { ComponentChildren } from 'preact';
import { t } from '../strings';
import { Button } from './button';
import { Icon, type IconName } from './icon';
import { explain } from './overlays';

/** What stands in the place of a list or page with nothing in it: why, and what to do. */
export function EmptyState(props: { icon: IconName; title: string; text?: string; children?: ComponentChildren }) {
  const { icon, title, text, children } = props;
  return (
    <div class="empty">
      <Icon name={icon} />
      <h2>{title}</h2>
      {text && <p>{text}</p>}
      {children && <div class="empty-actions">{children}</div>}
    </div>
  );
}

/** An error in the place of what could not be loaded. */
export function Failed({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  return (
    <div role="alert">
      <EmptyState icon="warning" title={explain(error)}>
        {onRetry && <Button onClick={onRetry}>{t.app.retry}</Button>}
      </EmptyState>
    </div>
  );
}

/** Shown late, so that what is fast does not blink. */
export function Loading() {
  return (
    <div class="loading" role="progressbar" aria-label={t.app.loading}>
      <span class="spinner" />
    </div>
  );
}

/** How far long work has come; without a total, that it runs. */
export function Progress({ value, total, label }: { value: number; total?: number | null; label: string }) {
  return (
    <div class="progress">
      <progress value={total ? value : undefined} max={total ?? undefined} aria-label={label} />
      <span>{label}</span>
    </div>
  );
}

/** A word about a record, such as its status or a tag. */
export function Badge({
  kind = 'plain',
  children,
}: {
  kind?: 'plain' | 'good' | 'warn' | 'bad';
  children: ComponentChildren;
}) {
  return <span class={`badge badge-${kind}`}>{children}</span>;
}

/** Something that the page tells before its content. */
export function Notice({ kind = 'info', children }: { kind?: 'info' | 'warn' | 'bad'; children: ComponentChildren }) {
  return (
    <div class={`notice notice-${kind}`} role={kind === 'info' ? 'note' : 'alert'}>
      <Icon name={kind === 'info' ? 'info' : 'warning'} />
      <div>{children}</div>
    </div>
  );
}
