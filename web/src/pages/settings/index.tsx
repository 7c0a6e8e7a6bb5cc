import '../../parts/lines.css';
import './settings.css';
import type { ComponentType } from 'preact';
import { to } from '../../app/router';
import type { PageProps } from '../../app/routes';
import { EmptyState } from '../../kit/states';
import { can } from '../../store/viewer';
import { t } from '../../strings';
import { Account } from './account';
import { Audit } from './audit';
import { Keys } from './keys';
import { Users } from './users';
import { Webhooks } from './webhooks';

const PAGES = { account: Account, users: Users, keys: Keys, webhooks: Webhooks, audit: Audit };
type Name = keyof typeof PAGES;

/** The roles that the pages' queries need. */
const ROLES = { account: 'CONTACT', users: 'VIEWER', keys: 'ADMIN', webhooks: 'ADMIN', audit: 'ADMIN' } as const;

const show = (link: Element | null) => link?.scrollIntoView({ block: 'nearest', inline: 'nearest' });

/** The pages of `#/settings/…`; the own account is the first. */
export default function Settings(props: PageProps) {
  const name = (props.params.page ?? 'account') as Name;
  const shown = (Object.keys(PAGES) as Name[]).filter((page) => can(ROLES[page]));
  if (!shown.includes(name)) return <EmptyState icon="search" title={t.app.notFound} text={t.app.notFoundText} />;
  const Shown: ComponentType<PageProps> = PAGES[name];
  return (
    <div class="settings">
      {shown.length > 1 && (
        <nav class="tabs" aria-label={t.settings.title}>
          {shown.map((page) => (
            <a
              key={page}
              // Narrow windows show a part of them.
              ref={page === name ? show : undefined}
              href={to(`/settings/${page}`)}
              aria-current={page === name ? 'page' : undefined}
            >
              {t.settings[page]}
            </a>
          ))}
        </nav>
      )}
      <Shown {...props} />
    </div>
  );
}
