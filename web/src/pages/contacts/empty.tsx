import { setQuery, to } from '../../app/router';
import { routes } from '../../app/routes';
import { Button, ButtonLink } from '../../kit/button';
import { toast, toastError } from '../../kit/overlays';
import { EmptyState } from '../../kit/states';
import { can } from '../../store/viewer';
import { t } from '../../strings';
import type { Address } from './address';

const DEMO = 'liaison demo';

/** In the place of the list when it has no rows. */
export function Nobody({ address, onAdd }: { address: Address; onAdd: () => void }) {
  const { search, filters } = address;
  if (search || filters.length > 0) {
    const none = Object.fromEntries([...filters, ['search']].map(([name]) => [name ?? '', undefined]));
    const title = search ? t.contacts.noneFound(search) : t.contactList.noneFiltered;
    return (
      <EmptyState icon="search" title={title} {...(search && { text: t.contacts.noneFoundText })}>
        <Button onClick={() => setQuery(none)}>{t.contacts.clearSearch}</Button>
      </EmptyState>
    );
  }
  const copy = () => navigator.clipboard.writeText(DEMO).then(() => toast(t.parts.copied), toastError);
  return (
    <EmptyState icon="people" title={t.contacts.empty} {...(can('MEMBER') && { text: t.contacts.emptyText })}>
      {can('MEMBER') && (
        <>
          {routes.some(({ path, role }) => path === '/import' && can(role)) && (
            <ButtonLink kind="primary" icon="upload" href={to('/import')}>
              {t.contactList.import}
            </ButtonLink>
          )}
          <Button icon="add" keys="c" onClick={onAdd}>
            {t.contactList.add}
          </Button>
          <span class="command">
            <code>{DEMO}</code>
            <Button kind="quiet" icon="copy" label={t.contactList.copy} onClick={copy} />
          </span>
        </>
      )}
    </EmptyState>
  );
}
