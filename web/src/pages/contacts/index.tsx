import { useEffect, useMemo, useState } from 'preact/hooks';
import { setQuery } from '../../app/router';
import type { PageProps } from '../../app/routes';
import { Button } from '../../kit/button';
import { Menu } from '../../kit/menu';
import { announce } from '../../kit/overlays';
import { Page } from '../../kit/page';
import { Selection } from '../../kit/selection';
import { useShortcut } from '../../kit/shortcuts';
import { Failed, Loading } from '../../kit/states';
import { Table } from '../../kit/table';
import { AnchoredList } from '../../store/anchored';
import { can } from '../../store/viewer';
import { t } from '../../strings';
import { readAddress, storeColumns, storedColumns } from './address';
import { columns, hrefOf } from './columns';
import Create from './create';
import { Nobody } from './empty';
import { AddFilter, FilterChips } from './filters';
import { Letters } from './letters';
import { useContacts } from './list';
import { Export, Selected } from './selected';

/** Number of rows from which on the letters are shown. */
const LONG = 500;

/** All contacts, of any number, as the address says: `#/contacts?search=ada&order=EMAIL&descending=1`. */
export default function Contacts({ query }: PageProps) {
  const address = readAddress(query);
  const { search, filter, includeTrashed, field, descending } = address;
  const [keys, setKeys] = useState(storedColumns);
  const [isAdding, setAdding] = useState(false);
  const rows = useContacts(address, keys);
  const all = useMemo(columns, []);
  const shown = useMemo(() => all.filter(({ key }) => key === 'name' || keys.includes(key)), [all, keys]);
  const found = JSON.stringify([search, filter, includeTrashed]);
  // eslint-disable-next-line react-hooks/exhaustive-deps -- with other rows nothing is selected
  const selection = useMemo(() => new Selection(), [found]);
  const count = rows.count;
  const isLoaded = !rows.isEmptyYet;
  // What a search finds is shown before it is counted.
  const isCounted = isLoaded && (!(rows instanceof AnchoredList) || rows.isCounted);
  const add = () => setAdding(true);
  useShortcut(can('MEMBER') && 'c', t.contactList.add, add);
  useEffect(() => {
    if (search && isCounted) announce(t.contacts.count(count));
  }, [search, isCounted, count]);

  const choose = (key: string) => {
    const next = keys.includes(key) ? keys.filter((other) => other !== key) : [...keys, key];
    setKeys(next);
    storeColumns(next);
  };
  const onOrder = (by: string) => setQuery({ order: by, descending: by === field && !descending ? '1' : undefined });
  const actions = (
    <>
      <AddFilter />
      <Menu
        label={t.contacts.columns}
        icon="columns"
        items={all
          .filter(({ key }) => key !== 'name')
          .map(({ key, label }) => ({ label, checked: keys.includes(key), onSelect: () => choose(key) }))}
      />
      {!search && count > 0 && <Export filter={filter} includeTrashed={includeTrashed} />}
      {can('MEMBER') && (
        <Button kind="primary" icon="add" keys="c" onClick={add}>
          {t.contactList.add}
        </Button>
      )}
    </>
  );
  return (
    <Page title={t.contacts.title} detail={isCounted && t.contacts.count(count)} actions={actions} fill>
      <FilterChips address={address} />
      <Selected key={found} selection={selection} address={address} count={isCounted ? count : 0} />
      {rows.error ? (
        <Failed error={rows.error} onRetry={() => rows.refresh()} />
      ) : !isLoaded ? (
        <Loading />
      ) : count === 0 ? (
        <Nobody address={address} onAdd={add} />
      ) : (
        <div class="lettered">
          <Table
            label={t.contacts.title}
            columns={shown}
            rows={rows}
            href={hrefOf}
            selection={selection}
            order={{ by: field, descending, onChange: onOrder }}
            cards
          />
          {count > LONG && !search && rows instanceof AnchoredList && (
            <Letters rows={rows} filter={filter} includeTrashed={includeTrashed} />
          )}
        </div>
      )}
      {isAdding && <Create onClose={() => setAdding(false)} />}
    </Page>
  );
}
