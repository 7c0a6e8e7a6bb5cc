import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Icon } from './icon';
import { t } from '../strings';

interface PageProps {
  title: string;
  /** Before the title, such as an avatar; the detail is below the title then. */
  lead?: ComponentChildren;
  /** Beside the title, such as a number of records. */
  detail?: ComponentChildren;
  actions?: ComponentChildren;
  /** The list that this page belongs to. */
  back?: { href: string; label: string };
  /** Fills the window, and scrolls within: for lists. */
  fill?: boolean;
  children: ComponentChildren;
}

/** A page: its title in the window and on the page, which gets the focus when somebody comes here. */
export function Page({ title, detail, actions, back, fill, lead, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Liaison`;
  }, [title]);
  useEffect(() => {
    // Somebody who searches stays in the search.
    if (document.activeElement?.tagName !== 'INPUT') heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <div class={`page${fill ? ' page-fill' : ''}`}>
      <div class="page-head">
        {back && (
          <a class="back" href={back.href}>
            <Icon name="back" />
            <span class="hidden">{t.app.backTo} </span>
            {back.label}
          </a>
        )}
        {lead}
        <div class={lead ? 'page-name' : 'page-title'}>
          <h1 ref={heading} tabIndex={-1}>
            <bdi>{title}</bdi>
          </h1>
          {detail && <span class="page-detail">{detail}</span>}
        </div>
        {actions && <div class="page-actions">{actions}</div>}
      </div>
      {children}
    </div>
  );
}
